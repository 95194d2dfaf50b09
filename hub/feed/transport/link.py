"""One WebSocket connection on a socket of its own. While nothing comes in there is no greenlet, only the loop's
watcher; what goes out is collected until the loop comes round and leaves in one send().

Nothing here blocks for a peer: what the kernel does not take waits in a bounded buffer until the socket is writable,
and a peer that does not read is cut."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
from gevent import socket
from wsproto.frame_protocol import CloseReason, Opcode, ParseFailed

from hub.config import Config
from hub.feed.transport.frames import Parser, made

CHUNK_BYTES = 16 * 1024
FRAMES_IN_A_SEND = 64
CHUNK_S = 0.004  # until more is read from whoever has sent more: 4 MiB a second
IDLE_FRAMES_IN_A_ROW, IDLE_FRAMES_IN_A_SECOND = 16, 2_000  # pings, pongs, fragments; a browser sends a handful
TURN_S = 0.001  # for the others, before more of one peer's is handled; a sleep(0) would let nothing of theirs be read
LINGER_S, LINGER_CHUNKS = 1.0, 64

_written: list["Link"] = []  # in this turn of the loop


def _send_all() -> None:
    """Once in each turn: everything that was written meanwhile is sent, one send() for each connection."""
    written = _written.copy()
    _written.clear()
    for link in written:
        if not link.closed:
            link.flush()


class Link:
    """`heard(text)` is called for each message, in order, in a greenlet; `gone()` once, in a greenlet, when the peer
    has left or was cut. Reading rests while a message is being handled: the kernel's buffer is the queue."""

    __slots__ = ("_out", "_out_bytes", "_parser", "_readable", "_writable", "closed", "config", "gone", "heard",
                 "idle_frames", "last_heard", "sock", "unfinished_since")  # fmt: skip

    def __init__(self, sock: Any, config: Config, heard: Callable[[str], None], gone: Callable[[], None]) -> None:
        self.sock, self.config, self.heard, self.gone = sock, config, heard, gone
        self.last_heard = time.monotonic()
        self.unfinished_since: float | None = None
        self.closed = False
        self.idle_frames = 0  # in this second
        self._parser: Parser | None = None
        self._out: list[bytes | bytearray] = []
        self._out_bytes = 0
        self._writable: Any = None
        self._readable: Any = gevent.get_hub().loop.io(sock.fileno(), 1)
        self._readable.start(self._wake)

    # Receiving

    def _wake(self) -> None:
        """In the loop's own greenlet, which must not wait for anything."""
        self._readable.stop()
        gevent.spawn(self._read)

    def _read(self) -> None:
        try:
            data = self.sock.recv(CHUNK_BYTES)
            self._take(data)
            if len(data) == CHUNK_BYTES:
                gevent.sleep(CHUNK_S)
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
        if not data:
            self.drop()
            return
        self.last_heard = time.monotonic()
        parser = self._parser or Parser(self.config.frame_bytes)
        for found in parser.feed(data):
            handled = found is not None and self._handle(*found)
            if self.closed:
                return
            self.idle_frames += not handled
            if self.idle_frames > IDLE_FRAMES_IN_A_SECOND:
                raise ParseFailed("flood", CloseReason.POLICY_VIOLATION)
            if parser.unfinished if handled else self.idle_frames % IDLE_FRAMES_IN_A_ROW == 0:
                gevent.sleep(TURN_S)
        self._parser = parser if parser.unfinished else None
        self.unfinished_since = (self.unfinished_since or self.last_heard) if self._parser else None

    def _handle(self, opcode: Opcode, payload: Any) -> bool:
        """True when it was a message."""
        if opcode is Opcode.PING:
            self.write(made.pong(payload))
        elif opcode is Opcode.CLOSE:
            self.close(payload[0])
        elif opcode is Opcode.BINARY:  # nothing in the hub sends or takes binary messages
            raise ParseFailed("binary message", CloseReason.UNSUPPORTED_DATA)
        elif opcode is Opcode.TEXT:
            self.unfinished_since = None
            self.heard(payload)
            return True
        return False

    # Sending

    def write(self, data: bytes | bytearray) -> None:
        """Send a frame when the loop comes round. Never waits; may be called from anywhere."""
        if self.closed:
            return
        if not self._out:
            if not _written:
                gevent.get_hub().loop.run_callback(_send_all)
            _written.append(self)
        self._out.append(data)
        self._out_bytes += len(data)
        if self._out_bytes > self.config.backlog_bytes:
            self.drop()

    def flush(self) -> None:
        """Hand the kernel what it takes; wait for its room, not for the peer, with the rest."""
        try:
            while self._out:
                data = b"".join(self._out[:FRAMES_IN_A_SEND])
                sent = self.sock.send(data)
                self._out_bytes -= sent
                self._out[:FRAMES_IN_A_SEND] = [data[sent:]] if sent < len(data) else []
        except BlockingIOError:
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

    # Ending

    def close(self, code: int) -> None:
        """Send what is waiting and a close frame, then let the peer go. Does not wait."""
        if not self.closed:
            self._out.append(made.close(code))
            self._shut()
            gevent.spawn(self._linger)

    def drop(self) -> None:
        """Cut at once; what has not been sent is lost, and the log has it."""
        if not self.closed:
            self._shut()
            self._out.clear()
            self.sock.close()

    def _shut(self) -> None:
        self.closed = True
        self._parser = None
        self._end(self._readable)
        if self._writable is not None:
            self._end(self._writable)
        gevent.spawn(self.gone)

    def _linger(self) -> None:
        """A socket closed over unread input takes back what was sent last: read on until the peer has gone, but neither
        for long nor much."""
        with socket.socket(fileno=self.sock.detach()) as peer, gevent.Timeout(LINGER_S, False), suppress(OSError):
            peer.sendall(b"".join(self._out))
            self._out.clear()
            peer.shutdown(socket.SHUT_WR)
            for _chunk in range(LINGER_CHUNKS):
                if not peer.recv(CHUNK_BYTES):
                    break

    @staticmethod
    def _end(watcher: Any) -> None:
        watcher.stop()
        watcher.close()
