"""What reaches gunicorn before and after the application does its part: no peer may take forever to send a request, and
what the application left unread of one is thrown away without holding the others up.

gunicorn 27 gives a kept connection its `keepalive` for the head of a request and any time for its body; what is left of
a body it drains in steps of 1 KiB that never yield, however large it is. See docs/transport.md for what is touched."""

import errno
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
from gevent import socket

LEAST_BYTES_S = 4096  # of a body, on average; what the application does in between does not count
DRAIN_BYTES, DRAIN_STEP_BYTES = 1024 * 1024, 64 * 1024
DRAIN_S = 2.0
IDLE, HEAD, BODY = range(3)


class PatientSocket:
    """gunicorn's socket of one connection, whose `recv` gives up on whoever dawdles: a head has to be there
    `patience_s` after its first byte, and a body come at LEAST_BYTES_S once `patience_s` was waited for it."""

    def __init__(self, sock: Any, patience_s: float) -> None:
        self._sock, self._patience_s = sock, patience_s
        self.expect(IDLE)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def expect(self, phase: int) -> None:
        self.phase, self._waited_s, self._received = phase, 0.0, 0

    def recv(self, size: int, *flags: int) -> bytes:
        """Raises ConnectionResetError, of which gunicorn makes no line in the log, when the patience is at its end."""
        before, begin = self._sock.gettimeout(), time.monotonic()
        self._sock.settimeout(before if self.phase == IDLE else self._left_s())
        try:
            data = bytes(self._sock.recv(size, *flags))
        except TimeoutError:
            raise _too_slow() from None
        finally:
            with suppress(OSError):
                self._sock.settimeout(before)
        if self.phase == IDLE:
            self.phase = HEAD
        else:
            self._waited_s += time.monotonic() - begin
            self._received += len(data)
        return data

    def _left_s(self) -> float:
        earned_s = self._received / LEAST_BYTES_S if self.phase == BODY else 0.0
        left_s = self._patience_s + earned_s - self._waited_s
        if left_s <= 0:
            raise _too_slow()
        return left_s


def _too_slow() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "too slow")


def be_patient(worker: Any, patience_s: float) -> None:
    """To be called by gunicorn in each worker, before it serves."""
    handle: Callable[..., Any] = worker.handle

    def handle_patiently(listener: Any, client: Any, address: Any) -> Any:
        return handle(listener, PatientSocket(client, patience_s), address)

    worker.handle = handle_patiently


def begin_request(_worker: Any, request: Any) -> None:
    """gunicorn's `pre_request`: the head is there, from now on it is the body."""
    _expect(request, BODY)


def end_request(_worker: Any, request: Any, _environ: dict[str, Any], response: Any) -> None:
    """gunicorn's `post_request`: after the answer. A connection of which too much is unread is ended, in a way that
    lets the answer arrive: closed over unread input it would be reset, and the answer lost with it."""
    if response is None or not response.headers_sent:
        return  # taken over as a WebSocket, or broken
    request.body.failed = not _drained(request.body)
    if request.body.failed:
        with suppress(OSError):
            response.sock.shutdown(socket.SHUT_WR)
    _expect(request, IDLE)


def _drained(body: Any) -> bool:
    """Whether all that was left has been read. Others have their turn after each step."""
    with suppress(Exception), gevent.Timeout(DRAIN_S, False):
        for _step in range(DRAIN_BYTES // DRAIN_STEP_BYTES):
            if not body.read(DRAIN_STEP_BYTES):
                return True
            gevent.sleep(0)
    return False


def _expect(request: Any, phase: int) -> None:
    sock = getattr(request.unreader, "sock", None)
    if isinstance(sock, PatientSocket):
        sock.expect(phase)
