"""Which addresses may be linked."""

import re
from urllib.parse import quote

_WEB = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^/?#@:\\\s]{1,255})(?P<port>:[0-9]{1,5})?(?P<rest>[/?#].*)?", re.I | re.S
)
_MAIL = re.compile(
    r"mailto:(?P<user>[A-Z0-9.!#$&'*+/=?^_`{|}~-]{1,64})@(?P<host>[^/?#@:\\\s]{1,255})(\?.*)?", re.I | re.S
)
_ASCII_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
# Everything that RFC 3986 allows after the host; all else is percent-encoded. % itself stays: it may be an escape.
_KEPT = "/?#[]@!$&'()*+,;=:-._~%"


def safe_url(url: str) -> str | None:
    """The address to link to: http, https or mailto with a plain host, written in ASCII. None when it may not be
    linked: other schemes, `//host`, relative paths, and user names before the host (`https://good.jp@evil.jp`)."""
    url = url.strip()
    if web := _WEB.fullmatch(url):
        host, rest = _ascii_host(web["host"]), quote(web["rest"] or "", safe=_KEPT, errors="replace")
        return f"{web['scheme'].lower()}://{host}{web['port'] or ''}{rest}" if host else None
    if mail := _MAIL.fullmatch(url):
        # Subject, copies and text given in the address are dropped: a link must not write somebody's mail.
        host = _ascii_host(mail["host"])
        return f"mailto:{mail['user']}@{host}" if host else None
    return None


def _ascii_host(host: str) -> str | None:
    """`host` as it is asked for in the DNS (punycode for IDN); None when it is none."""
    try:
        ascii_host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return ascii_host if _ASCII_HOST.fullmatch(ascii_host) else None
