"""Who of the DX section is away, and which of its duties nobody holds."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hub.clock import utc_now
from hub.people.accompanying import is_absent
from hub.people.models import Duty, Holding, Organisation, Section, Staff


@dataclass(frozen=True)
class Gap:
    """A duty whose holder is away, or which nobody holds. Names are empty where there is none: of the municipality that
    it accompanies, of who holds it, and of who stands in. `until`: when the absence ends, None where that is open."""

    duty_id: int
    duty: str
    organisation: str
    holder: str
    deputy: str
    until: datetime | None

    @property
    def is_open(self) -> bool:
        """Nobody does the work."""
        return not self.deputy


def gaps_in_dx(session: Session) -> list[Gap]:
    """First those that nobody does, then by municipality."""
    now, deputy = utc_now(), aliased(Duty)
    holder, away = _holder_of(Duty.id, now), is_absent(Duty, now)
    query = (
        sa.select(Duty.id, Duty.name, sa.func.coalesce(Organisation.name, ""))
        .add_columns(sa.func.coalesce(holder, ""), sa.func.coalesce(_holder_of(deputy.id, now), ""))
        .add_columns(sa.case((away, Duty.absent_until), else_=None))
        .join(Section, Section.id == Duty.section_id)
        .outerjoin(Organisation, Organisation.id == Duty.organisation_id)
        .outerjoin(deputy, deputy.id == Duty.deputy_duty_id)
        .where(Section.is_dx, sa.or_(away, holder.is_(None)))
        .order_by(Organisation.kana, Duty.id)
    )
    found = [Gap(*row) for row in session.execute(query)]
    return sorted(found, key=lambda gap: not gap.is_open)


def _holder_of(duty_id: InstrumentedAttribute[int], now: datetime) -> sa.ScalarSelect[str]:
    """Who holds the duty now, the last to come first; whoever was stopped holds nothing."""
    then = sa.and_(Holding.from_at <= now, sa.or_(Holding.until_at.is_(None), Holding.until_at > now))
    query = sa.select(Staff.name).join(Holding, Holding.staff_id == Staff.id)
    query = query.where(Holding.duty_id == duty_id, then, Staff.disabled_at.is_(None))
    return (
        query.order_by(Holding.from_at.desc(), Holding.id.desc())
        .limit(1)
        .correlate_except(Staff, Holding)
        .scalar_subquery()
    )
