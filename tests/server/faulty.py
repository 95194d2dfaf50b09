"""What stands around a server and can fail: data that goes back in time, services that stop, a clock that jumps."""

import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.live import Live
from tests.preloaded import ROOT
from tests.server.watching import worker_of

CLOCK = """
from datetime import UTC, datetime, timedelta
from pathlib import Path
from hub import clock
OFFSET = Path({offset!r})
clock.set_source(lambda: datetime.now(UTC) + timedelta(seconds=float(OFFSET.read_text())))
exec(Path({wsgi!r}).read_text())
"""


class Clock:
    """The server's clock, hub.clock, as a file says. What asks the system itself (tokens' time stamps, the logs; timers
    are monotonic anyway) does not jump with it: the machine's own clock is not ours to set."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "offset"
        folder.mkdir()
        self.jump_to(0)
        (folder / "wsgi.py").write_text(CLOCK.format(offset=str(self.file), wsgi=str(ROOT / "wsgi.py")))

    @property
    def setting(self) -> dict[str, str]:
        """For the server's environment: gunicorn finds our wsgi.py before the hub's."""
        return {"GUNICORN_CMD_ARGS": f"--pythonpath {self.folder}"}

    def jump_to(self, offset_s: float) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(offset_s))
        fresh.replace(self.file)


class Snapshot:
    """The data of a server that does not run, to be put back later as somebody would who copies files."""

    def __init__(self, live: Live) -> None:
        self.live, self.url = live, live.environment.get("HUB_DATABASE_URL", "")
        if self.url:
            self._server(f"CREATE DATABASE {self.name}_old TEMPLATE {self.name}")
        else:
            self.kept = live.folder.parent / "old.sqlite3"
            self._checkpoint()
            shutil.copy(live.folder / "hub.sqlite3", self.kept)

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]

    def put_back(self) -> None:
        if self.url:
            self._server(
                f"DROP DATABASE {self.name} WITH (FORCE)", f"ALTER DATABASE {self.name}_old RENAME TO {self.name}"
            )
        else:
            for part in ("-wal", "-shm"):
                (self.live.folder / f"hub.sqlite3{part}").unlink(missing_ok=True)
            shutil.copy(self.kept, self.live.folder / "hub.sqlite3")

    def _server(self, *statements: str) -> None:
        with psycopg.connect(f"{self.url.rpartition('/')[0]}/hub", autocommit=True) as server:
            for statement in statements:
                server.execute(statement)  # type: ignore[arg-type]

    def _checkpoint(self) -> None:
        with sqlite3.connect(self.live.folder / "hub.sqlite3") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON feed_events EXECUTE FUNCTION full_disk();
"""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """`folder` as a disk of its own, which `full` can fill. Where nobody may mount one, it stays a plain folder."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not a byte is free."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def full_disk(live: Live) -> Iterator[None]:
    """SQLite: the disk is full; where it could not be made one of its own, no file of the worker may grow, so that
    writes fail by EFBIG instead of ENOSPC. PostgreSQL: the last insert of every command fails with the code of a full
    disk (53100), after the others went through; `test_fault_services.py` fills its disk for real."""
    if live.folder.parent.is_mount():
        with full(live.folder.parent):
            yield
        return
    if live.environment.get("HUB_DATABASE_URL"):
        with psycopg.connect(live.environment["HUB_DATABASE_URL"], autocommit=True) as server:
            server.execute(FULL)
            yield
            server.execute("DROP FUNCTION full_disk() CASCADE")
        return
    worker, wal = worker_of(live), live.folder / "hub.sqlite3-wal"
    before = resource.prlimit(worker, resource.RLIMIT_FSIZE)
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (wal.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(worker, resource.RLIMIT_FSIZE, before)


@contextmanager
def asleep(process: "subprocess.Popen[str]") -> Iterator[None]:
    """A laptop with its lid closed: the program stands still."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)
