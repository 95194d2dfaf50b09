"""Which origins may open sockets and send what changes something: the page's own, and those that the operator named.
Never `*`."""

from functools import partial
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from hub.config import Config

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
Environ = dict[str, Any]


class ForeignOrigin(CSRFError):  # type: ignore[misc]
    """A page of another site sent this. Another token would not help."""


def origin_allowed(configured: tuple[str, ...], origin: str, environ: Environ | None = None) -> bool:
    """The host that the browser asked for is the page's own. Forwarded headers count only behind trusted proxies,
    where ProxyFix has written them into the environ already."""
    own = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}" if environ else None
    return origin == own or origin in configured


def install(app: Flask, config: Config) -> None:
    """To be called before the CSRF protection is, which looks at the token alone (WTF_CSRF_SSL_STRICT)."""
    app.before_request(partial(_check, config.origins))
    app.add_template_global(public_address)


def public_address(path: str) -> str:
    """`path` below a name of the hub, for a link that leaves the page: in a hand-over, on paper. What the request calls
    the hub is somebody's word, and whoever follows the link hands over what is in it: only a name of HUB_ORIGINS stands
    there, and this machine's own. Without one it is the path alone."""
    return public_origin(cast(Config, current_app.extensions["hub.config"]).origins, request.environ) + path


def public_origin(configured: tuple[str, ...], environ: Environ) -> str:
    """The name under which somebody is here, where it is one of ours; else the first of ours; else nothing."""
    host = str(environ.get("HTTP_HOST", "")).lower()
    here = f"{environ['wsgi.url_scheme']}://{host}"
    known = [origin for origin in (here, f"https://{host}") if origin in configured]
    return next(iter((*known, *configured)), here if is_this_machine(host) else "")


def is_this_machine(host: str) -> bool:
    """Whether a name, with or without a port, is the loopback's."""
    try:
        name = urlsplit(f"//{host}")
        _port = name.port
        if name.username is not None or name.path or name.query or name.fragment:
            return False
        return name.hostname == "localhost" or ip_address(name.hostname or "").is_loopback
    except ValueError:
        return False


def _check(configured: tuple[str, ...]) -> None:
    """Raises ForeignOrigin."""
    if request.method not in SAFE and not is_own(configured, request.environ):
        raise ForeignOrigin(
            _("ほかのサイトから送信されたため、受け付けませんでした。ハブのページを開いて送信してください。")
        )


def is_own(configured: tuple[str, ...], environ: Environ) -> bool:
    """By the first of these that the request has: Origin, Sec-Fetch-Site, Referer. Town halls' proxies and settings of
    privacy take the Referer away, and on plain http browsers leave out what they please: then the token decides."""
    origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE")
    # TLS may end at a proxy of which the hub was not told (HUB_PROXIES).
    configured = (*configured, f"https://{environ.get('HTTP_HOST', '')}")
    if origin and origin != "null":  # which browsers that were told to send no Referer say of every page
        return origin_allowed(configured, origin, environ)
    if site:
        return site in ("same-origin", "none")
    referer = urlsplit(environ.get("HTTP_REFERER", ""))
    return not referer.netloc or origin_allowed(configured, f"{referer.scheme}://{referer.netloc}", environ)
