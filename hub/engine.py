"""Connections to the database, SQLite or PostgreSQL."""

import contextlib
import math
import os
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic_core import to_json
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool

from hub import private

# A pool whose connections are all taken says so instead of keeping its callers, and a server that has vanished is given
# up before people give up the page.
PATIENCE_S = 5
VANISHED = {
    "connect_timeout": PATIENCE_S,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}


def make_engine(url: str, *, pooled: bool = True) -> Engine:
    """With `pooled=False` every connection is a new one and ends where it is closed. A failing statement is named
    without its parameters: these are what people typed, and errors go into the log."""
    parsed = sa.make_url(url)
    shared = {"hide_parameters": True, "json_serializer": _as_json}
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
        sizes: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "pool_pre_ping": True, "pool_timeout": PATIENCE_S}
        sizes = sizes if pooled else {"poolclass": NullPool}
        return sa.create_engine(parsed, connect_args=VANISHED | {"options": options}, **shared, **sizes)
    sizes = {"pool_size": 10, "max_overflow": 50, "pool_timeout": PATIENCE_S} if pooled else {"poolclass": NullPool}
    engine = sa.create_engine(parsed, connect_args={"check_same_thread": False}, **shared, **sizes)
    event.listen(engine, "do_connect", _make_sqlite)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _as_json(value: Any) -> str:
    """As short as it can be: escaped, a Japanese sign would take twice the room."""
    return to_json(value).decode()


def _make_sqlite(_dialect: Any, _record: Any, arguments: Any, _parameters: Any) -> None:
    """SQLite would make the file as the umask says; what it puts beside it is as private as the file."""
    name = arguments[0] if arguments else ""
    if name and not name.startswith((":", "file:")) and not os.path.exists(name):
        with contextlib.suppress(OSError):  # SQLite says why, as ever
            private.make_file(Path(name))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # pysqlite must not begin on its own: `_begin_sqlite` does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _have_logarithms(connection)


def _have_logarithms(connection: Any) -> None:
    """SQLite has them only where it was built with its mathematical functions."""
    try:
        connection.execute("SELECT ln(1)")
    except sqlite3.OperationalError:
        connection.create_function("ln", 1, lambda n: math.log(n) if n and n > 0 else None, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that first reads and then writes fails at once with "locked": writers take the lock first.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
