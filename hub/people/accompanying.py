"""伴走支援: which municipalities somebody accompanies at this moment."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.people.models import Duty, Holding


def accompanied(session: Session, actor: Actor) -> frozenset[int]:
    """The municipalities of the duties in which the actor sits now, or stands in while the holder is absent."""
    now = utc_now()
    held = (
        sa.select(Holding.duty_id)
        .where(Holding.staff_id == actor.staff_id, Holding.from_at <= now)
        .where(sa.or_(Holding.until_at.is_(None), Holding.until_at > now))
    )
    absent = sa.and_(Duty.absent_from <= now, sa.or_(Duty.absent_until.is_(None), Duty.absent_until > now))
    mine = sa.or_(Duty.id.in_(held), sa.and_(Duty.deputy_duty_id.in_(held), absent))
    return frozenset(i for i in session.scalars(sa.select(Duty.organisation_id).where(mine)) if i is not None)
