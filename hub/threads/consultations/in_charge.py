"""Who is in charge (担当) of a consultation: the duty that took it or was given it, else the one that accompanies the
body that asks; while its holder is absent, the deputy duty."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hub.actor import Actor
from hub.clock import utc_now
from hub.people.accompanying import is_absent, own_seats
from hub.people.models import Duty, Holding, Section, Staff
from hub.threads.consultations.models import Consultation

GIVEN, DEPUTY = aliased(Duty), aliased(Duty)
_ACCOMPANIES = sa.select(sa.func.min(Duty.id)).where(Duty.organisation_id == Consultation.organisation_id)
IN_CHARGE = sa.func.coalesce(Consultation.duty_id, _ACCOMPANIES.correlate(Consultation).scalar_subquery())


def with_charge(query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """A query of consultations, with the id and the name of the duty in charge and the name of who sits there now; none
    where there is no such duty, or nobody in it."""
    now = utc_now()
    joined = query.outerjoin(GIVEN, GIVEN.id == IN_CHARGE)
    joined = joined.outerjoin(DEPUTY, sa.and_(DEPUTY.id == GIVEN.deputy_duty_id, is_absent(GIVEN, now)))
    acts = sa.func.coalesce(DEPUTY.id, GIVEN.id)
    sits = sa.select(Staff.name).join(Holding, Holding.staff_id == Staff.id).where(Holding.duty_id == acts, _now(now))
    newest = sits.order_by(Holding.from_at.desc(), Holding.id.desc()).limit(1).correlate(GIVEN, DEPUTY)
    return joined.add_columns(acts, sa.func.coalesce(DEPUTY.name, GIVEN.name), newest.scalar_subquery())


def is_mine(session: Session, actor: Actor) -> sa.ColumnElement[bool]:
    """Of consultations: whether the actor is in charge, or stands in for whoever is."""
    return IN_CHARGE.in_(own_seats(session, actor).duty_ids)


class Held(NamedTuple):
    """A duty that can be in charge, and who holds it now."""

    duty_id: int
    name: str
    accompanies: int | None
    staff_id: int
    who: str


def held_in_dx(session: Session) -> list[Held]:
    """Those of the DX section, by their holders."""
    query = sa.select(Duty.id, Duty.name, Duty.organisation_id, Staff.id, Staff.name)
    query = query.join(Section, Section.id == Duty.section_id)
    query = query.join(Holding, Holding.duty_id == Duty.id).join(Staff, Staff.id == Holding.staff_id)
    held = query.where(Section.is_dx, _now(utc_now()), Staff.disabled_at.is_(None))
    return [Held(*row) for row in session.execute(held.order_by(Staff.kana, Staff.id, Duty.id))]


def one_of_each(held: Sequence[Held], asking_id: int) -> list[Held]:
    """One duty of each holder: the one that accompanies the body that asks, else their first."""
    chosen: dict[int, Held] = {}
    for one in held:
        if one.staff_id not in chosen or one.accompanies == asking_id:
            chosen[one.staff_id] = one
    return list(chosen.values())


def _now(now: Any) -> sa.ColumnElement[bool]:
    return sa.and_(Holding.from_at <= now, sa.or_(Holding.until_at.is_(None), Holding.until_at > now))
