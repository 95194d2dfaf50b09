"""What waits for one person in rooms and threads: unread messages, calls by name, consultations to act on.

A constant number of queries for any number of rooms. Threads that nobody wrote in for 90 days and that the person never
opened count as read, also for calls: a new colleague does not begin with a year of unread messages, nor with every call
of the section. In a message that was deleted or blacked out there is nothing to read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import in_japan, japan_today, utc_now
from hub.rooms.models import Room
from hub.statements import among
from hub.threads.consultations.models import Consultation
from hub.threads.models import ERASED, Mention, Message, ReadMark, Thread, ThreadPreference

RECENT = timedelta(days=90)


@dataclass(frozen=True)
class RoomCounts:
    """`waiting`: consultations on which the person's side has to act, being in `waiting_state`: the DX section answers
    open ones, a municipality takes note of its own answered ones. The first of them waits since `waiting_since`.
    `urgent`: how many of them are."""

    unread: int = 0
    mentions: int = 0
    waiting: int = 0
    last_at: datetime | None = None
    waiting_since: datetime | None = None
    waiting_state: Literal["open", "answered"] = "open"
    urgent: int = 0

    @property
    def waiting_days(self) -> int:
        """How many days ago, in Japan, the longest waiting began."""
        return (japan_today() - in_japan(self.waiting_since).date()).days if self.waiting_since else 0


@dataclass(frozen=True)
class ThreadMark:
    """How far the person has read, and what they want of the thread; `mentioned` = called behind the mark. `faded`: it
    counts as read without having been opened. `erased`: messages behind the mark that are there no more."""

    position: int = 0
    erased: int = 0
    faded: bool = False
    following: bool = False
    muted: bool = False
    mentioned: bool = False


def room_counts(session: Session, actor: Actor, room_ids: Sequence[int]) -> dict[int, RoomCounts]:
    """Counts by room id, for rooms that the actor may read. Muted threads count for nothing but their date."""
    unread = _unread(session, actor, room_ids)
    mentions = _mentions(session, actor, room_ids)
    waiting = _waiting(session, actor, room_ids)
    last = _last_written(session, room_ids)
    acts_on: Literal["open", "answered"] = "open" if actor.in_dx_section else "answered"
    return {
        i: RoomCounts(
            unread=int(unread.get(i, 0) or 0),
            mentions=mentions.get(i, 0),
            waiting=waiting[i][0] if i in waiting else 0,
            last_at=last.get(i),
            waiting_since=waiting[i][1] if i in waiting else None,
            waiting_state=acts_on,
            urgent=waiting[i][2] if i in waiting else 0,
        )
        for i in room_ids
    }


def _last_written(session: Session, room_ids: Sequence[int]) -> dict[int, datetime]:
    """The end of each room's own stretch of the index, for a room has thousands of threads."""
    newest = sa.select(Thread.last_message_at).where(Thread.room_id == Room.id)
    newest = newest.order_by(Thread.last_message_at.desc()).limit(1).correlate(Room)
    rows = session.execute(sa.select(Room.id, newest.scalar_subquery()).where(among(Room.id, room_ids)))
    return {room_id: at for room_id, at in rows if at is not None}


def _unread(session: Session, actor: Actor, room_ids: Sequence[int]) -> dict[int, int]:
    """In two halves, so that each begins at an index: threads with the person's own mark, and recent ones without."""
    behind = Thread.last_position - ReadMark.position - erased_behind()
    marked = sa.select(Thread.room_id, behind.label("unread")).join(ReadMark, ReadMark.thread_id == Thread.id)
    marked = marked.where(ReadMark.staff_id == actor.staff_id, Thread.last_position > ReadMark.position)
    opened = sa.exists().where(ReadMark.staff_id == actor.staff_id, ReadMark.thread_id == Thread.id)
    recent = sa.select(Thread.room_id, (Thread.last_position - erased_in()).label("unread"))
    recent = recent.where(Thread.last_message_at >= utc_now() - RECENT, ~opened)
    halves = (half.where(among(Thread.room_id, room_ids), _not_muted(actor)) for half in (marked, recent))
    both = sa.union_all(*halves).subquery()
    return _by_room(session, sa.select(both.c.room_id, sa.func.sum(both.c.unread)).group_by(both.c.room_id))


def _mentions(session: Session, actor: Actor, room_ids: Sequence[int]) -> dict[int, int]:
    """Begins at the calls, of which a person has few."""
    mark = sa.and_(ReadMark.thread_id == Thread.id, ReadMark.staff_id == actor.staff_id)
    query = sa.select(Thread.room_id, sa.func.count()).select_from(Mention)
    query = query.join(Thread, Thread.id == Mention.thread_id).outerjoin(ReadMark, mark)
    behind = Mention.position > sa.func.coalesce(ReadMark.position, 0)
    query = query.where(_calls(actor), behind, _fresh(), among(Thread.room_id, room_ids), _not_muted(actor))
    return _by_room(session, query.group_by(Thread.room_id))


def _not_muted(actor: Actor) -> sa.ColumnElement[bool]:
    wish = sa.exists().where(ThreadPreference.staff_id == actor.staff_id, ThreadPreference.muted)
    return ~wish.where(ThreadPreference.thread_id == Thread.id).correlate(Thread)


def erased_behind() -> sa.ColumnElement[int]:
    """How many messages behind the person's own mark are there no more, of threads with the mark beside them."""
    return _erased(Message.position > sa.func.coalesce(ReadMark.position, 0))


def erased_in() -> sa.ColumnElement[int]:
    """How many messages of a thread are there no more."""
    return _erased()


def _erased(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    query = sa.select(sa.func.count()).select_from(Message).where(Message.thread_id == Thread.id, *conditions, ERASED)
    return query.correlate(Thread, ReadMark).scalar_subquery()


def is_unread() -> sa.ColumnElement[bool]:
    """Whether there is anything unread in a thread with the person's own mark beside it."""
    behind = Thread.last_position - erased_behind() > sa.func.coalesce(ReadMark.position, 0)
    return sa.and_(behind, _fresh())


def _fresh() -> sa.ColumnElement[bool]:
    """Of threads with the person's own mark beside them."""
    return sa.or_(ReadMark.position.is_not(None), Thread.last_message_at >= utc_now() - RECENT)


def _waiting(session: Session, actor: Actor, room_ids: Sequence[int]) -> dict[int, tuple[int, datetime, int]]:
    """The DX section acts on open consultations, a municipality on its own answered ones: how many, since when, and how
    many of them are urgent."""
    urgent = sa.func.sum(sa.case((Thread.urgency == "urgent", 1), else_=0))
    counts = (sa.func.count(), sa.func.min(Consultation.changed_at), urgent)
    query = sa.select(Thread.room_id, *counts).join(Consultation, Consultation.thread_id == Thread.id)
    if actor.in_dx_section:
        query = query.where(Consultation.state == "open")
    else:
        mine = Consultation.organisation_id.in_(actor.organisation_ids)
        query = query.where(Consultation.state == "answered", mine)
    rows = session.execute(query.where(among(Thread.room_id, room_ids)).group_by(Thread.room_id))
    return {room_id: (waiting, first, int(pressing)) for room_id, waiting, first, pressing in rows}


def _by_room(session: Session, query: sa.Select[int, int]) -> dict[int, int]:
    return dict(session.execute(query).all())


def _calls(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.or_(
        Mention.staff_id == actor.staff_id,
        Mention.section_id.in_(actor.section_ids),
        Mention.organisation_id.in_(actor.organisation_ids),
    )


def thread_marks(session: Session, actor: Actor, thread_ids: Sequence[int]) -> dict[int, ThreadMark]:
    """Marks by thread id."""
    mark = sa.and_(ReadMark.thread_id == Thread.id, ReadMark.staff_id == actor.staff_id)
    own = sa.select(Thread.id, ReadMark.position, _fresh(), erased_behind()).outerjoin(ReadMark, mark)
    found = session.execute(own.where(Thread.id.in_(thread_ids))).all()
    read = {thread_id: position or 0 for thread_id, position, _is_fresh, _erased in found}
    faded = {thread_id for thread_id, _position, is_fresh, _erased in found if not is_fresh}
    erased = {thread_id: count for thread_id, _position, _is_fresh, count in found}
    wishes = sa.select(ThreadPreference).where(
        ThreadPreference.staff_id == actor.staff_id, ThreadPreference.thread_id.in_(thread_ids)
    )
    wanted = {w.thread_id: w for w in session.scalars(wishes)}
    calls = sa.select(Mention.thread_id, sa.func.max(Mention.position)).where(
        Mention.thread_id.in_(thread_ids), _calls(actor)
    )
    called = dict(session.execute(calls.group_by(Mention.thread_id)).all())
    return {
        i: ThreadMark(
            read.get(i, 0),
            erased.get(i, 0),
            i in faded,
            bool(i in wanted and wanted[i].following),
            bool(i in wanted and wanted[i].muted),
            i not in faded and called.get(i, 0) > read.get(i, 0),
        )
        for i in thread_ids
    }
