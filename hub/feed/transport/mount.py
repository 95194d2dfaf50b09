"""Putting the hub's transport in the place of the library's, where the library is one that it was made for."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from engineio.packet import Packet

from hub.config import Config, StartupFault
from hub.feed.transport.engine import Engine
from hub.feed.transport.handshake import Environ
from hub.feed.transport.loop import Settings

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
    manager = server.manager
    settings = Settings(config.frame_bytes, config.backlog_bytes, config.patience_s)
    engine = Engine(
        settings, is_known, lambda sid: manager.sid_from_eio_sid(sid, "/") is not None, json=Packet.json, **options
    )
    engine.handlers = server.eio.handlers
    server.eio = engine
