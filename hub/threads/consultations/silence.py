"""Silence after an answer: whoever asked is reminded once, and after as long again the consultation is closed as
解決（自動）, which one click takes back. Not of what is locked, archived or outside; not where nobody is left to be
told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import (
    after_last_day,
    in_japan,
    is_office_hour,
    japan_today,
    utc_now,
    working_days_after,
    working_days_before,
)
from hub.db import db
from hub.events.happenings import happened
from hub.jobs.leasing import Lease
from hub.rooms.models import Room
from hub.statements import among
from hub.threads.consultations.happenings import ConsultationLapsed, ConsultationSilent
from hub.threads.consultations.models import Consultation, Rules, Turn
from hub.threads.consultations.rules import rules_now
from hub.threads.consultations.services import move
from hub.threads.consultations.to_be_told import Told, to_be_told
from hub.threads.consultations.turns import Next, Standing, standings
from hub.threads.happenings import Call
from hub.threads.models import Thread

EVERY_S, AT_ONCE = 1800.0, 100


@dataclass(frozen=True)
class TendSilence:
    """Answered consultations in which nobody has said anything since."""


def tend_silence(_job: TendSilence, _lease: Lease) -> None:
    """Only while offices are open: nobody is disturbed at night, and what is closed can be opened at once."""
    for step in (_remind, _close) if is_office_hour(utc_now()) else ():
        after: int | None = 0
        while after is not None:
            with db.transaction() as session:
                after = _some(session, after, step)


def _some(session: Session, after: int, step: "Step") -> int | None:
    """Do some of them; behind which one to go on, None at the end. They are looked at again once nobody else can write
    in them."""
    rules = rules_now(session)
    if not rules.remind_after:
        return None
    condition = step.due(rules)
    query = _SILENT.where(condition).order_by(Consultation.thread_id)
    found = session.scalars(query.where(Consultation.thread_id > after).limit(AT_ONCE)).all()
    held = sa.select(Thread.id).where(among(Thread.id, found)).order_by(Thread.id)
    session.execute(held.with_for_update(key_share=True))
    still = standings(session, session.scalars(query.where(among(Consultation.thread_id, found))).all())
    told = to_be_told(session, list(still.values()))
    step.do(session, [(one, told[thread_id]) for thread_id, one in still.items() if thread_id in told])
    return found[-1] if len(found) == AT_ONCE else None


_SILENT = (
    sa.select(Consultation.thread_id)
    .join(Thread, Thread.id == Consultation.thread_id)
    .join(Room, Room.id == Thread.room_id)
    .join(Turn, sa.and_(Turn.thread_id == Consultation.thread_id, Turn.number == Consultation.turn))
    .where(Consultation.state == "answered", Turn.side != "outside")
    .where(Thread.locked_at.is_(None), Room.archived_at.is_(None))
)
_REMINDED = sa.and_(
    Consultation.reminded_at >= Consultation.changed_at, Consultation.reminded_at >= Thread.last_message_at
)


def _day_before(number: int) -> datetime:
    """What was before this moment is so many working days ago."""
    return after_last_day(working_days_before(japan_today(), number))


def _to_remind(rules: Rules) -> sa.ColumnElement[bool]:
    before = _day_before(rules.remind_after)
    fresh = sa.or_(Consultation.reminded_at.is_(None), ~_REMINDED)
    return sa.and_(Consultation.changed_at < before, Thread.last_message_at < before, fresh)


def _to_close(rules: Rules) -> sa.ColumnElement[bool]:
    return sa.and_(_REMINDED, Consultation.reminded_at < _day_before(rules.close_after))


def _do_remind(session: Session, found: list[tuple[Standing, Told]]) -> None:
    for standing, told in found:
        since = max(standing.consultation.changed_at, standing.thread.last_message_at)
        standing.consultation.reminded_at = max(utc_now(), since)  # clocks of several workers may differ
        calls = tuple(Call(staff_id, "silent") for staff_id in told.staff_ids)
        silent = ConsultationSilent(standing.thread.id, standing.room.id, told.message_id, calls)
        happened(session, None, silent)


def _do_close(session: Session, found: list[tuple[Standing, Told]]) -> None:
    end = Next("closed", "hand", "solved", automatic=True)
    move(session, [(standing, end, None) for standing, _told in found])
    for standing, told in found:
        calls = tuple(Call(staff_id, "lapsed") for staff_id in told.staff_ids)
        lapsed = ConsultationLapsed(standing.thread.id, standing.room.id, told.message_id, calls)
        happened(session, None, lapsed)


@dataclass(frozen=True)
class Step:
    """What is done, and with which of those that are silent."""

    due: Callable[[Rules], sa.ColumnElement[bool]]
    do: Callable[[Session, list[tuple[Standing, Told]]], None]


_remind, _close = Step(_to_remind, _do_remind), Step(_to_close, _do_close)


def closes_on(session: Session, standing: Standing) -> date | None:
    """The day on which it will be closed if nobody says anything: told once whoever asked was reminded."""
    asked, rules = standing.consultation, rules_now(session)
    since = max(asked.changed_at, standing.thread.last_message_at)
    if asked.state != "answered" or asked.reminded_at is None or asked.reminded_at < since or not rules.remind_after:
        return None
    day = working_days_after(in_japan(asked.reminded_at).date(), rules.close_after)
    return max(day, working_days_after(japan_today() - timedelta(days=1), 1))
