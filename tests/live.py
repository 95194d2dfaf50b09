"""Real server processes for tests: `with Live(folder, config) as server:` serves on a free port of this machine.

`kill()` is SIGKILL to the whole process group, `start()` serves again from the same data.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.preloaded import Command, preloaded
from tests.services import free_port

READY_S = 120  # on a machine that does ten other things


class Live:
    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
        kept |= {"HUB_TRANSPORT": os.environ.get("HUB_TEST_TRANSPORT", "")}
        self.environment = kept | {"HUB_INSTANCE_PATH": str(folder), "PORT": str(self.port), **settings}
        self.process: Command | None = None
        self.world: dict[str, Any] = {}  # one room that `bench-world` made, when a fixture did
        self.rooms: list[dict[str, Any]] = []  # the others

    @property
    def url(self) -> str:
        return f"http://{'[::1]' if self.environment.get('HUB_BIND') == '::1' else '127.0.0.1'}:{self.port}"

    def __enter__(self) -> "Live":
        self.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.kill()

    def run(self, *arguments: str) -> str:
        """A command of the hub on the same data; raises CalledProcessError with its output in view."""
        with tempfile.TemporaryDirectory() as folder:
            out, errors = Path(folder) / "out", Path(folder) / "errors"
            returned = preloaded().begin([*arguments], self.environment, out, errors).wait()
            written, complaints = (file.read_text(encoding="utf-8") for file in (out, errors))
        if returned:
            raise AssertionError(f"{' '.join(arguments)}: exit {returned}\n{written}\n{complaints}")
        return written

    def start(self) -> None:
        log = self.folder / "server.log"
        self.process = preloaded().begin(["serve"], self.environment, log, log)
        end = time.monotonic() + READY_S
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the server did not start:\n{(self.folder / 'server.log').read_text()[-3000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/login", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")


def demo_folder(cache: Path) -> Path:
    """An instance folder with demo data, to be copied by `copy_of`. It takes a quarter of a minute to make: `make test`
    names a folder in which the parts share one."""
    cache = Path(os.environ.get("HUB_SUITE_DEMO") or cache)
    cache.mkdir(exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (cache / "done").exists():
            Live(cache / "instance").run("demo", "load")
            (cache / "done").touch()
    return cache / "instance"


def copy_of(cache: Path, target: Path) -> Path:
    shutil.copytree(cache, target, dirs_exist_ok=True)
    return target
