"""The mail server to which the hub hands its mails, as HUB_SMTP_URL names it, and the address that stands as theirs."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import getaddresses
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

Wrapping = Literal["tls", "starttls", "none"]
PORTS: dict[Wrapping, int] = {"tls": 465, "starttls": 587, "none": 25}
SHAPE = "smtps://user:password@host, smtp://user:password@host or smtp://host?starttls=off"


@dataclass(frozen=True)
class Relay:
    """`wrapping`: encrypted from the first byte, after STARTTLS (demanded), or not at all."""

    host: str
    port: int
    wrapping: Wrapping
    user: str = ""
    password: str = field(default="", repr=False)


def read_relay(value: str) -> Relay:
    """Raises ValueError; a password is sent through nothing that is not encrypted."""
    parts = urlsplit(value)
    asked = parse_qs(parts.query)
    off = asked == {"starttls": ["off"]}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or (asked and not off):
        raise ValueError(SHAPE)
    wrapping: Wrapping = "tls" if parts.scheme == "smtps" else "none" if off else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if wrapping == "none" and user:
        raise ValueError("a password needs encryption: leave out starttls=off")
    if bool(user) != bool(password):
        raise ValueError("user and password, or neither")
    return Relay(parts.hostname, parts.port or PORTS[wrapping], wrapping, user, password)


def read_sender(value: str) -> Address:
    """`市町村DX相談ハブ <hub@pref.example.jp>`, or the address alone. Raises ValueError."""
    [(name, address), *others] = getaddresses([value])
    local, at, domain = address.rpartition("@")
    if (
        others
        or not value.isprintable()
        or not at
        or not address.isascii()
        or any(c in address for c in " ,;<>\r\n")
        or not (local and "." in domain)
    ):
        raise ValueError("an address such as hub@pref.example.jp, with a name before it if wanted: Name <address>")
    return Address(display_name=" ".join(name.split()), addr_spec=address)
