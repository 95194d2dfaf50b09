"""Asking for a file to be read: one process for one file, ended when it takes too much."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import gevent
import structlog
from gevent import socket
from gevent.lock import BoundedSemaphore

from hub.confined.limits import Limits
from hub.confined.refusal import Broken, Refused, TooMuch
from hub.errors import Unavailable
from hub.pool import breathe
from hub.spawning import spawn_python

log = structlog.get_logger()

AT_ONCE = 2  # in one worker: each may take as much memory as it is allowed
PATIENCE_S = 60.0  # for a turn
PART_BYTES = 65_536
LINES_AT_ONCE = 50  # between which others get their turn
_turns = BoundedSemaphore(AT_ONCE)


def ask(task: str, limits: Limits, **values: Any) -> list[Any]:
    """What the task gives. Raises Refused with its own reason, TooMuch, Broken, and Unavailable when others were read
    all the time. To be called by greenlets of the loop or where there is no loop, not by threads of the pool."""
    if not _turns.acquire(timeout=PATIENCE_S):
        raise Unavailable
    try:
        return _ask(task, limits, values)
    finally:
        _turns.release()


def _ask(task: str, limits: Limits, values: dict[str, Any]) -> list[Any]:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            pid = spawn_python("hub.confined.process", _environment(), theirs.fileno(), theirs.fileno())
        try:
            with gevent.Timeout(limits.wall_s, TooMuch):
                question = {"task": task, "memory_bytes": limits.memory_bytes, "cpu_s": limits.cpu_s, "values": values}
                return _answers(task, ours, limits, question)
        finally:
            _end(pid)


def _answers(task: str, pipe: Any, limits: Limits, question: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    try:
        pipe.sendall(json.dumps(question).encode() + b"\n")
        for number, line in enumerate(_lines(pipe, limits.answer_bytes), start=1):
            said = json.loads(line)
            if "end" in said:
                return _ended(task, said, found)
            found.append(said["value"])
            if number % LINES_AT_ONCE == 0:
                breathe()
    except OSError:
        pass
    # Killed: by the limit of its time, or by a machine without memory.
    log.warning("a file could not be read: its process has ended", task=task)
    raise TooMuch


def _ended(task: str, said: dict[str, Any], found: list[Any]) -> list[Any]:
    if said["end"] == "refused":
        raise Refused(str(said["code"]), **said["values"])
    if said["end"] == "too_much":
        raise TooMuch
    if said["end"] != "done":
        log.warning("a file could not be read", task=task, kind=said.get("kind"))
        raise Broken(said.get("kind"))
    return found


def _lines(pipe: Any, most_bytes: int) -> Iterator[bytes]:
    begun: list[bytes] = []
    taken = 0
    while part := pipe.recv(PART_BYTES):
        taken += len(part)
        if taken > most_bytes:
            raise TooMuch
        *lines, last = part.split(b"\n")
        for line in lines:
            yield b"".join([*begun, line])
            begun = []
        begun.append(last)


def _environment() -> dict[str, str]:
    """No secrets of the worker."""
    return {"LANG": "C.UTF-8", "PATH": os.environ.get("PATH", "")}


def _end(pid: int) -> None:
    """It has said what it had to say, or is to stop. SIGKILL to a process that is not taken notice of yet cannot meet
    another one."""
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
