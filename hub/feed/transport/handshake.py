"""The opening handshake of RFC 6455, from a WSGI environ. No extension and no subprotocol is ever agreed to: what a
client offers (permessage-deflate above all, which makes a large message of a small frame) is left out of the answer."""

import re
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response
from wsproto.utilities import generate_accept_token

Environ = dict[str, Any]

ACCEPTED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
NONCE = re.compile(r"[A-Za-z0-9+/]{22}==")  # 16 bytes


def accept(environ: Environ) -> bytes:
    """The bytes of the 101 answer. Raises HTTPException."""
    asked = [word.strip().lower() for word in environ.get("HTTP_CONNECTION", "").split(",")]
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or "upgrade" not in asked or not NONCE.fullmatch(key):
        raise BadRequest
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        raise HTTPException(response=Response(status=426, headers={"Sec-WebSocket-Version": "13"}))
    return ACCEPTED + b"Sec-WebSocket-Accept: " + generate_accept_token(key.encode()) + b"\r\n\r\n"
