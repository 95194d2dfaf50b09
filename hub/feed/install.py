"""Putting Socket.IO into the application: settings of the library, the guard before every event and every sid."""

from functools import partial

from flask import Flask
from gevent.monkey import is_module_patched

from hub.config import Config
from hub.extensions import socketio
from hub.feed import guard, log
from hub.feed.bus import Bus
from hub.feed.events import install_connection_events
from hub.feed.packets import StrictPacket
from hub.feed.payloads import StrictJson
from hub.feed.publish import publish
from hub.feed.sids import SidGuard, sign_in_of
from hub.feed.together import Together
from hub.feed.transport.mount import mount
from hub.security.origins import origin_allowed


def install_socket(app: Flask, config: Config, *sets: guard.EventSet) -> None:
    """To be called once the routes are there; `sets` are the features' socket events."""
    engine = {
        "async_mode": "gevent" if is_module_patched("socket") else "threading",
        "async_handlers": False,
        "cors_allowed_origins": partial(origin_allowed, config.origins),
        "max_http_buffer_size": config.frame_bytes,
        "transports": ["polling"] if config.polling_only else ["polling", "websocket"],
    }
    manager = Bus(config.redis_url) if config.redis_url else Together()
    socketio.init_app(
        app, json=StrictJson, manage_session=False, serializer=StrictPacket, client_manager=manager, **engine
    )
    if config.transport == "own" and engine["async_mode"] == "gevent":
        mount(socketio.server, config, lambda environ: sign_in_of(app, environ) is not None, **engine)
    app.extensions["hub.events"] = guard.install(app, socketio, *sets)
    install_connection_events()
    log.when_committed(publish)
    app.wsgi_app = SidGuard(app, app.wsgi_app)  # type: ignore[method-assign, assignment]
