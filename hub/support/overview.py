"""How things stand with each municipality, in a constant number of statements however many there are. Figures without
a rank: the order is that of the 団体コード."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import in_japan, japan_today, utc_now
from hub.people.accompanying import accompanied
from hub.people.models import Duty, Holding, Organisation, Staff
from hub.rooms.models import Room
from hub.statements import among
from hub.support.models import OVER, Contact, PlanItem
from hub.threads.consultations.models import Consultation, Turn
from hub.threads.models import Thread


@dataclass
class Situation:
    """Of one municipality. `balls`: open consultations by the side that has to act; `quiet_days`: since the last
    contact, where that is for too long and the actor accompanies the municipality."""

    organisation: Organisation
    mine: bool = False
    balls: dict[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    last_on: date | None = None
    next_on: date | None = None
    overdue: int = 0
    supporters: list[str] = field(default_factory=list)
    silent: bool = False

    @property
    def open(self) -> int:
        return sum(self.balls.values())

    @property
    def quiet_days(self) -> int | None:
        return (japan_today() - self.last_on).days if self.last_on else None


def situations_of(
    session: Session, actor: Actor, kartes: Sequence[Organisation], *, silence_weeks: int
) -> list[Situation]:
    """In the order of `kartes`. Silence is told to whoever accompanies a municipality alone."""
    mine = accompanied(session, actor) if actor.in_dx_section else frozenset()
    found = {body.id: Situation(body, body.id in mine) for body in kartes}
    _count_consultations(session, actor, found)
    _date_messages(session, actor, found)
    _date_contacts(session, found)
    _count_overdue(session, found)
    _name_supporters(session, found)
    for situation in found.values():
        quiet = situation.quiet_days
        situation.silent = situation.mine and (quiet is None or quiet >= 7 * silence_weeks)
    return list(found.values())


def _count_consultations(session: Session, actor: Actor, found: dict[int, Situation]) -> None:
    """Those that are not closed, in rooms that the actor may read."""
    query = (
        sa.select(Consultation.organisation_id, Turn.side, sa.func.count(), sa.func.min(Thread.created_at))
        .join(Turn, sa.and_(Turn.thread_id == Consultation.thread_id, Turn.number == Consultation.turn))
        .join(Thread, Thread.id == Consultation.thread_id)
        .join(Room, Room.id == Thread.room_id)
        .where(Consultation.state != "closed", Room.audience_id.in_(actor.audience_ids))
        .where(among(Consultation.organisation_id, found))
        .group_by(Consultation.organisation_id, Turn.side)
    )
    for body, side, number, oldest in session.execute(query):
        situation = found[body]
        situation.balls[side or ""] = number
        situation.oldest = min(situation.oldest or oldest, oldest)


def _date_messages(session: Session, actor: Actor, found: dict[int, Situation]) -> None:
    """The last message in the support room."""
    query = sa.select(Room.organisation_id, sa.func.max(Thread.last_message_at)).join(Thread, Thread.room_id == Room.id)
    query = query.where(among(Room.organisation_id, found), Room.audience_id.in_(actor.audience_ids))
    for body, moment in session.execute(query.group_by(Room.organisation_id)):
        _note_contact(found[body or 0], in_japan(moment).date())


def _date_contacts(session: Session, found: dict[int, Situation]) -> None:
    """The last visit or call, and the first day from today on that was set for the next."""
    coming = sa.case((Contact.next_on >= japan_today(), Contact.next_on))
    query = sa.select(Contact.organisation_id, sa.func.max(Contact.held_on), sa.func.min(coming, type_=sa.Date()))
    query = query.where(among(Contact.organisation_id, found), Contact.newest)
    for body, last, following in session.execute(query.group_by(Contact.organisation_id)):
        _note_contact(found[body], last)
        found[body].next_on = following


def _note_contact(situation: Situation, day: date) -> None:
    situation.last_on = max(situation.last_on or day, day)


def _count_overdue(session: Session, found: dict[int, Situation]) -> None:
    query = sa.select(PlanItem.organisation_id, sa.func.count()).where(among(PlanItem.organisation_id, found))
    query = query.where(PlanItem.state.not_in(OVER), PlanItem.due_on < japan_today())
    for body, number in session.execute(query.group_by(PlanItem.organisation_id)):
        found[body].overdue = number


def _name_supporters(session: Session, found: dict[int, Situation]) -> None:
    now: Any = utc_now()
    query = sa.select(Duty.organisation_id, Staff.name).join(Holding, Holding.duty_id == Duty.id)
    query = query.join(Staff, Staff.id == Holding.staff_id).where(among(Duty.organisation_id, found))
    query = query.where(Holding.from_at <= now, sa.or_(Holding.until_at.is_(None), Holding.until_at > now))
    for body, name in session.execute(query.order_by(Duty.id, Holding.from_at)):
        if body is not None and name not in found[body].supporters:
            found[body].supporters.append(name)
