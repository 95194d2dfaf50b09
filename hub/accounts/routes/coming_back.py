"""Where somebody goes after signing in or changing the language: only ever to a page of this hub."""

from flask import redirect, request
from werkzeug.wrappers import Response

from hub.accounts.input import same_site_path
from hub.accounts.pages import HOME, is_page


def wanted_path() -> str:
    """The `next` of form or address when it is the address of a page here, else the home page."""
    target = same_site_path(request.values.get("next", ""))
    return target if target and is_page(target) else HOME


def go(target: str) -> Response:
    return redirect(target, code=303)
