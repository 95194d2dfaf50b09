"""Writing a job down, in the transaction that causes it; and what an administrator does with one that failed."""

from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.commits import after_commit
from hub.errors import NotFound
from hub.events.happenings import happened
from hub.jobs.commands import RetryJob
from hub.jobs.happenings import JobRetried
from hub.jobs.models import WAITS, Job
from hub.jobs.waking import wake
from hub.security.permissions import Permission, require_role


class Kind(Protocol):
    """A frozen dataclass, of which one instance is one job. Its fields are what JSON holds as it is."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


def enqueue(session: Session, job: Kind, *, key: str = "", at: datetime | None = None) -> None:
    """Do `job`, of a kind that stands in hub/job_table.py, once this transaction is durable, or at
    `at`. It is one statement.

    While one of this kind and key waits, it is the same job: it takes what this one says, and the earlier time unless
    it has failed before. Whoever writes the same key meanwhile waits for this commit; for what many write at once,
    let the key name the thing."""
    now = utc_now()
    values = {"kind": type(job).__name__, "key": key, "payload": asdict(job), "created_at": now, "run_at": at or now}
    session.connection().execute(_waiting(session.get_bind().dialect.name), values)
    if at is None:
        after_commit(session, wake)


@cache
def _waiting(dialect: str) -> Any:
    """The row that waits is locked until the commit: what does it sees what was written with this."""
    # The two dialects spell ON CONFLICT alike and share no base class that has it.
    insert: Any = (sqlite if dialect == "sqlite" else postgresql).insert(Job)
    given = insert.excluded
    sooner = sa.and_(Job.attempts == 0, given.run_at < Job.run_at)
    changed = {"payload": given.payload, "run_at": sa.case((sooner, given.run_at), else_=Job.run_at)}
    return insert.on_conflict_do_update(index_elements=["kind", "key"], index_where=WAITS, set_=changed)


def retry_job(session: Session, actor: Actor, command: RetryJob) -> None:
    """If another of the same kind and key waits, that one is it, and is done now. Raises Forbidden, NotFound."""
    require_role(actor, Permission.JOBS_MANAGE)
    job = session.get(Job, command.job_id, with_for_update=True)
    if job is None or job.lease is not None or not job.last_error:
        raise NotFound
    fresh = {"run_at": utc_now(), "attempts": 0, "last_error": "", "set_aside_at": None}
    twin = (Job.kind == job.kind, Job.key == job.key, Job.id != job.id, WAITS)
    try:
        with session.begin_nested():
            session.execute(sa.update(Job).where(Job.id == job.id).values(fresh))
    except IntegrityError:
        session.execute(sa.delete(Job).where(Job.id == job.id))
        session.execute(sa.update(Job).where(*twin).values(fresh))
    happened(session, actor, JobRetried(job_id=command.job_id, detail={"kind": job.kind}))
    after_commit(session, wake)
