"""The gate of every socket event: signed in, active, within the rate, payload a frozen command, permission named.

A feature's `events.py` declares an `EventSet`, as it declares a Blueprint for its routes; `install` registers them and
refuses an event without a permission. Handlers of one socket run one after the other (`async_handlers=False`): the
bounded queue is the connection's own receive buffer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import request
from flask_babel import force_locale
from flask_socketio import SocketIO

from hub.actor import Actor
from hub.errors import HubError, SignedOut, ValidationFailed
from hub.feed.connections import Connection, connections
from hub.feed.payloads import parse
from hub.responses import error_body, report_unknown, standard_message
from hub.security.activity import AUTOMATIC_EVENTS, note_activity
from hub.security.limits import limits
from hub.security.permissions import Permission, require_role

Handler = Callable[[Actor, Any], dict[str, Any]]
Ack = dict[str, Any]


@dataclass(frozen=True)
class Event:
    name: str
    command: type
    permission: Permission
    handler: Handler


class EventSet:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def on(self, name: str, command: type, permission: Permission) -> Callable[[Handler], Handler]:
        """The handler gets the actor and the parsed command and returns the ack's data."""

        def declare(handler: Handler) -> Handler:
            self.events.append(Event(name, command, permission, handler))
            return handler

        return declare


def install(socketio: SocketIO, *sets: EventSet) -> dict[str, Event]:
    """Register all events. Returns them by name: what the permission matrix test iterates."""
    registry: dict[str, Event] = {}
    for event in (event for events in sets for event in events.events):
        registry[event.name] = event
        socketio.on_event(event.name, partial(answer, event))
    socketio.on_event("*", refuse)
    return registry


def answer(event: Event, *args: Any) -> Ack:
    """Run one event and make its ack; nothing but an ack ever comes out of here."""
    connection = connections().get(request.sid)  # type: ignore[attr-defined]
    with force_locale(connection.actor.language if connection else "ja"):
        try:
            return {"ok": True, "data": _handle(event, connection, args)}
        except HubError as error:
            return {"ok": False, "error": error_body(error)}
        except Exception as error:
            reference = report_unknown(error, socket_event=event.name)
            body = {"code": "unavailable", "message": standard_message("unavailable"), "reference": reference}
            return {"ok": False, "error": body}


def refuse(*_args: Any) -> Ack:
    """An event that nobody declared."""
    with force_locale("ja"):
        return {"ok": False, "error": error_body(ValidationFailed())}


def _handle(event: Event, connection: Connection | None, args: tuple[Any, ...]) -> dict[str, Any]:
    if connection is None:
        raise SignedOut
    actor = connection.current_actor()
    limits().command(actor.staff_id)
    require_role(actor, event.permission)
    if event.name not in AUTOMATIC_EVENTS:
        note_activity(actor)
    if len(args) != 1:
        raise ValidationFailed
    return event.handler(actor, parse(event.command, args[0]))
