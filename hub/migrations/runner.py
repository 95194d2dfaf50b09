"""Bringing a database to the schema of this code."""

import time
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from hub.config import StartupFault
from hub.db import Database

HERE = Path(__file__).parent
TRIES, PAUSE_S, LOCK_TIMEOUT = 60, 1.0, "3s"
IN_THE_WAY = {"55P03", "40P01"}  # a lock that was not to be had in time; a deadlock
LOCK = 748_159_263  # any number, the same for all who migrate this database


def _alembic(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> bool:
    """Upgrade to the newest schema under a lock. True when anything changed. Raises StartupFault when it is newer.

    Whoever comes second waits for the first as long as that takes. A change of a table that others hold is given up
    after seconds, for behind it everybody else would wait, and the whole is tried again.
    """
    for left in reversed(range(TRIES)):
        try:
            return _migrate(database)
        except OperationalError as fault:
            if not left or getattr(fault.orig, "sqlstate", None) not in IN_THE_WAY:
                raise
            time.sleep(PAUSE_S)
    raise AssertionError


def _migrate(database: Database) -> bool:
    with database.engine.execution_options(writes=True).begin() as connection:
        if not database.is_sqlite:
            # What moves data may compute for longer between two statements than a request ever may.
            connection.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        before = _current(connection)
        refuse_unknown(before)
        if before == _scripts(HERE).get_current_head():
            return False
        command.upgrade(_alembic(connection), "head")
        return True


@cache
def _scripts(folder: Path) -> ScriptDirectory:
    """The migrations there, each of them read once in a process: they are asked for at every start and command."""
    return ScriptDirectory(str(folder))


def check_schema(database: Database) -> None:
    """Raises StartupFault when the database is newer than this code, or not migrated yet."""
    with database.engine.connect() as connection:
        current = _current(connection)
    refuse_unknown(current)
    if current != _scripts(HERE).get_current_head():
        raise StartupFault("the database is not up to date: run `flask --app wsgi hub migrate`")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def refuse_unknown(revision: str | None) -> None:
    """Raises StartupFault when only newer code knows this schema."""
    known = {script.revision for script in _scripts(HERE).walk_revisions()}
    if revision is not None and revision not in known:
        raise StartupFault("the database is newer than this version of the hub: install the newer version")
