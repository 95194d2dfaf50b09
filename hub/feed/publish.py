"""The ONLY emitter. Best effort: the log is the truth, and whoever misses an event fetches it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any

import structlog
from socketio import Manager

from hub.clock import iso
from hub.extensions import socketio
from hub.feed.log import Logged
from hub.feed.models import FeedEvent

log = structlog.get_logger()

counts: Counter[str] = Counter()  # for /metrics: emitted events by name, and `failed`
announced: dict[str, int] = {}  # stream -> highest seq that this worker emitted: the watcher need not name it again


def as_frame(event: FeedEvent | Logged, epoch: str) -> dict[str, Any]:
    """A stored event as it goes over the wire, the same on the socket and in `GET /feed/<stream>`."""
    return {
        "stream": event.stream,
        "seq": event.seq,
        "epoch": epoch,
        "type": event.type,
        "at": iso(event.at),
        "data": event.data,
    }


def publish(epoch: str, events: list[Logged]) -> None:
    """Emit committed events, in order, to whoever has opened their streams; the author's own sockets included. What
    follows one another in the same stream goes out together."""
    for stream, theirs in groupby(events, key=attrgetter("stream")):
        several = list(theirs)
        with _best_effort("feed", stream, len(several)):
            frames = [as_frame(event, epoch) for event in several]
            if not socketio.server.manager.emit_all("feed", frames, stream):
                head = {"epoch": epoch, "heads": {stream: several[-1].seq}}
                socketio.emit("feed:heads", head, to=stream)  # they fetch it, page by page
            announced[stream] = max(several[-1].seq, announced.get(stream, 0))


@contextmanager
def _best_effort(name: str, to: str, number: int) -> Iterator[None]:
    """The write has happened and must not be reported as failed because a bus is down."""
    try:
        yield
        counts[name] += number
    except Exception:
        counts["failed"] += number
        log.exception("emit failed", name=name, to=to)


def emit(name: str, data: dict[str, Any], *, to: str, skip_sid: str | None = None) -> None:
    with _best_effort(name, to, 1):
        socketio.emit(name, data, to=to, skip_sid=skip_sid)


def emit_locally(name: str, data: dict[str, Any], *, to: str) -> None:
    """To this worker's own sockets, past the message queue."""
    Manager.emit(socketio.server.manager, name, data, namespace="/", room=to)


def disconnect(sid: str) -> None:
    """Tell one socket of this worker that its session is over, then cut it: what was written before goes out first."""
    server = socketio.server
    connection = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
    emit("session:ended", {}, to=sid)
    server.disconnect(sid)
    if connection is not None:  # python-socketio ends its session only, and leaves the transport open
        connection.close(wait=False)
