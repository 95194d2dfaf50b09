"""In the demo everybody has read what is older than three days; what is newer waits for them."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.queries import readers_of
from hub.inbox.models import InboxEntry
from hub.rooms.models import Room
from hub.statements import insert_ignore
from hub.threads.models import Message, ReadMark, Thread


def read_the_old(session: Session, now: datetime) -> None:
    old = sa.select(Thread).where(Thread.last_message_at < now - timedelta(days=3))
    threads = session.scalars(old).all()
    ids = [t.id for t in threads]
    last = sa.select(Thread.last_position).where(Thread.id == ReadMark.thread_id).scalar_subquery()
    session.execute(sa.update(ReadMark).where(ReadMark.thread_id.in_(ids)).values(position=last))
    read = sa.select(Message.id).where(Message.thread_id.in_(ids))
    entries = sa.update(InboxEntry).where(InboxEntry.message_id.in_(read), InboxEntry.seen_at.is_(None))
    session.execute(entries.values(seen_at=now), execution_options={"synchronize_session": False})
    for room in session.scalars(sa.select(Room).where(Room.id.in_({t.room_id for t in threads}))):
        staff = [s.id for readers in readers_of(session, room.audience_id) for s in readers.staff]
        rows = [
            {"staff_id": staff_id, "thread_id": t.id, "position": t.last_position}
            for t in threads
            if t.room_id == room.id
            for staff_id in staff
        ]
        if rows:
            session.execute(insert_ignore(session, ReadMark), rows)
