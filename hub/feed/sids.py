"""A connection id is no key: requests of a polling connection, and its upgrade, need the cookie that opened it."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from flask import Flask
from itsdangerous import BadSignature
from werkzeug.http import parse_cookie

from hub.extensions import socketio
from hub.security.loader import TOKEN

Environ = dict[str, Any]
Start = Callable[..., Any]


class SidGuard:
    """WSGI middleware ahead of Socket.IO. A sid with another sign-in, or none, is answered as an unknown one."""

    def __init__(self, app: Flask, next_app: Any) -> None:
        self.app, self.next_app = app, next_app

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith("/socket.io/"):
            query = parse_qs(environ.get("QUERY_STRING", ""))
            opened = socketio.server.environ.get(query["sid"][0]) if "sid" in query else None
            # JSONP ("j") exists to get around the same-origin rule.
            foreign = opened is not None and sign_in_of(self.app, opened) != sign_in_of(self.app, environ)
            if foreign or "j" in query:
                start("400 BAD REQUEST", [("Content-Type", "text/plain")])
                return [b"unknown sid"]
        answer: Iterable[bytes] = self.next_app(environ, start)
        return answer


def sign_in_of(app: Flask, environ: Environ) -> str | None:
    """The sign-in that the request's session cookie names; None without a genuine cookie."""
    cookie = parse_cookie(environ.get("HTTP_COOKIE", "")).get(app.config["SESSION_COOKIE_NAME"], "")
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    try:
        return str(signer.loads(cookie)[TOKEN])
    except (BadSignature, KeyError, TypeError):
        return None
