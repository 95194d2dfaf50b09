"""The data base: engine, base class of the models, read sessions, and `write`, the ONLY way to write.

A write is `service(session, actor, command)` (ADR 3). It runs in one short transaction in which nothing yields, emits,
sleeps or calls out. What has to happen in the same commit registers itself with `before_commit`, what has to happen
once the commit is durable with `after_commit`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import NullPool
from werkzeug.local import LocalProxy

from hub import pool
from hub.apart import Apart
from hub.errors import Unavailable
from hub.reading.reader import Reader
from hub.reading.registry import reading_of

if TYPE_CHECKING:
    from hub.security.actor import Actor

P = ParamSpec("P")
Command = TypeVar("Command")
Result = TypeVar("Result")
Hook = Callable[[], None]
Service = Callable[[Session, "Actor", Command], Result]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC that comes back aware from every data base."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime(),
        int: sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
        str: sa.Text(),
    }


def before_commit(session: Session, hook: Hook) -> None:
    """Run `hook` inside the transaction, after the service has returned, in the order of registration."""
    session.info.setdefault("before_commit", []).append(hook)


def after_commit(session: Session, hook: Hook) -> None:
    """Run `hook` once the commit is durable. It must not raise: the write has happened."""
    session.info.setdefault("after_commit", []).append(hook)


def pace_room(session: Session, room_id: int) -> None:
    """Count one more post in a room, once the actor is known to be entitled to it: nobody can use up what belongs to
    others. The command line and jobs are not counted. Raises RateLimited."""
    pace: Callable[[int], None] | None = session.info.get("pace")
    if pace is not None:
        pace(room_id)


def _run(session: Session, moment: str) -> None:
    hooks: list[Hook] = session.info.get(moment, [])
    for hook in hooks:
        hook()


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
        self.pace: Callable[[int], None] = lambda room_id: None  # raises RateLimited when a room gets too much
        self.settings: dict[str, int] = {}  # what services have to know of the configuration, as `session.info`
        # SQLite blocks the whole process while it waits for a lock: writers queue here, where waiting is cooperative.
        self._writer: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading, all of it as of its first look; whatever it changed is thrown away."""
        with Session(self._moment, expire_on_commit=False) as session:
            yield session

    def read_apart(self, work: Callable[Concatenate[Session, P], Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """Reading that computes for long: a function that was declared by `@reading`, in this worker's reading process;
        here where nothing is cooperative. Raises what it raises and what `Reader.ask` says."""
        declared = reading_of(work)
        if pool.is_cooperative():
            return cast(Result, self.reader.ask(declared, args, kwargs))
        return cast(Result, self._reading.run(lambda session: declared.read(session, self.confirm, args, kwargs)))

    def read_in_thread(self, work: Callable[[Session], Result]) -> Result:
        """Reading that takes its time, in the thread pool on a connection that can change nothing."""
        return pool.run(self._reading.run, work)

    def write_apart(self, work: Callable[[Session], Result]) -> Result:
        """A write transaction that takes its time, in the thread pool: writers of this process wait for it, readers and
        the loop do not. It has no hooks. Raises Unavailable."""

        def informed(session: Session) -> Result:
            session.info |= self.settings
            return work(session)

        with self._writer:
            try:
                return pool.run(self._writing.run, informed)
            except OperationalError as fault:
                raise Unavailable from fault

    def close(self) -> None:
        """Let go of every connection."""
        self.reader.close()
        self._reading.close()
        self._writing.close()
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction. Services go through `write`; this is for `write`, start-up and the command line."""
        with self._writer, Session(self.engine.execution_options(writes=True), expire_on_commit=False) as session:
            session.info |= self.settings
            try:
                yield session
                session.flush()
                _run(session, "before_commit")
                session.commit()
            except OperationalError as fault:
                raise Unavailable from fault
        _run(session, "after_commit")

    def write(self, service: Service[Command, Result], actor: "Actor", command: Command) -> Result:
        """Run one service in one transaction, with an actor whose access is checked inside that transaction.

        Raises what the service raises, `SignedOut` when the sign-in has ended, `Unavailable` when the data base is
        busy or away; nothing is written then.
        """
        with self.transaction() as session:
            if actor.sign_in_id:
                session.info["pace"] = self.pace
            return service(session, self.confirm(session, actor), command)


def make_engine(url: str, *, pooled: bool = True) -> Engine:
    """With `pooled=False` every connection is a new one and ends where it is closed."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
        sizes: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "pool_pre_ping": True}
        sizes = sizes if pooled else {"poolclass": NullPool}
        return sa.create_engine(parsed, connect_args={"options": options}, **sizes)
    sizes = {"pool_size": 10, "max_overflow": 50} if pooled else {"poolclass": NullPool}
    engine = sa.create_engine(parsed, connect_args={"check_same_thread": False}, **sizes)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # pysqlite must not begin on its own: `_begin_sqlite` does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that first reads and then writes fails at once with "locked": writers take the lock first.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def among(column: Any, values: Iterable[int]) -> sa.ColumnElement[bool]:
    """`column IN (…)` with the numbers written into the statement, so that no data base limits how many there are."""
    return cast(
        sa.ColumnElement[bool],
        column.in_(sa.bindparam(None, sorted(values), sa.BigInteger, expanding=True, literal_execute=True)),
    )


def insert_ignore(session: Session, model: type[Base]) -> sa.Insert:
    """INSERT that does nothing when a unique constraint is hit; it waits for a rival's commit first. The result's
    `rowcount` says whether there is a new row."""
    return _insert_ignore(session.get_bind().dialect.name, model)


@cache
def _insert_ignore(dialect: str, model: type[Base]) -> sa.Insert:
    # Without the option SQLAlchemy does not ask psycopg for the count of an INSERT and answers -1.
    return _insert(dialect, model).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def upsert(session: Session, model: type[Base], key: tuple[str, ...], values: dict[str, Any]) -> None:
    """Insert a row, or change the row that has the same `key`."""
    statement = _upsert(session.get_bind().dialect.name, model, key, tuple(values))
    session.connection().execute(statement, values)


@cache
def _upsert(dialect: str, model: type[Base], key: tuple[str, ...], columns: tuple[str, ...]) -> sa.Insert:
    insert = _insert(dialect, model)
    rest = {name: insert.excluded[name] for name in columns if name not in key}
    return insert.on_conflict_do_update(index_elements=list(key), set_=rest)


def _insert(dialect: str, model: type[Base]) -> sqlite.Insert:
    # The two dialects spell ON CONFLICT alike and share no base class that has it.
    return sqlite.insert(model) if dialect == "sqlite" else cast(sqlite.Insert, postgresql.insert(model))


def _current() -> Database:
    return cast(Database, current_app.extensions["hub.db"])


db = cast(Database, LocalProxy(_current))
