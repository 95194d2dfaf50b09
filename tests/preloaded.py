"""A process that has imported the hub and forks itself for each command of the hub that a test wants run.

Importing takes two seconds of processor, and a run of the suite begins a server or a command some two hundred times.
What the fork does is what `flask --app wsgi hub ...` does, down to the `exec` by which `serve` becomes gunicorn, so the
server itself is begun as in production. It speaks in lines of JSON, one answer for each question.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOOK_S = 0.01


class Command:
    """A command that runs, with as much of `subprocess.Popen` as tests need."""

    def __init__(self, fork: "Fork", pid: int) -> None:
        self.fork, self.pid = fork, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.fork.ask(do="poll", pid=self.pid)
        return self.returncode

    def wait(self, timeout: float = 600) -> int:
        end = time.monotonic() + timeout
        while (returned := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("hub", timeout)
            time.sleep(LOOK_S)
        return returned

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Fork:
    """The process, begun at the first command; it ends with this one."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        command = [sys.executable, "-m", "tests.preloaded"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **pipes)
        self.turn = threading.Lock()
        atexit.register(self.process.kill)

    def ask(self, **question: Any) -> Any:
        with self.turn:
            assert self.process.stdin
            assert self.process.stdout
            self.process.stdin.write(json.dumps(question) + "\n")
            line = self.process.stdout.readline()
        assert line, "the preloaded process has ended"
        return json.loads(line)

    def begin(self, arguments: list[str], environment: dict[str, str], out: Path, errors: Path) -> Command:
        """`flask --app wsgi hub ARGUMENTS` in a session of its own; what it writes is added to the files."""
        question = {"arguments": arguments, "environment": environment, "out": str(out), "errors": str(errors)}
        return Command(self, self.ask(do="begin", **question))


@cache
def preloaded() -> Fork:
    return Fork()


def _become(arguments: list[str], environment: dict[str, str], out: str, errors: str) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number, file in ((1, out), (2, errors)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(environment)
    from flask.cli import main

    sys.argv = ["flask", "--app", "wsgi", "hub", *arguments]
    main()


def _begin(question: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _become(question["arguments"], question["environment"], question["out"], question["errors"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _poll(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def main() -> None:
    import hub.application

    assert hub.application
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.set_inheritable(answers.fileno(), False)
    for line in sys.stdin:
        question = json.loads(line)
        answer = _begin(question) if question.pop("do") == "begin" else _poll(question["pid"])
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
