"""The kinds of things that can be found, in one table."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.files.models import Attachment
from hub.library.models import Case
from hub.people.models import Organisation, Staff
from hub.search.documents import Document
from hub.search.sources.cases import case_documents
from hub.search.sources.conversations import message_documents, note_documents, thread_documents
from hub.search.sources.files import file_documents
from hub.search.sources.people import organisation_documents, person_documents
from hub.threads.models import Message, Thread
from hub.threads.notes.models import Note

Load = Callable[[Session, Collection[int]], Iterable[Document]]


class Source(NamedTuple):
    """`load` gives the documents of some rows; what must not be found (any more) is missing. `id` is their key."""

    load: Load
    id: Any


SOURCES: dict[str, Source] = {
    "organisation": Source(organisation_documents, Organisation.id),
    "person": Source(person_documents, Staff.id),
    "case": Source(case_documents, Case.id),
    "thread": Source(thread_documents, Thread.id),
    "message": Source(message_documents, Message.id),
    "note": Source(note_documents, Note.id),
    "file": Source(file_documents, Attachment.id),
}


def load_documents(session: Session, refs: Iterable[tuple[str, int]]) -> list[Document]:
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, ref_id in refs:
        by_kind[kind].append(ref_id)
    return [d for kind, ids in by_kind.items() if kind in SOURCES for d in SOURCES[kind].load(session, ids)]


def ids_after(session: Session, kind: str, last: int, limit: int) -> list[int]:
    """The next rows of a kind, in the order in which a rebuild goes through them."""
    column = SOURCES[kind].id
    return list(session.scalars(sa.select(column).where(column > last).order_by(column).limit(limit)))
