"""Threads with their first message and pinned summary, the further messages, and the DX section's notes."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.models import Audience
from hub.audiences.services import DX
from hub.rooms.models import Room
from hub.search.documents import MEANT_CHARS, Document, meant, period_keys
from hub.statements import among
from hub.threads.consultations.models import Consultation
from hub.threads.models import Message, SummaryRevision, Thread
from hub.threads.notes.models import Note
from hub.threads.queries import newest_summary

STANDING = sa.and_(Message.deleted_at.is_(None), Message.redacted_at.is_(None))
_dx = sa.select(Audience.id).where(Audience.key == DX).scalar_subquery()

# Every answer asks these: made once, which takes longer than running them.
_THREADS = (
    sa.select(Thread, Room, Message.body, SummaryRevision.body, Consultation)
    .join(Room, Room.id == Thread.room_id)
    .outerjoin(Message, sa.and_(Message.thread_id == Thread.id, Message.position == 1))
    .outerjoin(SummaryRevision, sa.and_(SummaryRevision.thread_id == Thread.id, newest_summary()))
    .outerjoin(Consultation, Consultation.thread_id == Thread.id)
    .where(among(Thread.id, "ids"))
)
_WRITERS = sa.select(Message.thread_id, Message.author_id).where(among(Message.thread_id, "ids"), STANDING).distinct()
_MESSAGES = (
    sa.select(Message, Thread, Room, Consultation)
    .join(Thread, Thread.id == Message.thread_id)
    .join(Room, Room.id == Thread.room_id)
    .outerjoin(Consultation, Consultation.thread_id == Thread.id)
    .where(among(Message.id, "ids"), Message.position > 1, STANDING)
)
_NOTES = (
    sa.select(Note, Thread, Room, _dx)
    .join(Thread, Thread.id == Note.thread_id)
    .join(Room, Room.id == Thread.room_id)
    .where(among(Note.id, "ids"), _dx.is_not(None))
)


def thread_documents(session: Session, ids: Collection[int]) -> Iterator[Document]:
    """Of whoever opened them and whoever wrote in them, so that 担当 finds the consultations that somebody answered."""
    writers: defaultdict[int, set[int]] = defaultdict(set)
    for thread_id, author_id in session.connection().execute(_WRITERS, {"ids": ids}):
        writers[thread_id].add(author_id)
    for thread, room, body, pinned, consultation in session.execute(_THREADS, {"ids": ids}):
        asking = asking_body(consultation, room)
        keys = [f"by:{id_}" for id_ in sorted({thread.opened_by_id, *writers[thread.id]})]
        keys += [*room_keys(room, asking, thread.created_at), *state_keys(consultation)]
        yield Document(
            "thread",
            thread.id,
            room.audience_id,
            thread.title,
            "\n".join(filter(None, (body, pinned))),
            thread.created_at,
            tuple(keys),
            organisation_id=asking,
            thread_id=thread.id,
            shelf="edition" if thread.edition else thread.kind,
            url=f"/threads/{thread.id}",
            where=room.name,
            meant=meant(thread.title, body or "", pinned or ""),
        )


def message_documents(session: Session, ids: Collection[int]) -> Iterator[Document]:
    """All but the first of a thread, which stands in the thread's own document."""
    for message, thread, room, consultation in session.execute(_MESSAGES, {"ids": ids}):
        asking = asking_body(consultation, room)
        keys = [f"by:{message.author_id}", *room_keys(room, asking, message.created_at), *state_keys(consultation)]
        yield Document(
            "message",
            message.id,
            room.audience_id,
            "",
            message.body,
            message.created_at,
            tuple(keys),
            organisation_id=asking,
            thread_id=thread.id,
            url=f"/threads/{thread.id}?at={message.position}#{message.position}",
            heading=thread.title,
            where=room.name,
            meant=(message.body[:MEANT_CHARS],) if message.mark == "official" else (),  # it finds the thread
        )


def note_documents(session: Session, ids: Collection[int]) -> Iterator[Document]:
    """Notes stand on the DX section's shelf alone, whatever the room's audience is."""
    for note, thread, room, audience_id in session.execute(_NOTES, {"ids": ids}):
        yield Document(
            "note",
            note.id,
            audience_id,
            "",
            note.body,
            note.created_at,
            (f"by:{note.author_id}", *room_keys(room, room.organisation_id, note.created_at)),
            organisation_id=room.organisation_id,
            thread_id=thread.id,
            url=f"/threads/{thread.id}",
            heading=thread.title,
            where=room.name,
        )


def asking_body(consultation: Consultation | None, room: Room) -> int | None:
    return (consultation.organisation_id if consultation else None) or room.organisation_id


def state_keys(consultation: Consultation | None) -> list[str]:
    """Also of what is said in a consultation, so that answers are found by its state."""
    return [f"state:{consultation.state}"] if consultation else []


def room_keys(room: Room, organisation_id: int | None, at: datetime) -> Iterator[str]:
    yield f"room:{room.id}"
    if organisation_id:
        yield f"org:{organisation_id}"
    yield from period_keys(at)
