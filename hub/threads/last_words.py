"""What lists say of a thread or a room beside its name: who wrote last and how it begins, how many replies there are,
whether the reader has begun to write there. A constant number of queries for any number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.moment import asked_once
from hub.people.authors import AuthorKey, authors
from hub.rooms.models import Room
from hub.statements import among
from hub.threads.models import ERASED, Draft, Message, Thread
from hub.threads.wording import message_excerpt

EXCERPT_CHARS = 60


@dataclass(frozen=True)
class LastWord:
    """The newest message of a thread. It may have been taken out since: then its excerpt says so."""

    message: Message
    writer: str

    @property
    def excerpt(self) -> str:
        return message_excerpt(self.message, EXCERPT_CHARS)


@dataclass(frozen=True)
class Drafts:
    """Where the actor has begun to write."""

    thread_ids: frozenset[int]
    room_ids: frozenset[int]


def last_words(session: Session, thread_ids: Sequence[int]) -> dict[int, LastWord]:
    """By thread id, for threads that the actor may read."""
    newest = sa.and_(Message.thread_id == Thread.id, Message.position == Thread.last_position)
    query = sa.select(Message).join(Thread, newest).where(Thread.id.in_(thread_ids))
    found = session.scalars(query).all()
    keys = {m.id: AuthorKey(m.author_id, m.posting_id, m.writer_name) for m in found}
    people = authors(session, keys.values())
    return {m.thread_id: LastWord(m, people[keys[m.id]]["name"]) for m in found}


def last_words_of_rooms(session: Session, room_ids: Sequence[int]) -> dict[int, LastWord]:
    """The same by room id, of the thread of each in which somebody wrote last."""
    newest = sa.select(Thread.id).where(Thread.room_id == Room.id)
    newest = newest.order_by(Thread.last_message_at.desc(), Thread.id.desc()).limit(1).correlate(Room)
    rows = session.execute(sa.select(newest.scalar_subquery(), Room.id).where(among(Room.id, room_ids)))
    room_of = {thread_id: room_id for thread_id, room_id in rows if thread_id is not None}
    return {room_of[id_]: word for id_, word in last_words(session, list(room_of)).items()}


def count_replies(session: Session, threads: Sequence[Thread]) -> dict[int, int]:
    """By thread id: the messages behind the first that are still there."""
    gone = (
        sa.select(Message.thread_id, sa.func.count())
        .where(Message.thread_id.in_([t.id for t in threads]), Message.position > 1, ERASED)
        .group_by(Message.thread_id)
    )
    erased = dict(session.execute(gone).all())
    return {t.id: max(0, t.last_position - 1 - erased.get(t.id, 0)) for t in threads}


def own_drafts(session: Session, actor: Actor) -> Drafts:
    """Texts for threads, their notes, and new threads of a room; what is begun in a thread is begun in its room too."""
    return asked_once(session, ("drafts", actor.staff_id), lambda: _own_drafts(session, actor))


def _own_drafts(session: Session, actor: Actor) -> Drafts:
    places = session.scalars(sa.select(Draft.place).where(Draft.staff_id == actor.staff_id)).all()
    parts = [(kind, int(number)) for kind, _colon, number in (place.partition(":") for place in places)]
    thread_ids = frozenset(number for kind, number in parts if kind in ("thread", "note"))
    rooms = {number for kind, number in parts if kind == "room"}
    if thread_ids:
        rooms |= set(session.scalars(sa.select(Thread.room_id).where(Thread.id.in_(thread_ids))))
    return Drafts(thread_ids, frozenset(rooms))
