"""One WebSocket connection on a socket of its own. While nothing comes in there is no greenlet, only the loop's
watcher; what goes out is collected until the loop comes round and leaves in one send().

Nothing here blocks for a peer: what the kernel does not take waits in a bounded buffer until the socket is writable,
and a peer that does not read is cut."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
from gevent.socket import wait_read, wait_write
from wsproto.frame_protocol import CloseReason, ParseFailed

from hub.feed.transport.frames import CLOSE, PING, PONG, Parser, close_frame, frame
from hub.feed.transport.loop import Settings, Sweep

CHUNK_BYTES = 16 * 1024
SEND_BYTES = 256 * 1024
FRAMES_IN_A_ROW = 16  # of those that need no handling
LINGER_S, LINGER_BYTES = 1.0, 1024 * 1024

Listener = Callable[[str], None]


class Link:
    """`heard(text)` is called for each message, in order, in a greenlet; `gone()` once, in a greenlet, when the peer
    has left or was cut. Reading rests while a message is being handled: the kernel's buffer is the queue."""

    __slots__ = ("_out", "_out_bytes", "_parser", "_readable", "_writable", "closed", "gone", "heard", "last_heard",
                 "settings", "sock", "sweep", "unfinished_since")  # fmt: skip

    def __init__(self, sock: Any, settings: Settings, sweep: Sweep, heard: Listener, gone: Callable[[], None]) -> None:
        self.sock, self.settings, self.sweep = sock, settings, sweep
        self.heard, self.gone = heard, gone
        self.last_heard = time.monotonic()
        self.unfinished_since: float | None = None
        self.closed = False
        self._parser: Parser | None = None
        self._out: list[bytes] = []
        self._out_bytes = 0
        loop = gevent.get_hub().loop
        self._writable: Any = None
        self._readable: Any = loop.io(sock.fileno(), 1)
        self._readable.start(self._wake)

    # Receiving

    def _wake(self) -> None:
        """In the loop's own greenlet, which must not wait for anything."""
        self._readable.stop()
        gevent.spawn(self._read)

    def _read(self) -> None:
        try:
            data = self.sock.recv(CHUNK_BYTES)
            if data:
                self.last_heard = time.monotonic()
                self._take(data)
            else:
                self.drop()
        except BlockingIOError:
            pass
        except ParseFailed as fault:
            self.close(fault.code)
        except OSError:
            self.drop()
        if not self.closed:
            self._readable.start(self._wake)

    def _take(self, data: bytes) -> None:
        """Others have their turn after each message that was handled, however many one peer has sent."""
        parser = self._parser or Parser(self.settings.message_bytes)
        for count, found in enumerate(parser.feed(data), start=1):
            handled = found is not None and self._handle(*found)
            if self.closed:
                return
            if (handled and parser.unfinished) or count % FRAMES_IN_A_ROW == 0:
                gevent.sleep(0)
        self._parser = parser if parser.unfinished else None
        self.unfinished_since = (self.unfinished_since or self.last_heard) if self._parser else None

    def dawdles_since(self, moment: float, silence_counts: bool) -> bool:
        """Whether a message began before this moment and has not ended, or nothing came since where that counts."""
        begun = self.last_heard if silence_counts else self.unfinished_since
        return begun is not None and begun <= moment

    def _handle(self, opcode: int, payload: Any) -> bool:
        """True when it was a message."""
        if opcode == PING:
            self.write(frame(PONG, payload))
        elif opcode == CLOSE:
            self.close(CloseReason.NORMAL_CLOSURE if payload[0] == CloseReason.NO_STATUS_RCVD else payload[0])
        elif opcode != PONG:
            if isinstance(payload, bytes):  # nothing in the hub sends or takes binary messages
                raise ParseFailed("binary message", CloseReason.UNSUPPORTED_DATA)
            self.unfinished_since = None
            self.heard(payload)
            return True
        return False

    # Sending

    def write(self, data: bytes) -> None:
        """Send a frame when the loop comes round. Never waits; may be called from anywhere."""
        if self.closed:
            return
        if not self._out:
            self.sweep.add(self)
        self._out.append(data)
        self._out_bytes += len(data)
        if self._out_bytes > self.settings.backlog_bytes:
            self.drop()

    def flush(self) -> None:
        """Hand the kernel what it takes; wait for its room, not for the peer, with the rest."""
        try:
            while self._out and self._send_some():
                pass
        except OSError:
            self.drop()
            return
        if self._out and self._writable is None:
            self._writable = gevent.get_hub().loop.io(self.sock.fileno(), 2)
            self._writable.start(self.flush)
        elif not self._out and self._writable is not None:
            self._end(self._writable)
            self._writable = None

    def _send_some(self) -> bool:
        count, size = 0, 0
        while count < len(self._out) and (size == 0 or size + len(self._out[count]) <= SEND_BYTES):
            size += len(self._out[count])
            count += 1
        data = self._out[0] if count == 1 else b"".join(self._out[:count])
        try:
            sent = self.sock.send(data)
        except BlockingIOError:
            return False
        self._out_bytes -= sent
        self._out[:count] = [] if sent == size else [data[sent:]]
        return sent == size

    # Ending

    def close(self, code: int) -> None:
        """Send what is waiting and a close frame, then let the peer go. Does not wait."""
        if not self.closed:
            self._out.append(close_frame(code))
            self._shut()
            gevent.spawn(self._linger)

    def drop(self) -> None:
        """Cut at once; what has not been sent is lost, and the log has it."""
        if not self.closed:
            self._shut()
            self._release()

    def _shut(self) -> None:
        self.closed = True
        self._end(self._readable)
        if self._writable is not None:
            self._end(self._writable)
        gevent.spawn(self.gone)

    def _linger(self) -> None:
        """A socket closed over unread input takes back what was sent last: read on until the peer has gone, but neither
        for long nor much."""
        fd, read = self.sock.fileno(), 0
        with gevent.Timeout(LINGER_S, False), suppress(OSError):
            while self._out:
                if not self._send_some():
                    wait_write(fd)
            self.sock.shutdown(1)
            while read < LINGER_BYTES:
                wait_read(fd)
                data = self.sock.recv(CHUNK_BYTES)
                if not data:
                    break
                read += len(data)
        self._release()

    def _release(self) -> None:
        self._out.clear()
        self._parser = None
        self.sock.close()

    @staticmethod
    def _end(watcher: Any) -> None:
        watcher.stop()
        watcher.close()
