"""Which addresses are pages of this hub, and which of them somebody is on."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

from hub.people.input import same_site_path

HOME = "/"


def is_page(target: str) -> bool:
    """Whether it can be fetched: after a POST that met an ended sign-in there may be nothing to come back to."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(unquote(urlsplit(target).path), method="GET")
    except HTTPException:
        return False
    return endpoint != "accounts.login"


def page_at_hand() -> str:
    """The page that is being answered; of a refused form the page on which it stood, as far as that can be known."""
    return next((path for path in _candidates() if same_site_path(path) and is_page(path)), HOME)


def _candidates() -> Iterator[str]:
    """The page itself; where the form was sent from; else what the form was about: /threads/5 of /threads/5/head."""
    if request.method in ("GET", "HEAD"):
        yield request.full_path.rstrip("?")
        return
    sent_from = urlsplit(request.referrer or "")
    if sent_from.netloc == request.host:
        yield sent_from._replace(scheme="", netloc="", fragment="").geturl()
    path = request.path
    while path:
        yield path
        path = path.rpartition("/")[0]


def writer_name_address() -> str:
    """The page of the 記入者名, which leads back to where somebody is."""
    return url_for("accounts.writer_name", next=page_at_hand())
