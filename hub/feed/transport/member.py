"""One Engine.IO connection: long polling with a queue, or a WebSocket, or on its way from the one to the other.

It stands where the library's own socket object stood; what the library asks of that object is all here."""

import time
from collections.abc import Sequence
from typing import Any

import gevent
import structlog
from engineio import exceptions, packet, payload
from engineio.socket import Socket
from werkzeug.exceptions import BadRequest

from hub.feed.transport.frames import made
from hub.feed.transport.handshake import Environ
from hub.feed.transport.link import TURN_S, Link

log = structlog.get_logger()

PACKETS_IN_A_POLL = 16  # as many as the library's own clients take
GOING_AWAY, POLICY_VIOLATION, INTERNAL_ERROR = 1001, 1008, 1011
PING_PACKET, PROBED = packet.Packet(packet.PING), packet.Packet(packet.PONG, data="probe")


def frame_of(pkt: packet.Packet) -> bytearray:
    """The packet's frame, made once: the library sends one packet object to all readers of an event."""
    found: bytearray | None = getattr(pkt, "frame", None)
    if found is None:
        found = pkt.frame = made.send_data(pkt.encode())
    return found


class Member(Socket):  # type: ignore[misc]
    def __init__(self, server: Any, sid: str) -> None:
        """The base's own is left out: it makes a queue, which a WebSocket does not need."""
        self.server, self.sid = server, sid
        self.connected = self.upgrading = self.upgraded = self.closing = self.closed = False
        self.session: dict[str, Any] = {}
        self.link: Link | None = None
        self.queue: Any = None
        self.queued_bytes = 0
        self.polls = 0
        self.posting = False
        self.last_heard = time.monotonic()
        self.alone_since: float | None = self.last_heard
        self.ping_at = self.last_heard + server.ping_interval

    # Out

    def send(self, pkt: packet.Packet) -> None:
        if self.closed:
            return
        if self.upgraded:
            self.link.write(frame_of(pkt))  # type: ignore[union-attr]
            return
        self.queued_bytes += len(pkt.encode())
        self.queue.put(pkt)
        if self.queued_bytes > self.server.config.backlog_bytes:
            gevent.spawn(self.close, reason=self.server.reason.TRANSPORT_ERROR)

    def send_all(self, packets: Sequence[packet.Packet], frames: bytes) -> None:
        """`frames` are those of the packets."""
        if self.upgraded and not self.closed:
            self.link.write(frames)  # type: ignore[union-attr]
            return
        for pkt in packets:
            self.send(pkt)

    # In

    def receive(self, text: str) -> None:
        """One packet. Whatever cannot be one cuts the connection, without a word in the log."""
        kind, data = text[:1], text[1:]
        if kind == "4" and data.startswith("0") and not self.upgraded:
            # Whoever has to wait for their turn would hold their POST open, and the library changes to WebSocket only
            # once that was answered: the change would take longer than HUB_PATIENCE_S.
            gevent.spawn(self._deliver, data)
        elif kind == "4" and data:  # the library takes an empty packet for one without data, and fails over it
            self._deliver(data)
        elif kind == "1":
            self.close(reason=self.server.reason.CLIENT_DISCONNECT)
        elif kind not in ("3", "6"):
            self.close(reason=self.server.reason.TRANSPORT_ERROR, code=POLICY_VIOLATION)

    def _deliver(self, data: str) -> None:
        try:
            self.server.handlers["message"](self.sid, data)
        except Exception:  # what a client can send wrong has its answer in StrictPacket and in the guard
            log.exception("socket packet")
            self.close(reason=self.server.reason.TRANSPORT_ERROR, code=INTERNAL_ERROR)

    def handle_get_request(self, environ: Environ, start_response: Any) -> Any:
        self.last_heard = time.monotonic()
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            if self.link is not None:
                raise BadRequest
            self.server.attach(self, environ)
            raise StopIteration
        if self.upgrading or self.upgraded:
            return [packet.Packet(packet.NOOP)]
        queue = self.queue
        if self.polls:  # a second poll ends the first
            queue.put(packet.Packet(packet.NOOP))
            gevent.sleep(0)  # else this one would take it
        self.polls += 1
        found = [queue.get()]  # a ping at the latest
        self.polls -= 1
        while len(found) < PACKETS_IN_A_POLL and not queue.empty():
            found.append(queue.get_nowait())
        self.queued_bytes -= sum(len(pkt.encode()) for pkt in found)
        return found

    def handle_post_request(self, environ: Environ) -> None:
        """Raises EngineIOError, which the library answers with 400 and the end of the connection."""
        self.last_heard = time.monotonic()
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > self.server.config.frame_bytes or self.posting:
            raise exceptions.ContentTooLongError
        self.posting = True
        try:
            with gevent.Timeout(self.server.config.patience_s, exceptions.EngineIOError):
                body = environ["wsgi.input"].read(length)
            texts = body.decode(errors="surrogateescape").split("\x1e")  # lone surrogates: StrictJson refuses them
            if len(texts) > payload.Payload.max_decode_packets:
                raise exceptions.EngineIOError
            for text in texts:
                if not self.closed:
                    self.receive(text)
                    gevent.sleep(TURN_S)
        finally:
            self.posting = False

    # From polling to WebSocket

    def heard(self, text: str) -> None:
        if self.upgraded:
            self.receive(text)
        elif text == "2probe":
            self.upgrading = True
            self.link.write(frame_of(PROBED))  # type: ignore[union-attr]
            self.queue.put(packet.Packet(packet.NOOP))  # ends the poll that is waiting
        elif text == "5":
            self.upgraded, self.upgrading = True, False
            while not self.queue.empty():
                self.send(self.queue.get_nowait())
            self.queue = None
        elif self.link is not None:
            self.link.close(POLICY_VIOLATION)

    def link_gone(self) -> None:
        if self.upgraded:
            self.close(reason=self.server.reason.TRANSPORT_CLOSE)
        else:  # the change did not come about: polling goes on, and nothing was lost
            self.link, self.upgrading = None, False

    # Time

    def check(self, now: float) -> None:
        """Called each second: cut whoever is silent, dawdles or has not signed in; ping the others in time."""
        server, link, latest = self.server, self.link, now - self.server.config.patience_s
        self.alone_since = None if server.is_joined(self.sid) else self.alone_since or now
        if link:
            link.idle_frames = 0
        begun = link and (link.unfinished_since if self.upgraded else link.last_heard)
        if link and begun and begun <= latest:
            link.close(POLICY_VIOLATION)
        elif self.alone_since is not None and self.alone_since <= latest:
            self.close(reason=server.reason.SERVER_DISCONNECT, code=POLICY_VIOLATION)
        elif now - (link or self).last_heard >= server.ping_interval + server.ping_timeout:
            self.close(reason=server.reason.PING_TIMEOUT, code=GOING_AWAY)
        elif now >= self.ping_at:
            self.ping_at = now + server.ping_interval
            self.send(PING_PACKET)

    def close(self, wait: bool = False, abort: bool = False, reason: Any = None, code: int = 1000) -> None:
        """End the connection, whoever wants it. Never waits for the peer."""
        if self.closing:
            return
        self.closing = True
        reason = reason or self.server.reason.SERVER_DISCONNECT
        self.server._trigger_event("disconnect", self.sid, reason, run_async=False)
        if self.queue is not None:
            self.queue.put(packet.Packet(packet.CLOSE))
        self.closed = True
        self.server.sockets.pop(self.sid, None)
        if self.link is not None:
            self.link.close(code)
