"""Bringing a data base to the schema of this code."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from hub.config import StartupFault
from hub.db import Database

HERE = Path(__file__).parent
LOCK = 748_159_263  # any number, the same for all who migrate this data base


def _alembic(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> bool:
    """Upgrade to the newest schema under a lock. True when anything changed. Raises StartupFault when it is newer."""
    with database.engine.execution_options(writes=True).begin() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        before = _current(connection)
        refuse_unknown(before)
        command.upgrade(_alembic(connection), "head")
        return before != _current(connection)


def check_schema(database: Database) -> None:
    """Raises StartupFault when the data base is newer than this code, or not migrated yet."""
    with database.engine.connect() as connection:
        current = _current(connection)
    refuse_unknown(current)
    if current != ScriptDirectory.from_config(_alembic()).get_current_head():
        raise StartupFault("the data base is not up to date: run `flask --app wsgi hub migrate`")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def refuse_unknown(revision: str | None) -> None:
    """Raises StartupFault when only newer code knows this schema."""
    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    if revision is not None and revision not in known:
        raise StartupFault("the data base is newer than this version of the hub: install the newer version")
