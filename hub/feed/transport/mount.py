"""Putting the hub's transport in the place of the library's, where the library is one that it was made for."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from engineio.packet import Packet

from hub.config import Config, StartupFault
from hub.feed.transport.engine import Engine
from hub.feed.transport.handshake import Environ

# Releases of which docs/transport.md was checked against the source.
CHECKED = {"python-engineio": "4.15.", "python-socketio": "5.18.", "wsproto": "1.3.", "gunicorn": "27."}


def check_versions(installed: Callable[[str], str] = version) -> None:
    """Raises StartupFault when a package is not one of the releases that were checked."""
    for name, release in CHECKED.items():
        found = installed(name)
        if not found.startswith(release):
            raise StartupFault(f"{name} {found} is not {release}x, for which HUB_TRANSPORT=own was made; use stock")


def mount(server: Any, config: Config, is_known: Callable[[Environ], bool], **options: Any) -> None:
    """To be called once, before the first request. Raises StartupFault."""
    check_versions()
    manager, handlers = server.manager, server.eio.handlers
    options |= {"is_joined": lambda sid: manager.sid_from_eio_sid(sid, "/") is not None, "json": Packet.json}
    server.eio = Engine(config, is_known, **options)
    server.eio.handlers = handlers
