"""Copying and replacing a PostgreSQL database, by pg_dump and pg_restore."""

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from hub.backup.bases import DIGESTS, FACTS, Base, Migrate, Snapshot, access_version_of
from hub.backup.sqlite import SqliteBase
from hub.config import StartupFault
from hub.db import Database
from hub.installation import new_epoch

IN_THE_WAY = {"40P01", "55P03"}  # a deadlock; a lock that was not to be had in time
TRIES, PAUSE_S, LOOK_S = 10, 0.5, 0.2  # the server looks for deadlocks after a second
NAME = "hub restore"
COMPLAINTS = 3


def base_of(database: Database) -> Base:
    return SqliteBase(database) if database.is_sqlite else PostgresqlBase(database)


class ProgramFailed(StartupFault):
    """Says what the program complained of: its errors, not the notices before them."""

    def __init__(self, program: str, said: str) -> None:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        errors = [line for line in lines if re.search(r"\b(ERROR|FATAL|PANIC|error):", line)] or lines or ["failed"]
        self.codes = set(re.findall(r"(?:ERROR|FATAL):\s+(\w{5}):", said))
        super().__init__(f"{program}: {'; '.join(errors[:COMPLAINTS])}")


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
            epoch, schema, event = connection.execute(FACTS).fetchone() or ("", "", 0)
            digests = [row[0] for row in connection.execute(DIGESTS)]
            plain = ["--format=custom", "--no-owner", "--no-privileges", "--table=public.*"]
            self._run("pg_dump", *plain, f"--snapshot={name}", f"--file={target}", f"--dbname={self._address()}")
        return Snapshot(epoch, schema, event, digests)

    def load(self, dump: Path, migrate: Migrate) -> None:
        rows = dump.with_suffix(".rows.sql")
        self._run("pg_restore", "--no-owner", "--no-privileges", f"--file={rows}", str(dump))
        script = dump.with_suffix(".sql")
        life = _LIFE.format(epoch=new_epoch(), version=access_version_of(self.database) + 1)
        script.write_text(f"{_ALONE}{_EMPTY}\\i '{rows}'\n{life}", encoding="utf-8")
        self._in_turn(script)
        self.database.engine.dispose()
        migrate(self.database)

    def _in_turn(self, script: Path) -> None:
        """Run it, and once more when the server ended it for somebody who waits for it and for whom it waits."""
        once = "-X -q --single-transaction -v ON_ERROR_STOP=1 -v VERBOSITY=verbose".split()
        for left in reversed(range(TRIES)):
            try:
                with self._way_cleared():
                    self._run("psql", *once, "-o", os.devnull, f"--file={script}", f"--dbname={self._address()}")
                return
            except ProgramFailed as fault:
                if not (left and fault.codes & IN_THE_WAY):
                    raise
                time.sleep(PAUSE_S)

    @contextmanager
    def _way_cleared(self) -> Iterator[None]:
        """Meanwhile whoever keeps the restore waiting is sent away: a worker's request is answered with 503 then, and
        may be sent again. Otherwise a busy hub would never let all its tables go at once."""
        over = threading.Event()
        sender = threading.Thread(target=self._send_away, args=(over,), daemon=True)
        sender.start()
        try:
            yield
        finally:
            over.set()
            sender.join()

    def _send_away(self, over: threading.Event) -> None:
        try:
            with psycopg.connect(self.url.render_as_string(hide_password=False), autocommit=True) as connection:
                while not over.wait(LOOK_S):
                    connection.execute(_SEND_AWAY, [NAME])
        except psycopg.Error:
            return  # not ours to end: the restore waits for its time, and says so

    def _address(self) -> str:
        return self.url.set(password=None).render_as_string()

    def _run(self, program: str, *arguments: str) -> None:
        """Raises ProgramFailed. The password stays out of the arguments."""
        environment = (
            os.environ | {"PGAPPNAME": NAME} | ({"PGPASSWORD": str(self.url.password)} if self.url.password else {})
        )
        command = [_program(program), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise ProgramFailed(program, done.stderr)


_SEND_AWAY = """SELECT pg_terminate_backend(other)
  FROM pg_stat_activity AS own, unnest(pg_blocking_pids(own.pid)) AS other
 WHERE own.application_name = %s AND own.datname = current_database()"""
# Run by psql, in the transaction of the restore. All tables are taken in one statement before the first is changed.
# Then whatever there is goes: the dump may be of an older schema with fewer tables. Both values are numbers and letters
# of our own. At last whoever began meanwhile and waits for a table is sent away: what they see is older than the new
# tables, which they would find empty.
_LIFE = """UPDATE public.installation SET epoch = '{epoch}', access_version = {version};
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() AND xact_start IS NOT NULL;
"""
_ALONE = """SET LOCAL lock_timeout = '3s';
DO $$ DECLARE names text; BEGIN
  SELECT string_agg(format('public.%I', tablename), ', ' ORDER BY tablename) INTO names
    FROM pg_tables WHERE schemaname = 'public';
  IF names IS NOT NULL THEN EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', names); END IF;
END $$;
SET LOCAL lock_timeout = 0;
"""
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
