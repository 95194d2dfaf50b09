"""Which origins may open sockets: the page's own, and those that the operator named. Never `*`."""

from typing import Any


def origin_allowed(configured: tuple[str, ...], origin: str, environ: dict[str, Any] | None = None) -> bool:
    """The host that the browser asked for is the page's own. Forwarded headers count only behind trusted proxies,
    where ProxyFix has written them into the environ already."""
    own = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}" if environ else None
    return origin == own or origin in configured
