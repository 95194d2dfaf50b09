"""The writer of a worker: whatever waits is written together, with one commit (ADR 31).

Each command is undone alone when it is refused; nobody is answered before the commit. On SQLite there is one writer at
a time, and everything passes it; where many wait, its commit waits for the disk in a thread, and the loop goes on.
PostgreSQL commits together what several connections bring: there commands that can be written by the same statements
are gathered, each such run in a transaction of its own, which takes its locks in one order.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import Context, copy_context
from typing import Any, NamedTuple, Protocol

import gevent
import structlog
from gevent.event import AsyncResult
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub import pool
from hub.actor import Actor
from hub.ahead import Made
from hub.commits import run_hooks
from hub.errors import Unavailable
from hub.many import Asked, Later, many_of
from hub.outage import answering, is_outage
from hub.recent import Recent

MOST = 256  # commands in one commit
BUSY, GATHER_S = 8, 0.005  # where so many came together, more will: fewer and larger commits
WRITERS = 4  # at a time on PostgreSQL, so that who waits for a lock holds up few
log = structlog.get_logger()


class Store(Protocol):
    """The database, as far as the writer needs it."""

    settings: dict[str, int]
    pace: Callable[[int], None]
    confirm: Callable[[Session, Actor], Actor]

    @property
    def is_sqlite(self) -> bool: ...
    def finish(self, session: Session) -> None: ...
    def alone(self) -> AbstractContextManager[Any]: ...
    def connection(self) -> Connection: ...


class Job:
    """A command that waits to be written. `answer` gets its result, or what it raised, after the commit."""

    def __init__(self, service: Any, actor: Actor, command: Any, made: Made) -> None:
        self.service, self.actor, self.command, self.made = service, actor, command, made
        self.context = copy_context()  # the language in which it is answered, above all
        self.answer: Any = AsyncResult()
        self.outcome: Any = None

    def tell(self) -> None:
        if isinstance(self.outcome, Exception):
            self.answer.set_exception(self.outcome)
        else:
            self.answer.set(self.outcome)


class Run(NamedTuple):
    """Jobs that were done in one session. It is closed, and knows what is to be done after the commit."""

    jobs: Sequence[Job]
    session: Session


class Writer:
    """One for each database of a worker."""

    def __init__(self, database: Store) -> None:
        self._database = database
        self._waiting: list[Job] = []
        self._at_work = 0
        self._last = 0
        self._recent = Recent()

    def takes(self, service: Any) -> bool:
        """Whether a command is written by this, and not by a transaction of its own."""
        return pool.is_cooperative() and (self._database.is_sqlite or many_of(service) is not None)

    def a_second(self) -> int:
        """How many commands were written in the last second."""
        return self._recent.number()

    @property
    def is_pressed(self) -> bool:
        """Whether anybody writes at present, for whom other work should make room."""
        return self.a_second() > 0

    def write(self, service: Any, actor: Actor, command: Any, made: Made) -> Any:
        """Wait until the command is durable. Raises what the service raises, and Unavailable."""
        job = Job(service, actor, command, made)
        self._waiting.append(job)
        if self._at_work < (1 if self._database.is_sqlite else WRITERS):
            self._at_work += 1
            Context().run(gevent.spawn, self._work)
        return job.answer.get()

    def _work(self) -> None:
        """Alone nobody waits; under load the next batch gathers for a moment."""
        try:
            while self._waiting:
                if self._last >= BUSY:
                    gevent.sleep(GATHER_S)
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                self._last = len(batch)
                if batch:
                    self._recent.note(len(batch))
                    self.write_together(batch)
        finally:
            self._at_work -= 1

    def write_together(self, batch: Sequence[Job]) -> None:
        """Write them and answer each. Raises nothing: a fault is the answer of those whom it hit."""
        left = list(batch)
        try:
            with answering():
                for done in self._commits(batch):
                    for run in done:
                        self._after(run)
                    for job in (job for run in done for job in run.jobs):
                        left.remove(job)
                        job.tell()
        except Exception as fault:
            if not isinstance(fault, Unavailable):
                log.exception("writer")
            for job in left:
                job.outcome = Unavailable()
                job.tell()

    def _commits(self, batch: Sequence[Job]) -> Iterator[list[Run]]:
        """What is durable, commit by commit."""
        if self._database.is_sqlite:
            with self._database.alone(), self._connection() as connection, _committed(connection, len(batch)):
                done = list(self._runs(connection, batch))
            yield done
            return
        with self._connection() as connection:
            for run in self._runs(connection, batch):
                yield [run]

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """After a fault nobody knows what its transaction has come to: nobody gets that one again."""
        with self._database.connection() as connection:
            try:
                yield connection
            except BaseException:
                connection.invalidate()
                raise

    def _runs(self, connection: Connection, batch: Sequence[Job]) -> Iterator[Run]:
        """Those of a service that takes many first, all of them in each run, until none has to wait for a later one."""
        left: dict[Any, list[Job]] = {}
        for job in batch:
            if many_of(job.service) is not None:
                left.setdefault(job.service, []).append(job)
        for service in left:
            while jobs := left[service]:
                session = self._run(connection, jobs)
                left[service] = [job for job in jobs if isinstance(job.outcome, Later)]
                yield Run([job for job in jobs if not isinstance(job.outcome, Later)], session)
        for job in batch:
            if many_of(job.service) is None:
                yield Run([job], self._run(connection, [job]))

    def _run(self, connection: Connection, jobs: Sequence[Job]) -> Session:
        """Of several that fail together for a reason that is not said of one of them, each is tried by itself."""
        session = self._session(connection, jobs)
        with session:
            try:
                jobs[0].context.copy().run(self._serve, session, jobs)
                return session
            except SQLAlchemyError as fault:
                if is_outage(fault):
                    raise
                unforeseen: Exception = fault
            except Exception as fault:
                unforeseen = fault
            session.rollback()
        if len(jobs) == 1:
            jobs[0].outcome = unforeseen
            return self._session(connection, jobs)
        log.warning("written one by one", kind=type(unforeseen).__name__, number=len(jobs))
        return self._first_alone(connection, jobs)

    def _first_alone(self, connection: Connection, jobs: Sequence[Job]) -> Session:
        for job in jobs[1:]:
            job.outcome = Later()
        return self._run(connection, jobs[:1])

    def _session(self, connection: Connection, jobs: Sequence[Job]) -> Session:
        """Joined to a transaction it is undone by itself; where there is none, it has one of its own."""
        session = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        session.info |= self._database.settings
        session.info |= {"ahead": {k: v for job in jobs for k, v in job.made.items()}, "pace": self._database.pace}
        return session

    def _serve(self, session: Session, jobs: Sequence[Job]) -> None:
        """One run: what succeeded is written, with what follows from it. A run in which nothing did is undone."""
        many = many_of(jobs[0].service)
        if many is None:
            (job,) = jobs
            job.outcome = job.service(session, self._database.confirm(session, job.actor), job.command)
            self._finish(session)
            return
        asked = self._confirmed(session, jobs)
        for job, outcome in zip(asked, many(session, list(asked.values())), strict=True):
            job.outcome = outcome
        if all(isinstance(job.outcome, Exception | Later) for job in jobs):
            session.rollback()
            session.info.clear()
            return
        self._finish(session)

    def _confirmed(self, session: Session, jobs: Sequence[Job]) -> dict[Job, Asked[Any]]:
        asked: dict[Job, Asked[Any]] = {}
        for job in jobs:
            try:
                actor = self._database.confirm(session, job.actor)
            except Exception as refusal:
                if isinstance(refusal, SQLAlchemyError):
                    raise
                job.outcome = refusal
            else:
                asked[job] = Asked(actor, job.command, job.context)
        return asked

    def _finish(self, session: Session) -> None:
        self._database.finish(session)
        session.commit()

    def _after(self, run: Run) -> None:
        """The write has happened: what follows must not turn it into a failure."""
        try:
            run.jobs[0].context.copy().run(run_hooks, run.session, "after_commit")
        except Exception:
            log.exception("after a commit")


@contextmanager
def _committed(connection: Connection, number: int) -> Iterator[None]:
    """A few are committed at once, as ever: a thread would have to wait for the interpreter twice, beside one that
    indexes for long. Where many wait, the loop goes on while the disk works."""
    transaction = connection.begin()
    try:
        yield
        commit: Callable[[], None] = transaction.commit
        if number < BUSY:
            commit()
        else:
            pool.run_writing(commit)
    except BaseException:
        with suppress(SQLAlchemyError):
            transaction.rollback()
        raise
