"""Who does a job: whoever has its lease. A lease is a word that nobody else knows, kept up while the job is under way;
of a process that was killed it runs out, and another takes the job."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from hub.clock import utc_now
from hub.jobs.calendar import Calendar
from hub.jobs.models import WAITS, Job

LEASE = timedelta(seconds=60)


class LeaseLost(Exception):
    """Somebody else has the job by now; whatever was done with it in this transaction is to be undone."""


@dataclass
class Lease:
    """A job under way. `calendar`: of recurring work, which waits for its next time when it is done."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempts: int
    word: str = field(repr=False)
    calendar: Calendar | None = None
    settled: bool = False

    def settle(self, session: Session) -> None:
        """The job is done with this transaction, whose effects are there exactly once wherever a process is killed.
        Without it, what is done may be done again. Raises LeaseLost."""
        if self.calendar is not None:
            kept = put_back(session, self, run_at=self.calendar.after(utc_now()), attempts=0, last_error="")
        else:
            kept = _changed(session, sa.delete(Job).where(*_mine(self)))
        if not kept:
            raise LeaseLost
        self.settled = True


def due(kinds: Collection[str], now: datetime) -> sa.ColumnElement[bool]:
    """What can be begun: nobody is at work on another one of the same kind and key."""
    other = aliased(Job)
    rival = sa.exists().where(other.lease.is_not(None), other.kind == Job.kind, other.key == Job.key)
    free = sa.and_(WAITS, Job.run_at <= now, ~rival)
    return sa.and_(Job.kind.in_(kinds), sa.or_(free, Job.lease_until < now))


def seconds_until_due(session: Session, kinds: Collection[str]) -> float | None:
    """0 when something can be begun, None when nothing waits for its time."""
    now = utc_now()
    if session.scalar(sa.select(Job.id).where(due(kinds, now)).limit(1)) is not None:
        return 0.0
    later = sa.select(sa.func.min(Job.run_at)).where(WAITS, Job.run_at > now, Job.kind.in_(kinds))
    moment: datetime | None = session.scalar(later)
    return None if moment is None else (moment - now).total_seconds()


def take(session: Session, kinds: Collection[str], most: int) -> list[Lease]:
    """Leases of up to so many jobs, the longest due first. The commit raises IntegrityError for whoever is second at
    the same kind and key; then nothing was taken."""
    now = utc_now()
    query = sa.select(Job).where(due(kinds, now)).order_by(Job.run_at, Job.id).limit(most)
    taken = []
    for job in session.scalars(query.with_for_update(skip_locked=True, of=Job)):
        job.lease, job.lease_until, job.attempts = secrets.token_hex(8), now + LEASE, job.attempts + 1
        taken.append(Lease(job.id, job.kind, job.key, job.payload, job.attempts, job.lease))
    return taken


def renew(session: Session, leases: Sequence[Lease]) -> None:
    words = [lease.word for lease in leases]
    session.execute(sa.update(Job).where(Job.lease.in_(words)).values(lease_until=utc_now() + LEASE))


def put_back(session: Session, lease: Lease, **values: Any) -> bool:
    """It waits again, or is set aside; if another of the same kind and key waits already, that one is it. False when
    the lease is lost."""
    try:
        with session.begin_nested():
            return _changed(session, sa.update(Job).where(*_mine(lease)).values(lease=None, lease_until=None, **values))
    except IntegrityError:
        return _changed(session, sa.delete(Job).where(*_mine(lease)))


def _mine(lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    return Job.id == lease.id, Job.lease == lease.word


def _changed(session: Session, statement: sa.Update | sa.Delete) -> bool:
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]
