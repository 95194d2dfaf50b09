"""Real server processes for tests: `with Live(folder, config) as server:` serves on a free port of this machine.

`kill()` is SIGKILL to the whole process group, `start()` serves again from the same data.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
READY_S = 120  # on a machine that does ten other things


class Live:
    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
        kept |= {"HUB_TRANSPORT": os.environ.get("HUB_TEST_TRANSPORT", "")}
        self.environment = kept | {"HUB_INSTANCE_PATH": str(folder), "PORT": str(self.port), **settings}
        self.process: subprocess.Popen[bytes] | None = None
        self.world: dict[str, Any] = {}  # one room that `bench-world` made, when a fixture did
        self.rooms: list[dict[str, Any]] = []  # the others

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Live":
        self.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.kill()

    def run(self, *arguments: str) -> str:
        """A command of the hub on the same data; raises CalledProcessError with its output in view."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "hub", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def start(self) -> None:
        log = (self.folder / "server.log").open("ab")
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "hub", "serve"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
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
    """An instance folder with demo data, loaded once and copied by `copy_of`."""
    if not (cache / "hub.sqlite3").exists():
        Live(cache).run("demo", "load")
    return cache


def copy_of(cache: Path, target: Path) -> Path:
    shutil.copytree(cache, target, dirs_exist_ok=True)
    return target
