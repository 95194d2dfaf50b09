"""The table of jobs. A job that is done has no row any more."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Job(Base):
    """It waits (no lease, not set aside), is under way (with a lease), or was set aside after too many attempts.

    Of one kind and key at most one waits and at most one is under way: the database itself says so. `attempts` counts
    those that were begun, so that a job that ends its process every time is set aside as well. `last_error` is what
    `hub.jobs.wording` reads."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(default="", server_default="")
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    lease: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="", server_default="")
    set_aside_at: Mapped[datetime | None]


WAITS = sa.and_(Job.lease.is_(None), Job.set_aside_at.is_(None))


def _once(name: str, where: sa.ColumnElement[bool]) -> sa.Index:
    return sa.Index(name, Job.kind, Job.key, unique=True, sqlite_where=where, postgresql_where=where)


_once("uq_jobs_waiting", WAITS)
_once("uq_jobs_under_way", Job.lease.is_not(None))
sa.Index("ix_jobs_run_at", Job.run_at)
