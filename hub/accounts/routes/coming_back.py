"""Where somebody goes after signing in or changing the language: only ever to a page of this hub; and leaving it."""

from flask import redirect, request, session
from werkzeug.wrappers import Response

from hub.people.input import same_site_path
from hub.people.pages import HOME, is_page


def wanted_path() -> str:
    """The `next` of form or address when it is the address of a page here, else the home page."""
    target = same_site_path(request.values.get("next", ""))
    return target if target and is_page(target) else HOME


def end_session(language: str = "") -> None:
    """Nothing of the person stays in this browser but the language in which the hub speaks to them."""
    kept = language or session.get("language")
    session.clear()
    if kept:
        session["language"] = kept


def go(target: str) -> Response:
    return redirect(target, code=303)
