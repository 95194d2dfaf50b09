"""The index follows what happens: documents that have to be made anew are written down in the same transaction, so a
crash loses nothing and from the commit on the old document is not found any more."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hub.events.happenings import Said
from hub.files.happenings import AttachmentRemoved, FilesChanged
from hub.files.models import Attachment
from hub.library.happenings import FacetsChanged, OfCase
from hub.people.happenings import OfOrganisation, OfStaff, OwnAccountChanged, StaffImported
from hub.people.models import Posting, Section
from hub.rooms.happenings import RoomReadersChanged
from hub.search.outbox import Kind, Ref, outdated
from hub.search.sources.conversations import STANDING
from hub.statements import among
from hub.threads.consultations.happenings import ConsultationSettled
from hub.threads.happenings import MessageEdited, OfMessage, ThreadChanged, ThreadMoved, ThreadOpened
from hub.threads.models import Message, Thread
from hub.threads.notes.happenings import NotePosted
from hub.threads.notes.models import Note

Refs = Iterable[Ref]


def mark_outdated(session: Session, said: Sequence[Said]) -> None:
    """All documents of a transaction in one statement, each once."""
    session.flush()
    happenings: list[Any] = [what for _by, what in said]
    refs = dict.fromkeys(ref for refs_of in _KINDS for ref in refs_of(session, happenings))
    outdated(session, refs)


def _of_messages(session: Session, happenings: list[Any]) -> Refs:
    """The first message stands in its thread's document, which also knows who wrote in it."""
    of_messages = [what for what in happenings if isinstance(what, OfMessage)]
    yield from _refs("thread", [what.thread_id for what in of_messages if what.position == 1])
    later = [what for what in of_messages if what.position > 1]
    yield from _refs("message", [what.message_id for what in later])
    written = [what.message_id for what in later if not isinstance(what, MessageEdited)]
    if written:
        yield from _refs("thread", _with_other_writers(session, written))


def _with_other_writers(session: Session, written: list[int]) -> Iterable[int]:
    """The threads in which there may be one more, or one less, of those who wrote: they are found by their names."""
    return session.connection().execute(_WITH_OTHER_WRITERS, {"written": written}).scalars()


_own = aliased(Message)
_same_author = sa.and_(Message.thread_id == _own.thread_id, Message.author_id == _own.author_id)
# Every post asks this: made once, which takes longer than running it.
_WITH_OTHER_WRITERS = (
    sa.select(_own.thread_id)
    .distinct()
    .where(among(_own.id, "written"), ~sa.exists().where(_same_author, ~among(Message.id, "written"), STANDING))
)


def _of_threads(session: Session, happenings: list[Any]) -> Refs:
    yield from _refs("thread", [w.thread_id for w in happenings if isinstance(w, ThreadOpened | ThreadChanged)])
    yield from _refs("note", [what.note_id for what in happenings if isinstance(what, NotePosted)])
    whole = [what.thread_id for what in happenings if isinstance(what, ThreadMoved | ConsultationSettled)]
    if whole:
        yield from _whole_threads(session, sa.select(Thread.id).where(Thread.id.in_(whole)))
    rooms = [what.room_id for what in happenings if isinstance(what, RoomReadersChanged)]
    if rooms:
        yield from _whole_threads(session, sa.select(Thread.id).where(Thread.room_id.in_(rooms)))


def _whole_threads(session: Session, threads: sa.Select[Any]) -> Refs:
    """Everything of them has other readers, or another state, now."""
    messages = sa.select(Message.id).where(Message.thread_id.in_(threads))
    notes = sa.select(Note.id).where(Note.thread_id.in_(threads))
    hanging = sa.or_(Attachment.message_id.in_(messages), Attachment.note_id.in_(notes))
    files = sa.select(Attachment.id).where(hanging)
    everything: list[tuple[Kind, sa.Select[Any]]] = [
        ("thread", threads),
        ("message", messages),
        ("note", notes),
        ("file", files),
    ]
    for kind, ids in everything:
        yield from _refs(kind, session.scalars(ids))


def _of_cases(session: Session, happenings: list[Any]) -> Refs:
    """A case with its files: what it names and who reads it may have changed."""
    cases = {what.case_id for what in happenings if isinstance(what, OfCase)}
    cases |= {case_id for what in happenings if isinstance(what, FacetsChanged) for case_id in what.case_ids}
    if cases:
        yield from _refs("case", sorted(cases))
        yield from _refs("file", session.scalars(sa.select(Attachment.id).where(Attachment.case_id.in_(cases))))


def _of_files(_session: Session, happenings: list[Any]) -> Refs:
    changed = [what for what in happenings if isinstance(what, FilesChanged | AttachmentRemoved)]
    yield from _refs("file", [id_ for what in changed for id_ in what.attachment_ids])


def _of_people(session: Session, happenings: list[Any]) -> Refs:
    """An organisation with its people, who are found under its name."""
    yield from _refs("person", [w.staff_id for w in happenings if isinstance(w, OfStaff | OwnAccountChanged)])
    imported = [what for what in happenings if isinstance(what, StaffImported)]
    yield from _refs("person", [staff_id for what in imported for staff_id in what.staff_ids])
    renamed = [w.organisation_id for w in happenings if isinstance(w, OfOrganisation) and w not in imported]
    if renamed:
        there = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id)
        query = there.where(Section.organisation_id.in_(renamed)).distinct().order_by(Posting.staff_id)
        yield from _refs("organisation", renamed)
        yield from _refs("person", session.scalars(query))


def _refs(kind: Kind, ids: Iterable[int]) -> Refs:
    return [(kind, id_) for id_ in ids]


_KINDS: tuple[Callable[[Session, list[Any]], Refs], ...] = (
    _of_messages,
    _of_threads,
    _of_cases,
    _of_files,
    _of_people,
)
