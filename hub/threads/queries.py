"""Threads and messages, fetched through the actor."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hub.actor import Actor
from hub.errors import NotFound
from hub.people.models import ALIAS_SIDES, Organisation, Posting, Section
from hub.rooms.models import Room
from hub.security.permissions import Permission, Subject, permits
from hub.threads.models import Message, SummaryRevision, Thread, ThreadRedaction

DX_BODY = sa.select(Section.organisation_id).where(Section.is_dx)


class Place(NamedTuple):
    """A thread and the room it stands in."""

    thread: Thread
    room: Room

    @property
    def subject(self) -> Subject:
        return self.subject_of(self.room.organisation_id)

    def subject_of(self, organisation_id: int | None, author_id: int | None = None) -> Subject:
        """The same place for what belongs to some body, or was written by somebody, there."""
        return Subject(self.room.audience_id, author_id, organisation_id, self.room.id)


_PLACE = sa.select(Thread, Room).join(Room, Room.id == Thread.room_id).where(Thread.id == sa.bindparam("thread_id"))


def get_thread_for(session: Session, actor: Actor, thread_id: int) -> Place:
    """Raises NotFound when the thread is not there or its room not readable."""
    row = session.execute(_PLACE, {"thread_id": thread_id}).first()
    if row is None:
        raise NotFound
    place = Place(*row)
    if not permits(actor, Permission.ROOM_READ, place.subject):
        raise NotFound
    return place


def hold(session: Session, thread: Thread) -> None:
    """Read the thread anew and let nobody else change it before the commit: what was decided on an older reading would
    bring back what somebody has taken out since. On SQLite writers come one after another anyway."""
    session.refresh(thread, with_for_update=True)


class Found(NamedTuple):
    """A message with its thread and room."""

    message: Message
    place: Place


def get_message_for(session: Session, actor: Actor, message_id: int) -> Found:
    """Raises NotFound when the message is not there or its room not readable."""
    message = session.get(Message, message_id)
    if message is None:
        raise NotFound
    return Found(message, get_thread_for(session, actor, message.thread_id))


def message_subject(session: Session, found: Found) -> Subject:
    """What the policy asks of a message: its author, and the organisation for which the author wrote. What stands under
    an alias nobody's own body is to be told by: the body of the DX section is in charge of it."""
    query = sa.select(Organisation.id, Organisation.kind).join(Section, Section.organisation_id == Organisation.id)
    of_posting = query.join(Posting, Posting.section_id == Section.id).where(Posting.id == found.message.posting_id)
    organisation_id, kind = session.execute(of_posting).one()
    if kind in ALIAS_SIDES:
        organisation_id = session.scalars(DX_BODY).first() or organisation_id
    return found.place.subject_of(organisation_id, found.message.author_id)


def title_was_erased(session: Session, thread: Thread) -> bool:
    """Whether a title was redacted, or went with the first message, whatever the thread is called since."""
    redacted = sa.exists().where(ThreadRedaction.thread_id == thread.id, ThreadRedaction.part == "title")
    gone = sa.or_(Message.deleted_at.is_not(None), Message.redacted_at.is_not(None))
    first = sa.exists().where(Message.thread_id == thread.id, Message.position == 1, gone)
    return bool(session.scalar(sa.select(sa.or_(redacted, first))))


def newest_summary() -> sa.ColumnElement[bool]:
    """That a revision is the one that is shown. Its number may be below the thread's: later ones were redacted."""
    other = aliased(SummaryRevision)
    newest = sa.select(sa.func.max(other.version)).where(other.thread_id == SummaryRevision.thread_id)
    return SummaryRevision.version == newest.correlate(SummaryRevision).scalar_subquery()


def list_threads(session: Session, room_id: int, *, limit: int = 200, before_id: int | None = None) -> Sequence[Thread]:
    """A room's threads, the most recently written first."""
    query = sa.select(Thread).where(Thread.room_id == room_id)
    if before_id is not None:
        last = sa.select(Thread.last_message_at).where(Thread.id == before_id).scalar_subquery()
        query = query.where(
            sa.or_(Thread.last_message_at < last, sa.and_(Thread.last_message_at == last, Thread.id < before_id))
        )
    return session.scalars(query.order_by(Thread.last_message_at.desc(), Thread.id.desc()).limit(limit)).all()


def messages_after(session: Session, thread_id: int, position: int, limit: int) -> Sequence[Message]:
    """Up to `limit` messages behind `position`, oldest first."""
    query = sa.select(Message).where(Message.thread_id == thread_id, Message.position > position)
    return session.scalars(query.order_by(Message.position).limit(limit)).all()


def messages_before(session: Session, thread_id: int, position: int, limit: int) -> Sequence[Message]:
    """Up to `limit` messages ahead of `position`, oldest first."""
    query = sa.select(Message).where(Message.thread_id == thread_id, Message.position < position)
    return session.scalars(query.order_by(Message.position.desc()).limit(limit)).all()[::-1]
