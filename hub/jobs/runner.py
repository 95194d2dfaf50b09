"""What does the jobs of a process: each in a task of its own, a few at once, under leases that it keeps up."""

import time
from collections import Counter, defaultdict

import gevent
import structlog
from flask import Flask
from gevent.event import Event
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.db import Database
from hub.errors import HubError, Unavailable
from hub.jobs.faults import ENDED, MOST_ATTEMPTS, cause_of, pause_after
from hub.jobs.leasing import Lease, LeaseLost, put_back, renew, seconds_until_due, take
from hub.jobs.recurring import ensure_recurring
from hub.jobs.standing import WorkDone
from hub.jobs.table import JobTable

log = structlog.get_logger()

TICK_S, RENEW_S, DECLARE_S, FAULT_S = 1.0, 20.0, 300.0, 5.0
AT_ONCE, OF_A_KIND = 4, 2  # long ones of one kind leave room for others


class Runner:
    """One per process. `run` is its loop; `work_off` is for tests and for whoever has no loop."""

    def __init__(self, app: Flask, database: Database, table: JobTable) -> None:
        self.app, self.database, self.table = app, database, table
        self.under_way: list[Lease] = []
        self.stopping = False
        self._woken = Event()
        self._renew_due = 0.0
        self._declare_due = 0.0
        # For /metrics.
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.standing = {line.name: WorkDone() for line in table.standing}

    def wake(self) -> None:
        self._woken.set()

    def run(self) -> None:
        while not self.stopping:
            self._woken.wait(self._step_safely())
            self._woken.clear()

    def work_off(self) -> None:
        """Do what is due, one after the other, until nothing is."""
        while leases := self._take(1):
            self._do(leases[0])

    def _step_safely(self) -> float:
        """Begin what can be begun. The seconds after which to look again."""
        try:
            return self._step()
        except (SQLAlchemyError, HubError) as fault:
            log.warning("jobs: a step did not end", kind=type(fault).__name__)
        except Exception:
            log.exception("jobs")
        return FAULT_S

    def _step(self) -> float:
        self._declare()
        self._keep_leases()
        with self.database.read() as session:
            seconds = seconds_until_due(session, self._free_kinds())
        if seconds == 0:
            for lease in self._take(AT_ONCE - len(self.under_way)):
                gevent.spawn(self._do, lease)
            return 0.0 if self._has_room() else TICK_S
        return TICK_S if seconds is None else min(TICK_S, seconds)

    def _declare(self) -> None:
        """Again from time to time: an older database may be put back while the hub runs."""
        if time.monotonic() >= self._declare_due:
            self.database.write_apart(lambda session: ensure_recurring(session, self.table.recurring))
            self._declare_due = time.monotonic() + DECLARE_S

    def _keep_leases(self) -> None:
        if self.under_way and time.monotonic() >= self._renew_due:
            self.database.write_apart(lambda session: renew(session, self.under_way))
            self._renew_due = time.monotonic() + RENEW_S

    def _has_room(self) -> bool:
        return len(self.under_way) < AT_ONCE

    def _free_kinds(self) -> list[str]:
        busy = Counter(lease.kind for lease in self.under_way)
        return [name for name in self.table.by_name if busy[name] < OF_A_KIND] if self._has_room() else []

    def _take(self, most: int) -> list[Lease]:
        kinds = self._free_kinds()
        try:
            taken = self.database.write_apart(lambda session: take(session, kinds, most)) if kinds else []
        except IntegrityError:
            return []  # another process was faster at one of the same kind and key
        for lease in taken:
            lease.calendar = self.table.calendar_of(lease.kind) if not lease.key else None
        self.under_way += taken
        return taken

    def _do(self, lease: Lease) -> None:
        begun, outcome = time.monotonic(), "failed"
        try:
            outcome = self._try(lease)
        except (SQLAlchemyError, HubError) as fault:  # nor can it be written down: its lease runs out
            log.warning("jobs: what became of a job could not be written", job=lease.kind, kind=type(fault).__name__)
        finally:
            self.under_way.remove(lease)
            self.outcomes[lease.kind, outcome] += 1
            self.seconds[lease.kind] += time.monotonic() - begun
            self.wake()

    def _try(self, lease: Lease) -> str:
        if lease.attempts > MOST_ATTEMPTS and lease.calendar is None:
            self._put_aside_or_back(lease, ENDED)
            return "failed"
        work = self.table.by_name[lease.kind]
        try:
            with self.app.app_context():
                work.run(work.kind(**lease.payload), lease)
            if not lease.settled:
                self.database.write_apart(lease.settle)
        except LeaseLost:
            log.warning("jobs: another process has the job", job=lease.kind)
            return "lost"
        except Exception as fault:
            say = log.warning if isinstance(fault, Unavailable) else log.exception
            say("a job failed", job=lease.kind, attempts=lease.attempts)
            self._put_aside_or_back(lease, cause_of(fault))
            return "failed"
        return "done"

    def _put_aside_or_back(self, lease: Lease, cause: str) -> None:
        now = utc_now()
        again, aside = now + pause_after(lease.attempts), None
        if lease.calendar is not None:
            again = min(again, lease.calendar.after(now))
        elif lease.attempts >= MOST_ATTEMPTS:
            aside = now

        def put(session: Session) -> None:
            put_back(session, lease, last_error=cause, run_at=again, set_aside_at=aside)

        self.database.write_apart(put)
