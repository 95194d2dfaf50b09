"""Files under the names that people gave them: as readable as what they hang on, and only once they are handed out."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.models import Audience
from hub.audiences.services import DX
from hub.files.models import Attachment, Blob
from hub.library.content import content_of
from hub.library.models import Case, CaseVersion
from hub.people.models import Organisation
from hub.rooms.models import Room
from hub.search.documents import Document, period_keys
from hub.search.sources.cases import PUBLISHED, shelf_of
from hub.search.sources.conversations import STANDING, asking_body, room_keys, state_keys
from hub.statements import among
from hub.threads.consultations.models import Consultation
from hub.threads.models import Message, Thread
from hub.threads.notes.models import Note

_HANDED_OUT = ("clean", "unscanned")  # the others are nobody's to have, so nobody finds their names
_READY = (among(Attachment.id, "ids"), Blob.scan.in_(_HANDED_OUT), Attachment.held.is_(False))
_dx = sa.select(Audience.id).where(Audience.key == DX).scalar_subquery()
_OF_MESSAGES = (
    sa.select(Attachment, Message.position, Thread, Room, Consultation)
    .join(Blob, Blob.digest == Attachment.digest)
    .join(Message, Message.id == Attachment.message_id)
    .join(Thread, Thread.id == Message.thread_id)
    .join(Room, Room.id == Thread.room_id)
    .outerjoin(Consultation, Consultation.thread_id == Thread.id)
    .where(*_READY, STANDING)
)
_OF_NOTES = (
    sa.select(Attachment, Thread, Room, _dx)
    .join(Blob, Blob.digest == Attachment.digest)
    .join(Note, Note.id == Attachment.note_id)
    .join(Thread, Thread.id == Note.thread_id)
    .join(Room, Room.id == Thread.room_id)
    .where(*_READY, _dx.is_not(None))
)
_OF_CASES = (
    sa.select(Attachment, Case, Organisation, CaseVersion.content, Audience.key)
    .join(Blob, Blob.digest == Attachment.digest)
    .join(Case, Case.id == Attachment.case_id)
    .join(Organisation, Organisation.id == Case.organisation_id)
    .join(CaseVersion, PUBLISHED)
    .join(Audience, Audience.id == Case.audience_id)
    .where(*_READY)
)


def file_documents(session: Session, ids: Collection[int]) -> Iterator[Document]:
    yield from _of_messages(session, ids)
    yield from _of_notes(session, ids)
    yield from _of_cases(session, ids)


def _of_messages(session: Session, ids: Collection[int]) -> Iterator[Document]:
    for file, position, thread, room, consultation in session.execute(_OF_MESSAGES, {"ids": ids}):
        url = f"/threads/{thread.id}?at={position}#{position}"
        found = _in_thread(file, thread, room, room.audience_id, asking_body(consultation, room), url)
        yield replace(found, keys=(*found.keys, *state_keys(consultation)))


def _of_notes(session: Session, ids: Collection[int]) -> Iterator[Document]:
    """On the DX section's shelf alone, as the note itself."""
    for file, thread, room, audience_id in session.execute(_OF_NOTES, {"ids": ids}):
        yield _in_thread(file, thread, room, audience_id, room.organisation_id, f"/threads/{thread.id}")


def _in_thread(
    file: Attachment, thread: Thread, room: Room, audience_id: int, organisation_id: int | None, url: str
) -> Document:
    return Document(
        "file",
        file.id,
        audience_id,
        file.name,
        "",
        file.created_at,
        (f"by:{file.uploader_id}", *room_keys(room, organisation_id, file.created_at)),
        organisation_id=organisation_id,
        thread_id=thread.id,
        url=url,
        where=" › ".join(filter(None, (room.name, thread.title))),
    )


def _of_cases(session: Session, ids: Collection[int]) -> Iterator[Document]:
    """What the published version names, with the words under which it does."""
    for file, case, body, stored, audience in session.execute(_OF_CASES, {"ids": ids}):
        named = [d.name for d in content_of(stored).documents if d.attachment_id == str(file.id)]
        if not named:
            continue
        yield Document(
            "file",
            file.id,
            shelf_of(case, audience),
            file.name,
            "\n".join(name for name in named if name != file.name),
            file.created_at,
            (f"org:{body.id}", *period_keys(file.created_at)),
            organisation_id=body.id,
            url=f"/cases/{case.id}",
            where=f"{body.name} › {case.title}",
        )
