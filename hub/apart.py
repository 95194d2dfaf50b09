"""Database work in the thread pool or the reading process, on connections of its own.

The engine's pool waits on locks that belong to the event loop, so a thread must not borrow from it. Here an idle
connection is taken from a list and put back, which needs no lock.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

Result = TypeVar("Result")
MOST_IDLE = 4
# Reading in several statements must not see the index change between them; SQLite does so by itself.
READ_ONE_STATE = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Apart:
    """`engine` pools nothing. `writes` decides what its transactions are: the others can change nothing at all."""

    def __init__(self, engine: Engine, *, writes: bool) -> None:
        self._engine = engine.execution_options(writes=True) if writes else engine
        self._writes = writes
        self._idle: list[Connection] = []

    def run(self, work: Callable[[Session], Result]) -> Result:
        """One transaction around `work`, in the thread of the caller."""
        with self._connection() as connection, Session(connection, expire_on_commit=False) as session:
            result = work(session)
            if self._writes:
                session.commit()
            return result

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        connection = self._take()
        try:
            yield connection
            connection.rollback()
        except BaseException:
            connection.close()
            self.close()  # when the server went away, the idle ones are as dead
            raise
        if len(self._idle) < MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def _take(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

    def _open(self) -> Connection:
        connection = self._engine.connect()
        if not self._writes:
            sqlite = self._engine.dialect.name == "sqlite"
            rule = "PRAGMA query_only=ON" if sqlite else READ_ONE_STATE
            connection.execute(sa.text(rule))
            connection.commit()
        return connection

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
