"""Where somebody goes after signing in or changing the language: only ever to a page of this hub."""

from urllib.parse import unquote, urlsplit

from flask import current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from hub.accounts.input import same_site_path

HOME = "/"


def wanted_path() -> str:
    """The `next` of form or address when it is the address of a page here, else the home page."""
    target = same_site_path(request.values.get("next", ""))
    return target if target and _is_page(target) else HOME


def go(target: str) -> Response:
    return redirect(target, code=303)


def _is_page(target: str) -> bool:
    """Whether it can be fetched: after a POST that met an ended sign-in there may be nothing to come back to."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(unquote(urlsplit(target).path), method="GET")
    except HTTPException:
        return False
    return endpoint != "accounts.login"
