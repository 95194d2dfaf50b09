"""Connecting, and opening and closing streams."""

from typing import Annotated, Any

from flask import request
from flask_socketio import ConnectionRefusedError, join_room, leave_room
from pydantic import Field
from pydantic.dataclasses import dataclass
from sqlalchemy.exc import SQLAlchemyError

from hub.db import db
from hub.errors import SignedOut
from hub.extensions import socketio
from hub.feed.connections import Connection, connections
from hub.feed.guard import EventSet
from hub.feed.log import heads
from hub.feed.payloads import STRICT
from hub.feed.queries import readable_streams
from hub.feed.watch import ensure_watching
from hub.installation import current_epoch
from hub.security.actor import Actor
from hub.security.limits import limits
from hub.security.permissions import Permission
from hub.security.requires import current_actor

events = EventSet()


@dataclass(config=STRICT)
class Streams:
    streams: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=1000)]


def connect(_auth: Any = None) -> None:
    _wait_for_turn()
    try:
        actor = current_actor()
    except SignedOut:
        raise ConnectionRefusedError("signed_out") from None
    except SQLAlchemyError:
        raise ConnectionRefusedError("unavailable") from None
    connections().add(request.sid, actor)  # type: ignore[attr-defined]
    ensure_watching()


def _wait_for_turn() -> None:
    """While a process starts, connections pile up before it. They are let in one after the other, so that pages and
    posts are answered in between."""
    wait_s = limits().arrival_s()
    if wait_s > 0:
        socketio.sleep(wait_s)
        if not socketio.server.manager.is_connected(request.sid, "/"):  # type: ignore[attr-defined]
            raise ConnectionRefusedError("unavailable")  # gone meanwhile


def disconnect(_reason: Any = None) -> None:
    connections().remove(request.sid)  # type: ignore[attr-defined]


def install_connection_events() -> None:
    socketio.on_event("connect", connect)
    socketio.on_event("disconnect", disconnect)


@events.on("feed:open", Streams, Permission.SIGNED_IN)
def feed_open(actor: Actor, command: Streams) -> dict[str, Any]:
    connection = connections().get(request.sid)  # type: ignore[attr-defined]
    if connection is None:
        raise SignedOut
    with db.read() as session:
        allowed = readable_streams(session, db.confirm(session, actor), command.streams)
    # Join before reading the heads: whatever is committed in between is either in the head or on its way.
    for stream in allowed:
        join_room(stream)
    connection.streams |= allowed
    with db.read() as session:
        # Access may have ended meanwhile, and the watcher have looked before these were open.
        kept = readable_streams(session, db.confirm(session, actor), allowed)
        data = {"epoch": current_epoch(session), "heads": heads(session, sorted(kept))}
    _leave(connection, allowed - kept)
    return data | {"refused": [s for s in dict.fromkeys(command.streams) if s not in kept]}


@events.on("feed:close", Streams, Permission.SIGNED_IN)
def feed_close(_actor: Actor, command: Streams) -> dict[str, Any]:
    connection = connections().get(request.sid)  # type: ignore[attr-defined]
    if connection is not None:
        _leave(connection, connection.streams & set(command.streams))
    return {}


def _leave(connection: Connection, streams: set[str]) -> None:
    connection.streams -= streams
    for stream in streams:
        leave_room(stream)
