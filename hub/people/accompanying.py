"""伴走支援: which municipalities somebody accompanies at this moment."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.people.models import Duty, Holding


class Seats(NamedTuple):
    """Duties, and the municipalities that they accompany."""

    duty_ids: frozenset[int]
    organisation_ids: frozenset[int]


def accompanied(session: Session, actor: Actor) -> frozenset[int]:
    """The municipalities of the duties in which the actor sits now, or stands in while the holder is absent."""
    return own_seats(session, actor).organisation_ids


def own_seats(session: Session, actor: Actor) -> Seats:
    """The duties in which the actor sits now, or stands in while the holder is absent."""
    now = utc_now()
    held = (
        sa.select(Holding.duty_id)
        .where(Holding.staff_id == actor.staff_id, Holding.from_at <= now)
        .where(sa.or_(Holding.until_at.is_(None), Holding.until_at > now))
    )
    mine = sa.or_(Duty.id.in_(held), sa.and_(Duty.deputy_duty_id.in_(held), is_absent(Duty, now)))
    rows = session.execute(sa.select(Duty.id, Duty.organisation_id).where(mine)).all()
    return Seats(frozenset(id_ for id_, _body in rows), frozenset(body for _id, body in rows if body is not None))


def is_absent(duty: type[Duty], now: datetime) -> sa.ColumnElement[bool]:
    """Of a duty: whether its deputy stands in."""
    return sa.and_(duty.absent_from <= now, sa.or_(duty.absent_until.is_(None), duty.absent_until > now))
