"""朝の一枚: what the DX section has to do with consultations today, each of them once, where it presses most."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hub.actor import Actor
from hub.clock import after_last_day, japan_today, last_closing, working_days_before
from hub.home.queries import Item, by_waiting, consultations, items_of, open_readable
from hub.rooms.models import Room
from hub.shown import Shown
from hub.threads.consultations.in_charge import is_mine
from hub.threads.consultations.models import STANDS, Consultation, Promise, Turn
from hub.threads.models import Thread

PRESSING = ("broken", "today", "returned", "new", "waiting", "stale")
QUIET = ("later", "elsewhere")  # an answer is promised for another day; somebody else has to act
MOST = 50
STALE_AFTER = 10  # working days with somebody outside of whom no day is expected


@dataclass(frozen=True)
class Morning:
    """Open consultations by what they ask for. Broken promises by their day; elsewhere the longest waiting first, and
    of those that wait since the same day the urgent ones first."""

    parts: Mapping[str, Shown[Item]]

    @property
    def is_clear(self) -> bool:
        """Nothing presses."""
        return not any(len(self.parts[name]) for name in PRESSING)


def morning(session: Session, actor: Actor, *, mine: bool = False, whole: bool = False) -> Morning:
    """`mine`: of which the actor is in charge. `whole`: however many there are."""
    numbered = _numbered(session, actor, mine=mine)
    query = consultations(actor).add_columns(numbered.c.part).join(numbered, numbered.c.thread_id == Thread.id)
    if not whole:
        query = query.where(numbered.c.number <= MOST + 1)
    rows = session.execute(query.order_by(numbered.c.part, numbered.c.number)).all()
    parts: dict[str, list[Item]] = {name: [] for name in (*PRESSING, *QUIET)}
    for item, row in zip(items_of(session, actor, [row[:-1] for row in rows]), rows, strict=True):
        parts[row[-1]].append(item)
    return Morning({name: Shown(_ordered(name, items), MOST, whole) for name, items in parts.items()})


def _ordered(name: str, items: list[Item]) -> list[Item]:
    return items if name == "broken" else sorted(items, key=by_waiting)


def _numbered(session: Session, actor: Actor, *, mine: bool) -> sa.Subquery:
    """Of each open consultation its part of the morning, and its number in it."""
    query = (
        sa.select(Thread.id.label("thread_id"), _part().label("part"), Consultation.changed_at, Promise.due_on)
        .join(Room, Room.id == Thread.room_id)
        .join(Consultation, Consultation.thread_id == Thread.id)
        .outerjoin(Turn, sa.and_(Turn.thread_id == Thread.id, Turn.number == Consultation.turn))
        .outerjoin(Promise, sa.and_(Promise.thread_id == Thread.id, STANDS))
        .where(open_readable(actor), Consultation.state == "open")
    )
    rows = (query.where(is_mine(session, actor)) if mine else query).subquery()
    by_day = sa.case((rows.c.part == "broken", rows.c.due_on), else_=None)
    order = (by_day, rows.c.changed_at, rows.c.thread_id)
    number = sa.func.row_number().over(partition_by=rows.c.part, order_by=order)
    return sa.select(rows.c.thread_id, rows.c.part, number.label("number")).subquery()


def _part() -> sa.Case[str]:
    """The first that holds. What is promised concerns the town, wherever the ball is."""
    today = japan_today()
    return sa.case(
        (Promise.due_on < today, "broken"),
        (Promise.due_on == today, "today"),
        (_is_stale(), "stale"),
        (Turn.side != "prefecture", "elsewhere"),
        (Promise.due_on > today, "later"),
        (_came_back(), "returned"),
        (Consultation.changed_at >= last_closing(), "new"),
        else_="waiting",
    )


def _is_stale() -> sa.ColumnElement[bool]:
    """With somebody outside, and over the day on which they were expected to have acted."""
    today = japan_today()
    long_ago = after_last_day(working_days_before(today, STALE_AFTER))
    since = sa.func.coalesce(Turn.since_at, Turn.from_at)
    return sa.and_(
        Turn.side == "outside",
        sa.or_(Turn.expected_on < today, sa.and_(Turn.expected_on.is_(None), since < long_ago)),
    )


def _came_back() -> sa.ColumnElement[bool]:
    earlier = aliased(Turn)
    there = sa.and_(earlier.thread_id == Thread.id, earlier.number < Consultation.turn, earlier.side != "prefecture")
    return sa.exists().where(there).correlate(Thread, Consultation)
