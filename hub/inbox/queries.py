"""お知らせ箱, read at this moment: what was deleted or may no longer be read is not there."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.inbox.models import InboxEntry
from hub.people.authors import Author, AuthorKey, authors
from hub.rooms.models import Room
from hub.rooms.queries import room_subject
from hub.security.permissions import Subject
from hub.statements import among
from hub.threads.consultations.models import Consultation
from hub.threads.models import Message, Thread
from hub.threads.pseudonyms.identity import own_aliases

PAGE = 50


@dataclass(frozen=True)
class InboxRow:
    entry: InboxEntry
    message: Message
    thread: Thread
    room: Room
    author: Author
    asked: str = ""  # the state of a consultation that the reader's own body asks

    @property
    def subject(self) -> Subject:
        """What the policy asks of an answer there."""
        return room_subject(self.room)

    @property
    def open(self) -> bool:
        """Whether the thread takes answers."""
        return not (self.thread.locked_at or self.room.archived_at)


def addressed_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Entries of the actor, and of the aliases under which they write: those have no お知らせ箱 of their own."""
    return sa.or_(InboxEntry.staff_id == actor.staff_id, InboxEntry.staff_id.in_(own_aliases(actor)))


def _readable(actor: Actor) -> sa.Select[InboxEntry, Message, Thread, Room]:
    """The actor's entries whose message still stands in a room that they may read now."""
    return (
        sa.select(InboxEntry, Message, Thread, Room)
        .join(Message, Message.id == InboxEntry.message_id)
        .join(Thread, Thread.id == Message.thread_id)
        .join(Room, Room.id == Thread.room_id)
        .where(addressed_to(actor), among(Room.audience_id, actor.audience_ids))
        .where(Message.deleted_at.is_(None), Message.redacted_at.is_(None))
    )


def list_entries(session: Session, actor: Actor, before_id: int | None = None) -> list[InboxRow]:
    """Up to PAGE entries, the newest first; `before_id` continues a list."""
    query = _readable(actor)
    if before_id is not None:
        query = query.where(InboxEntry.id < before_id)
    return _rows(session, actor, query.order_by(InboxEntry.id.desc()).limit(PAGE))


def _rows(session: Session, actor: Actor, query: sa.Select[InboxEntry, Message, Thread, Room]) -> list[InboxRow]:
    query = query.outerjoin(Consultation, Consultation.thread_id == Thread.id)
    rows = session.execute(query.add_columns(Consultation.state, Consultation.organisation_id)).all()
    keys = {m.id: AuthorKey(m.author_id, m.posting_id, m.writer_name) for _e, m, *_rest in rows}
    people = authors(session, keys.values())
    return [
        InboxRow(e, m, t, r, people[keys[m.id]], state if asking_id in actor.organisation_ids else "")
        for e, m, t, r, state, asking_id in rows
    ]


def list_unseen(session: Session, actor: Actor, *which: sa.ColumnElement[bool]) -> list[InboxRow]:
    """Up to PAGE of those that were not seen and of which all this holds, the oldest first."""
    query = _readable(actor).where(InboxEntry.seen_at.is_(None), *which).order_by(InboxEntry.id)
    return _rows(session, actor, query.limit(PAGE))


def get_entry_for(session: Session, actor: Actor, entry_id: int) -> tuple[InboxEntry, Message]:
    """Raises NotFound when the entry is somebody else's, gone, or points at what may not be read."""
    row = session.execute(_readable(actor).where(InboxEntry.id == entry_id)).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def count_unseen(session: Session, actor: Actor) -> int:
    unseen = _readable(actor).where(InboxEntry.seen_at.is_(None))
    return session.execute(unseen.with_only_columns(sa.func.count())).scalar_one()
