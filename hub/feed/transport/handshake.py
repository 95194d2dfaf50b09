"""The opening handshake of RFC 6455, from a WSGI environ. No extension and no subprotocol is ever agreed to: what a
client offers (permessage-deflate above all, which makes a large message of a small frame) is left out of the answer."""

import base64
import binascii
from typing import Any

from wsproto.utilities import generate_accept_token

Environ = dict[str, Any]


class NoWebSocket(Exception):
    """The request opens no WebSocket; `status` and `headers` are the answer."""

    def __init__(self, status: str, *headers: tuple[str, str]) -> None:
        super().__init__(status)
        self.status, self.headers = status, [("Content-Type", "text/plain"), *headers]


def accept(environ: Environ) -> bytes:
    """The bytes of the 101 answer. Raises NoWebSocket."""
    asked = [word.strip().lower() for word in environ.get("HTTP_CONNECTION", "").split(",")]
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or "upgrade" not in asked:
        raise NoWebSocket("400 BAD REQUEST")
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        raise NoWebSocket("426 UPGRADE REQUIRED", ("Sec-WebSocket-Version", "13"))
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "").encode("latin-1")
    if not _is_nonce(key):
        raise NoWebSocket("400 BAD REQUEST")
    lines = [
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + generate_accept_token(key),
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _is_nonce(key: bytes) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return False
