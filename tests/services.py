"""Run a command with a throw-away PostgreSQL and Redis: `python tests/services.py -- pytest -q`.

Both listen on free loopback ports, keep their data in a temporary folder and are gone afterwards. Their addresses reach
the command as HUB_TEST_DATABASE_URL and HUB_TEST_REDIS_URL.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

READY_S = 30
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, what: str) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"{what} did not start within {READY_S} s")


def _postgresql_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    if path is None:
        raise SystemExit("PostgreSQL is needed for the tests (Debian: apt-get install postgresql)")
    return Path(path).parent


def _as_other_user() -> list[str]:
    """PostgreSQL refuses to run as root: run it as somebody who may do nothing else."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    return ["setpriv", f"--reuid={user}", "--clear-groups", "--"]


class Cluster:
    """A PostgreSQL cluster in a folder that others may enter: `with Cluster(folder) as cluster: cluster.url`, with the
    database `hub`. `durable` keeps what was acknowledged when it is stopped as by a crash; without it is faster."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.programs, self.other, self.port = _postgresql_programs(), _as_other_user(), free_port()
        self.data, self.durable = folder / "postgresql", durable
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://hub@127.0.0.1:{self.port}/hub"

    def __enter__(self) -> "Cluster":
        self._make()
        self.start()
        create = [str(self.programs / "createdb"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "hub", "hub"]
        for _attempt in range(50):
            if subprocess.run(create, check=False, **QUIET).returncode == 0:
                break
            time.sleep(0.1)
        return self

    def __exit__(self, *_fault: object) -> None:
        self.stop()

    def _make(self) -> None:
        self.data.mkdir()
        if self.other:
            shutil.chown(self.data, self.other[1].partition("=")[2])
        options = ["-A", "trust", "-U", "hub", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [*self.other, str(self.programs / "initdb"), "-D", str(self.data), *options], check=True, **QUIET
        )

    def start(self) -> None:
        fast = [] if self.durable else ["synchronous_commit=off"]
        settings = ["fsync=off", "full_page_writes=off", "max_connections=200", "listen_addresses=127.0.0.1", *fast]
        settings.append(f"unix_socket_directories={self.data}")
        options = [part for setting in settings for part in ("-c", setting)]
        program = str(self.programs / "postgres")
        self.server = subprocess.Popen(
            [*self.other, program, "-D", str(self.data), "-p", str(self.port), *options], **QUIET
        )
        _wait_for(self.port, "PostgreSQL")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """SIGTERM waits for its clients, SIGINT does not, SIGQUIT is a crash."""
        if self.server is not None:
            self.server.send_signal(how)
            self.server.wait(20)
            self.server = None


class RedisServer:
    """A Redis that keeps nothing: `with RedisServer(folder) as redis: redis.url`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> "RedisServer":
        self.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.stop()

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise SystemExit("Redis is needed for the tests (Debian: apt-get install redis-server)")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = [program, *options, "--dir", str(self.folder)]
        self.server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _wait_for(self.port, "Redis")

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(20)
            self.server = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes connections and says nothing, as behind a firewall that swallows."""
        assert self.server
        self.server.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.server.send_signal(signal.SIGCONT)


def main() -> int:
    command = sys.argv[sys.argv.index("--") + 1 :]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        addresses = {
            "HUB_TEST_DATABASE_URL": stack.enter_context(Cluster(folder)).url,
            "HUB_TEST_REDIS_URL": stack.enter_context(RedisServer(folder)).url,
        }
        return subprocess.run(command, check=False, env=os.environ | addresses).returncode


if __name__ == "__main__":
    sys.exit(main())
