"""The data base: read sessions, and `write`, the ONLY way to write.

A write is `service(session, actor, command)` (ADR 3). It runs in one short transaction in which nothing yields, emits,
sleeps or calls out. At its end those follow whom what happened concerns (hub/events). What has to come last in the same
commit registers itself with `before_commit`, what has to happen once it is durable with `after_commit` (commits.py).
In a worker several writes share a commit (writing.py).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from flask import current_app
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from hub import moment, pool
from hub.ahead import Made, NotYet
from hub.apart import Apart
from hub.commits import run_hooks
from hub.engine import make_engine
from hub.errors import Unavailable
from hub.events.following import nobody_follows
from hub.outage import answering
from hub.reading.reader import Reader
from hub.reading.registry import reading_of
from hub.writing import Writer

if TYPE_CHECKING:
    from hub.actor import Actor

P = ParamSpec("P")
Command = TypeVar("Command")
Result = TypeVar("Result")
TRIES = 8  # a text that opens a thread is read for its title, for names and for its form
Service = Callable[[Session, "Actor", Command], Result]


class Database:
    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        # A page is what was there at one moment: a head read after a row that is older would hide what came between.
        self._moment = (
            self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        unpooled = make_engine(url, pooled=False)
        self._reading, self._writing = Apart(unpooled, writes=False), Apart(unpooled, writes=True)
        self.reader = Reader(url)
        self.confirm: Callable[[Session, Actor], Actor] = lambda session, actor: actor
        self.follow: Callable[[Session], None] = nobody_follows  # what happened (hub/events): set by the application
        self.pace: Callable[[int], None] = lambda room_id: None  # raises RateLimited when a room gets too much
        self.settings: dict[str, int] = {}  # what services have to know of the configuration, as `session.info`
        # SQLite blocks the whole process while it waits for a lock: writers queue here, where waiting is cooperative.
        self._writer: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()
        self.writer = Writer(self)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading, all of it as of its first look; whatever it changed is thrown away. Raises
        Unavailable."""
        with answering(), Session(self._moment, expire_on_commit=False) as session:
            session.info[moment.KEY] = {}
            yield session

    def read_apart(self, work: Callable[Concatenate[Session, P], Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """Reading that computes for long: a function that was declared by `@reading`, in this worker's reading process;
        here where nothing is cooperative. Raises what it raises and what `Reader.ask` says."""
        declared = reading_of(work)
        if pool.is_cooperative():
            return cast(Result, self.reader.ask(declared, args, kwargs))
        return cast(Result, self._reading.run(lambda session: declared.read(session, self.confirm, args, kwargs)))

    def read_in_thread(self, work: Callable[[Session], Result]) -> Result:
        """Reading that takes its time, in the thread pool on a connection that can change nothing.
        Raises Unavailable."""
        with answering():
            return pool.run(self._reading.run, work)

    def write_apart(self, work: Callable[[Session], Result]) -> Result:
        """A write transaction that takes its time, in the thread pool: writers of this process wait for it, readers and
        the loop do not. Nothing runs after its commit. Raises Unavailable."""

        def informed(session: Session) -> Result:
            session.info |= self.settings
            result = work(session)
            self.finish(session)
            return result

        with self._writer, answering():
            return pool.run_writing(self._writing.run, informed)

    def close(self) -> None:
        """Let go of every connection."""
        self.reader.close()
        self._reading.close()
        self._writing.close()
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction. Services go through `write`; this is for `write`, start-up and the command line."""
        engine = self.engine.execution_options(writes=True)
        with self._writer, answering(), Session(engine, expire_on_commit=False) as session:
            session.info |= self.settings
            yield session
            self.finish(session)
            session.commit()
        run_hooks(session, "after_commit")

    def alone(self) -> AbstractContextManager[Any]:
        """While the only one of this process who writes, where there can be but one."""
        return self._writer

    def connection(self) -> Connection:
        """One whose transactions write. For the writer, who ends them."""
        return self.engine.execution_options(writes=True).connect()

    def finish(self, session: Session) -> None:
        """The end of every write before its commit: those follow whom it concerns, and the feed gets its numbers."""
        session.flush()
        self.follow(session)
        session.flush()
        run_hooks(session, "before_commit")

    def write(self, service: Service[Command, Result], actor: "Actor", command: Command) -> Result:
        """Run one service in one transaction, with an actor whose access is checked inside that transaction.

        Raises what the service raises, `SignedOut` when the sign-in has ended, `Unavailable` when the data base is
        busy or away; nothing is written then. What the service says that it needs first (`NotYet`) is made between two
        transactions.
        """
        made: Made = {}
        for _try in range(TRIES):
            try:
                if self.writer.takes(service):
                    return cast(Result, self.writer.write(service, actor, command, made))
                return self._write_alone(service, actor, command, made)
            except NotYet as missing:
                missing.make(made)
        raise Unavailable  # it needs something else each time

    def _write_alone(self, service: Service[Command, Result], actor: "Actor", command: Command, made: Made) -> Result:
        with self.transaction() as session:
            session.info |= {"ahead": made, "pace": self.pace}
            return service(session, self.confirm(session, actor), command)


def _current() -> Database:
    return cast(Database, current_app.extensions["hub.db"])


db = cast(Database, LocalProxy(_current))
