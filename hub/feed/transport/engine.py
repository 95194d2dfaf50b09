"""The Engine.IO server of a worker: opens connections, keeps time for all of them, and closes them in waves."""

import io
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import gevent
import structlog
from engineio import packet
from engineio.server import Server
from gevent.monkey import get_original
from gevent.queue import Queue
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from hub.config import Config
from hub.feed.transport.handshake import Environ, accept
from hub.feed.transport.link import Link
from hub.feed.transport.member import Member, frame_of

TICK_S = 1.0
MOST_STRANGERS = 200  # connections at a time without a genuine session cookie, in all
SPARE_FILES = 200  # for the database, pages and polls
KEPT = (
    "flask.app", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "HTTP_HOST", "HTTP_USER_AGENT", "PATH_INFO", "QUERY_STRING",
    "REMOTE_ADDR", "REQUEST_METHOD", "SCRIPT_NAME", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "wsgi.url_scheme",
)  # fmt: skip
SHARED = {"wsgi.errors": sys.stderr, "wsgi.input": io.BytesIO()}
_plain_socket = get_original("socket", "socket")

Start = Callable[..., Any]
log = structlog.get_logger()


class Engine(Server):  # type: ignore[misc]
    """`is_known(environ)` says whether a request brings a genuine session cookie; `is_joined(sid)` whether somebody
    has signed in on the connection."""

    def __init__(
        self, config: Config, is_known: Callable[[Environ], bool], is_joined: Callable[[str], bool], **options: Any
    ) -> None:
        super().__init__(**options, monitor_clients=False)
        self.config, self.is_known, self.is_joined = config, is_known, is_joined
        self.strangers: set[str] = set()
        self.most_members = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE_FILES
        self._keeper: gevent.Greenlet | None = None

    # Opening

    def handle_request(self, environ: Environ, start_response: Start) -> Any:
        try:
            return super().handle_request(environ, start_response)
        except HTTPException as refusal:
            return refusal(environ, start_response)

    def _handle_connect(self, environ: Environ, start: Start, transport: str, _jsonp: None = None) -> Any:
        """Raises HTTPException."""
        known = self.is_known(environ)
        if len(self.sockets) >= self.most_members or not (known or self._room_for_strangers()):
            raise ServiceUnavailable(retry_after=5)
        member = Member(self, self.generate_id())
        if transport == "websocket":
            self.attach(member, environ)
            member.upgraded = True
        else:
            member.queue = Queue()
        member.connected = True
        self.sockets[member.sid] = member
        if not known:
            self.strangers.add(member.sid)
        self._keeper = self._keeper or gevent.spawn(self._keep)
        self._trigger_event("connect", member.sid, {key: environ[key] for key in KEPT if key in environ} | SHARED)
        opening = {
            "sid": member.sid,
            "upgrades": ["websocket"] if transport == "polling" and "websocket" in self.transports else [],
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.config.frame_bytes,
        }
        if transport == "polling":
            return self._ok([packet.Packet(packet.OPEN, opening)])
        member.send(packet.Packet(packet.OPEN, opening))
        raise StopIteration  # gunicorn's word for: the connection is somebody else's now

    def _room_for_strangers(self) -> bool:
        self.strangers = {sid for sid in self.strangers if sid in self.sockets and not self.is_joined(sid)}
        return len(self.strangers) < MOST_STRANGERS

    def attach(self, member: Member, environ: Environ) -> None:
        """Give a connection its WebSocket, on a descriptor of its own: gunicorn closes its one and forgets request,
        parser and greenlet. Raises HTTPException."""
        answer = accept(environ)
        theirs = environ["gunicorn.socket"]
        theirs.sendall(answer)
        sock = _plain_socket(theirs.family, theirs.type, theirs.proto, fileno=os.dup(theirs.fileno()))
        sock.setblocking(False)
        member.link = Link(sock, self.config, member.heard, member.link_gone)

    # Sending

    def send_all(self, sids: Iterable[str], packets: Sequence[packet.Packet]) -> None:
        """All packets to each of the connections: as frames they are put together once."""
        frames = b"".join(map(frame_of, packets))
        for sid in sids:
            member = self.sockets.get(sid)
            try:
                if member is not None:
                    member.send_all(packets, frames)
            except Exception:  # the others are to get it as well
                log.exception("socket send")

    # Running

    def _keep(self) -> None:
        while True:
            gevent.sleep(TICK_S)
            now = time.monotonic()
            for member in [m for m in self.sockets.values() if not m.closed]:
                try:
                    member.check(now)
                except Exception:  # the others are to be kept as well
                    log.exception("socket keeper")
