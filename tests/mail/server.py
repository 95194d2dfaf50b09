"""A real mail server on this machine, which takes, refuses, delays or breaks off as a test says."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from hub.relay import Relay

USER, WORD = "hub", "a word / with: signs"


@dataclass
class Box:
    """What arrived. `answers`: for an address, what the server says to it instead of taking it; `broken`: it takes a
    mail and ends the connection before it says so; `slow_s`: it thinks so long before each."""

    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    of_content: str = ""
    broken: bool = False
    slow_s: float = 0.0
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        time.sleep(self.slow_s)
        if self.of_content:
            return self.of_content
        self.raw.append(envelope.content)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.to += envelope.rcpt_tos
        self.senders.append(envelope.mail_from)
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        if self.broken:
            server.transport.abort()
        return "250 OK"


def certificate(folder: Path) -> tuple[SSLContext, Path]:
    """Of a server called localhost, and the file that makes others trust it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert


def _known(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(
        success=mechanism in ("PLAIN", "LOGIN") and (data.login, data.password) == (b"hub", WORD.encode())
    )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(box: Box, port: int = 0, **options: Any) -> Iterator[Relay]:
    """`starttls` or `ssl_context`: a context; `auth`: it demands the user."""
    if context := options.pop("starttls", None):
        options |= {"tls_context": context, "require_starttls": True}
    if options.pop("auth", False):
        options |= {"authenticator": _known, "auth_required": True}
    server = Controller(box, hostname="127.0.0.1", port=port or free_port(), **options)
    server.start()
    try:
        yield Relay("127.0.0.1", server.server.sockets[0].getsockname()[1], "none")
    finally:
        server.stop()
