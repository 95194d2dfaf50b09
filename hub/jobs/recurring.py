"""Recurring work waits in the table like any other: for its next time there is one row."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.jobs.models import Job
from hub.jobs.table import Recurring
from hub.statements import insert_ignore


def ensure_recurring(session: Session, recurring: Sequence[Recurring]) -> None:
    """What has no row yet gets one; what has keeps its time, so that a restart neither skips nor repeats it."""
    now = utc_now()
    known = set(session.scalars(sa.select(Job.kind).where(Job.key == "", Job.set_aside_at.is_(None))))
    for line in recurring:
        if line.name not in known:
            row = {"kind": line.name, "payload": asdict(line.job), "created_at": now}
            values = row | {"run_at": line.calendar.after(now)}
            session.connection().execute(insert_ignore(session, Job), values)
