"""The gate of every socket event: signed in, active, within the rate, payload a frozen command, permission named.

A feature's `events.py` declares an `EventSet`, as it declares a Blueprint for its routes; `install` registers them and
refuses an event without a permission. Handlers of one socket run one after the other (`async_handlers=False`): the
bounded queue is the connection's own receive buffer.

They are handlers of the library itself, past Flask-SocketIO, which makes a request of every event: opening its session
and matching an address takes longer than many an event. Who is asking stands in `Connections`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from babel import Locale
from flask import Flask, g
from flask_babel import force_locale
from flask_socketio import SocketIO

from hub.actor import Actor
from hub.errors import HubError, SignedOut, ValidationFailed
from hub.feed.connections import Connection, connections
from hub.feed.payloads import parse
from hub.responses import error_body, report_unknown, standard_message
from hub.security.activity import AUTOMATIC_EVENTS, note_activity
from hub.security.limits import limits
from hub.security.loader import LANGUAGES
from hub.security.permissions import Permission, require_role

LOCALES = {language: Locale.parse(language) for language in LANGUAGES}  # parsed once, not for every event
JAPANESE = LOCALES["ja"]

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


def install(app: Flask, socketio: SocketIO, *sets: EventSet) -> dict[str, Event]:
    """Register all events. Returns them by name: what the permission matrix test iterates."""
    registry: dict[str, Event] = {}
    for event in (event for events in sets for event in events.events):
        registry[event.name] = event
        socketio.server.on(event.name, partial(answer, app, event))
    socketio.server.on("*", partial(refuse, app))
    return registry


def answer(app: Flask, event: Event, sid: str, *args: Any) -> Ack:
    """Run one event and make its ack; nothing but an ack ever comes out of here."""
    with app.app_context():
        g.connection = connection = connections().get(sid)
        return _acknowledged(event, connection, args)


def _acknowledged(event: Event, connection: Connection | None, args: tuple[Any, ...]) -> Ack:
    with force_locale(LOCALES.get(connection.actor.language, JAPANESE) if connection else JAPANESE):
        try:
            return {"ok": True, "data": _handle(event, args)}
        except HubError as error:
            return {"ok": False, "error": error_body(error)}
        except Exception as error:
            reference = report_unknown(error, socket_event=event.name)
            body = {"code": "unavailable", "message": standard_message("unavailable"), "reference": reference}
            return {"ok": False, "error": body}


def refuse(app: Flask, *_args: Any) -> Ack:
    """An event that nobody declared."""
    with app.app_context(), force_locale(JAPANESE):
        return {"ok": False, "error": error_body(ValidationFailed())}


def asking() -> Connection:
    """The connection whose event is being answered. Raises SignedOut when it is gone."""
    connection: Connection | None = g.connection
    if connection is None:
        raise SignedOut
    return connection


def _handle(event: Event, args: tuple[Any, ...]) -> dict[str, Any]:
    actor = asking().current_actor()
    limits().command(actor.staff_id)
    require_role(actor, event.permission)
    if event.name not in AUTOMATIC_EVENTS:
        note_activity(actor)
    if len(args) != 1:
        raise ValidationFailed
    return event.handler(actor, parse(event.command, args[0]))
