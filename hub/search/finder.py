"""The quick finder: rooms, people, what was read last, and the first results."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.rooms.models import Room
from hub.rooms.queries import list_rooms_for
from hub.search.analysis import fold
from hub.search.corpus import Corpus
from hub.search.repair import complete
from hub.search.searching import Hit, find
from hub.security.actor import Actor
from hub.threads.models import ReadMark, Thread

MOST = 5


@dataclass(frozen=True)
class Finding:
    rooms: list[Room]
    recent: list[Thread]
    hits: list[Hit]
    words: list[str]


def look_up(session: Session, actor: Actor, typed: str) -> Finding:
    """With nothing typed: favourite places to go on, that is recent threads and the first rooms."""
    wanted = fold(typed.strip())
    rooms = [r for r in list_rooms_for(session, actor) if wanted in fold(f"{r.name} {r.kana}")][:MOST]
    if not wanted:
        return Finding(rooms, _recent(session, actor, ""), [], [])
    hits = find(session, actor, typed).hits
    words = complete(Corpus(session, actor.audience_ids), typed)
    return Finding(rooms, _recent(session, actor, wanted), hits[:MOST], words)


def _recent(session: Session, actor: Actor, wanted: str) -> list[Thread]:
    """Threads that the actor has read in, the last written first."""
    query = (
        sa.select(Thread)
        .join(ReadMark, sa.and_(ReadMark.thread_id == Thread.id, ReadMark.staff_id == actor.staff_id))
        .join(Room, Room.id == Thread.room_id)
        .where(Room.audience_id.in_(actor.audience_ids))
        .order_by(Thread.last_message_at.desc(), Thread.id.desc())
        .limit(50)
    )
    return [t for t in session.scalars(query) if wanted in fold(t.title)][:MOST]
