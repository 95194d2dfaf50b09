"""Everything in a room, or in all of them, read at once."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.events.happenings import happened
from hub.feed.log import append
from hub.feed.streams import user_stream
from hub.feed.submissions import Receipt
from hub.rooms.queries import get_room_for, list_rooms_for
from hub.statements import upsert
from hub.threads.commands import ReadRoom, ReadRooms
from hub.threads.happenings import ThreadRead
from hub.threads.models import ERASED, Message, ReadMark, Thread
from hub.threads.waiting import is_unread


def read_room(session: Session, actor: Actor, command: ReadRoom) -> Receipt:
    """Move the actor's marks of all threads with something unread up to message `until`, the newest that was there when
    they looked: what came meanwhile stays new. Appends mark:moved to their own stream for each."""
    get_room_for(session, actor, command.room_id)
    _read(session, actor, [command.room_id], command.until)
    return Receipt()


def read_rooms(session: Session, actor: Actor, command: ReadRooms) -> Receipt:
    """The same in every room of the actor's list, also in those that are muted."""
    _read(session, actor, [room.id for room in list_rooms_for(session, actor)], command.until)
    return Receipt()


def _read(session: Session, actor: Actor, room_ids: Sequence[int], until: int) -> None:
    for room_id, thread_id, position, left in session.execute(_unread(actor, room_ids, until)).all():
        happened(session, actor, ThreadRead(thread_id, position))
        key = {"staff_id": actor.staff_id, "thread_id": thread_id}
        upsert(session, ReadMark, ("staff_id", "thread_id"), {**key, "position": position})
        data = {
            "room_id": str(room_id),
            "thread_id": str(thread_id),
            "position": position,
            "unread": left,
        }
        append(session, user_stream(actor.staff_id), "mark:moved", data)


def _unread(actor: Actor, room_ids: Sequence[int], until: int) -> sa.Select[int, int, int, int]:
    """Room and thread, the position up to which it was there, and how many messages behind that are unread."""
    mark = sa.and_(ReadMark.thread_id == Thread.id, ReadMark.staff_id == actor.staff_id)
    there = Message.id <= until
    position = sa.func.max(sa.case((there, Message.position), else_=0))
    left = sa.func.sum(sa.case((sa.or_(there, ERASED), 0), else_=1))
    return (
        sa.select(Thread.room_id, Thread.id, position, left)
        .outerjoin(ReadMark, mark)
        .join(Message, Message.thread_id == Thread.id)
        .where(Thread.room_id.in_(room_ids), is_unread())
        .group_by(Thread.room_id, Thread.id, ReadMark.position)
        .having(position > sa.func.coalesce(ReadMark.position, 0))
        .order_by(Thread.id)
    )


def newest_message(session: Session, room_id: int) -> int:
    """The newest message of a room; 0 where nobody has written. The room must have been fetched through the actor."""
    query = sa.select(sa.func.max(Message.id)).join(Thread, Thread.id == Message.thread_id)
    return session.execute(query.where(Thread.room_id == room_id)).scalar() or 0
