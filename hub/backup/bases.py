"""Taking a data base as it is at one moment, and putting one in the place of what is there, in one step."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa

from hub.config import StartupFault
from hub.db import Database
from hub.installation import new_epoch

Migrate = Callable[[Database], Any]
_DIGESTS = "SELECT digest FROM blobs WHERE scan <> 'infected' ORDER BY digest"
_FACTS = "SELECT epoch, (SELECT version_num FROM alembic_version) FROM installation"


@dataclass(frozen=True)
class Snapshot:
    """What the dump says of itself."""

    epoch: str
    schema: str
    digests: list[str]


class Base(Protocol):
    kind: str

    def dump(self, target: Path) -> Snapshot:
        """Write the data base of one moment. The hub may go on writing."""

    def load(self, dump: Path, migrate: Migrate) -> None:
        """Put the dump in the place of what is there, with a new epoch; all of it or nothing. Raises StartupFault."""


def base_of(database: Database) -> Base:
    return SqliteBase(database) if database.is_sqlite else PostgresqlBase(database)


def _version(database: Database) -> int:
    """The access version to go on from: answers of before the restore must not pass for answers of after it."""
    try:
        with database.engine.connect() as connection:
            return int(connection.execute(sa.text("SELECT access_version FROM installation")).scalar() or 0)
    except sa.exc.SQLAlchemyError:
        return 0  # an empty data base


class SqliteBase:
    kind = "sqlite"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.path = Path(database.engine.url.database or "")

    def dump(self, target: Path) -> Snapshot:
        # All pages in one step: one read transaction, which in WAL mode keeps no writer waiting.
        with closing(sqlite3.connect(self.path)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            epoch, schema = copy.execute(_FACTS).fetchone()
            return Snapshot(epoch, schema, [row[0] for row in copy.execute(_DIGESTS)])

    def load(self, dump: Path, migrate: Migrate) -> None:
        fresh = Database(f"sqlite:///{dump}")
        try:
            migrate(fresh)
            with fresh.transaction() as session:
                values = {"epoch": new_epoch(), "version": _version(self.database) + 1}
                session.execute(sa.text("UPDATE installation SET epoch = :epoch, access_version = :version"), values)
        except sa.exc.SQLAlchemyError:
            raise StartupFault("the data base of the backup is damaged") from None
        finally:
            fresh.engine.dispose()
        with closing(sqlite3.connect(dump)) as copy, closing(sqlite3.connect(self.path, timeout=60)) as live:
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            copy.backup(live)
            live.execute("PRAGMA journal_mode = WAL")


class PostgresqlBase:
    kind = "postgresql"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.url = database.engine.url.set(drivername="postgresql")

    def dump(self, target: Path) -> Snapshot:
        # The snapshot is exported, so that pg_dump sees the very moment whose contents we list.
        with psycopg.connect(self.url.render_as_string(hide_password=False)) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            (name,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            epoch, schema = connection.execute(_FACTS).fetchone() or ("", "")
            digests = [row[0] for row in connection.execute(_DIGESTS)]
            plain = ["--format=custom", "--no-owner", "--no-privileges", "--table=public.*"]
            self._run("pg_dump", *plain, f"--snapshot={name}", f"--file={target}", f"--dbname={self._address()}")
        return Snapshot(epoch, schema, digests)

    def load(self, dump: Path, migrate: Migrate) -> None:
        rows = dump.with_suffix(".rows.sql")
        self._run("pg_restore", "--no-owner", "--no-privileges", f"--file={rows}", str(dump))
        script = dump.with_suffix(".sql")
        life = _LIFE.format(epoch=new_epoch(), version=_version(self.database) + 1)
        script.write_text(f"{_EMPTY}\\i '{rows}'\n{life}", encoding="utf-8")
        once = ["-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", os.devnull]
        self._run("psql", *once, f"--file={script}", f"--dbname={self._address()}")
        self.database.engine.dispose()
        migrate(self.database)

    def _address(self) -> str:
        return self.url.set(password=None).render_as_string()

    def _run(self, program: str, *arguments: str) -> None:
        """Raises StartupFault with the program's first line of complaint. The password stays out of the arguments."""
        environment = os.environ | ({"PGPASSWORD": str(self.url.password)} if self.url.password else {})
        command = [_program(program), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise StartupFault(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[0]}")


# Run by psql, in the transaction of the restore. Whatever there is goes: the dump may be of an older schema with fewer
# tables. Both values are numbers and letters of our own.
_LIFE = "UPDATE public.installation SET epoch = '{epoch}', access_version = {version};\n"
_EMPTY = """DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', one.tablename);
  END LOOP;
END $$;
"""


def _program(name: str) -> str:
    """On PATH, or where Debian puts it. Raises StartupFault."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(newest[-1]) if newest else None)
    if found is None:
        raise StartupFault(f"{name} is needed and not on PATH (Debian: apt-get install postgresql-client)")
    return found
