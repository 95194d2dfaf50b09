"""A worker's hold on its reading process: starting it, asking it, ending it."""

import os
import signal
from datetime import timedelta
from typing import Any

import gevent
from gevent import socket

from hub.reading.wire import Gone, pack, receive, send
from hub.spawning import spawn_python

START_S = 60.0  # on a machine on which everything starts at once


class Child:
    """`meaning`: it may open the encoder. Raises Gone when it does not start."""

    def __init__(self, url: str, idle: timedelta, *, meaning: bool = False) -> None:
        self._pipe, theirs = socket.socketpair()
        with theirs:
            self.pid = spawn_python("hub.reading_process", os.environ, theirs.fileno())
        try:
            with gevent.Timeout(START_S, Gone):
                # Not as an argument: everybody on the machine can read those, and the address holds a password.
                send(self._pipe, pack((url, idle, meaning)))
                receive(self._pipe)
        except BaseException:
            self.end()
            raise

    def ask(self, question: bytes) -> tuple[bool, Any]:
        """Raises Gone."""
        send(self._pipe, question)
        answer: tuple[bool, Any] = receive(self._pipe)
        return answer

    def is_over(self) -> bool:
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:  # somebody took notice of its end already
            return True

    def end(self) -> None:
        """At once, whatever it does. SIGKILL to a process that is not taken notice of yet cannot meet another one."""
        self._pipe.close()
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def can_read(url: str, idle: timedelta) -> bool:
    """Whether such a process starts here: one is, and is ended."""
    try:
        Child(url, idle).end()
    except (Gone, OSError):
        return False
    return True
