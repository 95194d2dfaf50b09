"""How the jobs stand: for the administrator's page and for the monitor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.jobs.models import WAITS, Job
from hub.security.permissions import Permission, require_role
from hub.shown import first_of

MOST_FAILED = 50


@dataclass(frozen=True)
class Tally:
    """`oldest_at`: since when the longest of those that wait could have been begun."""

    waiting: int
    under_way: int
    set_aside: int
    oldest_at: datetime | None


def how_jobs_stand(session: Session) -> Tally:
    """Work that waits for its time is not counted: it is nobody's turn yet."""
    due = sa.and_(WAITS, Job.run_at <= utc_now())
    count, oldest = sa.func.count(), sa.func.min(Job.run_at)
    row = session.execute(
        sa.select(
            count.filter(due).label("waiting"),
            count.filter(Job.lease.is_not(None)).label("under_way"),
            count.filter(Job.set_aside_at.is_not(None)).label("set_aside"),
            oldest.filter(due).label("oldest_at"),
        )
    ).one()
    return Tally(row.waiting, row.under_way, row.set_aside, row.oldest_at)


def list_failed(session: Session, actor: Actor, *, whole: bool) -> Sequence[Job]:
    """What was set aside, and what failed and waits for its next time; the newest first. Raises Forbidden."""
    require_role(actor, Permission.JOBS_MANAGE)
    query = sa.select(Job).where(Job.lease.is_(None), Job.last_error != "").order_by(Job.id.desc())
    return session.scalars(first_of(query, MOST_FAILED, whole)).all()
