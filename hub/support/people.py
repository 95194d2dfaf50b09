"""Who accompanies a municipality."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.people.models import Duty, Holding, Staff
from hub.shown import Shown, first_of
from hub.support.queries import Karte

MOST_SEATS = 10


@dataclass(frozen=True)
class Supporter:
    """Somebody in a duty that accompanies the municipality, from when until when."""

    duty: str
    name: str
    from_at: datetime
    until_at: datetime | None
    now: bool


def supporters_of(session: Session, karte: Karte, *, whole: bool = False) -> Shown[Supporter]:
    """The last first: who follows, who sits there now, who did before."""
    query = sa.select(Duty.name, Staff.name, Holding.from_at, Holding.until_at)
    query = query.join(Holding, Holding.duty_id == Duty.id).join(Staff, Staff.id == Holding.staff_id)
    query = query.where(Duty.organisation_id == karte.organisation.id)
    query = first_of(query.order_by(Holding.from_at.desc(), Holding.id.desc()), MOST_SEATS, whole)
    now = utc_now()
    rows = [Supporter(*row, now=row[2] <= now and (row[3] is None or row[3] > now)) for row in session.execute(query)]
    return Shown(rows, MOST_SEATS, whole)
