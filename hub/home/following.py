"""Threads that somebody follows and in which there is something new."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.home.queries import MOST, Item, open_readable
from hub.rooms.models import Room
from hub.shown import Shown, first_of
from hub.threads.listing import thread_rows
from hub.threads.models import ReadMark, Thread, ThreadPreference
from hub.threads.waiting import erased_behind


def followed_news(session: Session, actor: Actor, *, whole: bool = False) -> Shown[Item]:
    """Followed threads with unread messages, the last written first. Nothing is stored for a follower when somebody
    posts: a post would otherwise write one row per reader."""
    wish = sa.and_(ThreadPreference.thread_id == Thread.id, ThreadPreference.staff_id == actor.staff_id)
    mark = sa.and_(ReadMark.thread_id == Thread.id, ReadMark.staff_id == actor.staff_id)
    query = (
        sa.select(Thread, Room)
        .join(Room, Room.id == Thread.room_id)
        .join(ThreadPreference, wish)
        .outerjoin(ReadMark, mark)
        .where(open_readable(actor), ThreadPreference.following, ThreadPreference.muted.is_(False))
        .where(Thread.last_position - erased_behind() > sa.func.coalesce(ReadMark.position, 0))
        .order_by(Thread.last_message_at.desc(), Thread.id.desc())
    )
    rows = session.execute(first_of(query, MOST, whole)).all()
    shown = thread_rows(session, actor, [thread for thread, _room in rows])
    items = [Item(row, room, thread.last_message_at) for row, (thread, room) in zip(shown, rows, strict=True)]
    return Shown(items, MOST, whole)
