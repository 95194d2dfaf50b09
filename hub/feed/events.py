"""Connecting, and opening and closing streams."""

from threading import Lock
from typing import Annotated, Any

from flask import request
from flask_socketio import ConnectionRefusedError
from pydantic import Field
from pydantic.dataclasses import dataclass

from hub.actor import Actor
from hub.db import db
from hub.errors import SignedOut, Unavailable
from hub.extensions import socketio
from hub.feed.connections import Connection, connections
from hub.feed.guard import EventSet, asking
from hub.feed.log import heads
from hub.feed.payloads import STRICT
from hub.feed.publish import as_frame
from hub.feed.queries import readable_streams, small_gaps
from hub.feed.streams import MOST_STREAMS
from hub.feed.watch import ensure_watching
from hub.installation import current_epoch
from hub.security.limits import limits
from hub.security.permissions import Permission
from hub.security.requires import current_actor

ARRIVAL_PAUSE_S = 0.003

events = EventSet()


Name = Annotated[str, Field(max_length=40)]


@dataclass(config=STRICT)
class Streams:
    streams: Annotated[list[Name], Field(max_length=MOST_STREAMS)]


@dataclass(config=STRICT)
class Opening:
    """`after`: up to where the page knows each stream, in the life of the database that `epoch` names."""

    streams: Annotated[list[Name], Field(max_length=MOST_STREAMS)]
    after: Annotated[dict[Name, Annotated[int, Field(ge=0, le=2**53)]], Field(max_length=MOST_STREAMS)] | None = None
    epoch: Annotated[str, Field(max_length=40)] | None = None


def connect(_auth: Any = None) -> None:
    _wait_for_turn()
    try:
        actor = current_actor()
    except SignedOut:
        raise ConnectionRefusedError("signed_out") from None
    except Unavailable:
        raise ConnectionRefusedError("unavailable") from None
    connections().add(request.sid, actor)  # type: ignore[attr-defined]
    ensure_watching()


def _wait_for_turn() -> None:
    """While a process starts, connections pile up before it. They are let in one after the other, with a pause in which
    pages and posts are answered, and whatever those who are in already want next: a busy process lets in fewer."""
    if not limits().enabled:
        return
    gate = limits().arrivals
    gate.acquire()
    # `is_connected` would be wrong for everybody: a connection counts as connected once this handler has returned.
    if not socketio.server.manager.is_pre_connected(request.sid, "/"):  # type: ignore[attr-defined]
        gate.release()
        raise ConnectionRefusedError("unavailable")  # gone meanwhile
    socketio.start_background_task(_let_the_next_in, gate)


def _let_the_next_in(gate: Lock) -> None:
    socketio.sleep(ARRIVAL_PAUSE_S)
    gate.release()


def disconnect(_reason: Any = None) -> None:
    connections().remove(request.sid)  # type: ignore[attr-defined]


def install_connection_events() -> None:
    socketio.on_event("connect", connect)
    socketio.on_event("disconnect", disconnect)


@events.on("feed:open", Opening, Permission.SIGNED_IN)
def feed_open(actor: Actor, command: Opening) -> dict[str, Any]:
    """Small gaps come with the answer: after an outage everybody would otherwise ask for them one by one."""
    connection = asking()
    with db.read() as session:
        allowed = readable_streams(session, db.confirm(session, actor), command.streams)
    # Join before reading the heads: whatever is committed in between is either in the head or on its way.
    for stream in allowed:
        socketio.server.enter_room(connection.sid, stream, namespace="/")
    connection.streams |= allowed
    with db.read() as session:
        # Access may have ended meanwhile, and the watcher have looked before these were open.
        kept = readable_streams(session, db.confirm(session, actor), allowed)
        epoch = current_epoch(session)
        data = {"epoch": epoch, "heads": (reached := heads(session, sorted(kept)))}
        if command.after is not None:
            same_life = command.epoch in (None, epoch)
            found = small_gaps(session, command.after, reached) if same_life else {}
            data["events"] = {stream: [as_frame(event, epoch) for event in gap] for stream, gap in found.items()}
    _leave(connection, allowed - kept)
    return data | {"refused": [s for s in dict.fromkeys(command.streams) if s not in kept]}


@events.on("feed:close", Streams, Permission.SIGNED_IN)
def feed_close(_actor: Actor, command: Streams) -> dict[str, Any]:
    connection = asking()
    _leave(connection, connection.streams & set(command.streams))
    return {}


def _leave(connection: Connection, streams: set[str]) -> None:
    connection.streams -= streams
    for stream in streams:
        socketio.server.leave_room(connection.sid, stream, namespace="/")
