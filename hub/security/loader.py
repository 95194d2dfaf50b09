"""From the request's cookie to the actor and the language."""

from flask import Request, current_app, has_request_context, request, session

from hub.actor import Actor
from hub.db import db
from hub.errors import Unavailable
from hub.security.requires import actor_or_none
from hub.security.sessions import actor_of_token

TOKEN = "sign_in"  # noqa: S105 - the name of a key in the session cookie
LANGUAGES = ("ja", "en")


def load_actor(_request: Request) -> Actor | None:
    """Who the session cookie belongs to now: asked of the database on every request and every connect."""
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    with db.read() as read:
        return actor_of_token(read, token, current_app.extensions["hub.config"].idle)


def choose_locale() -> str:
    """The signed-in person's language, else what was chosen in this browser, else Japanese unless the browser asks for
    English only. Commands and jobs speak Japanese."""
    if not has_request_context():
        return "ja"
    try:
        actor = actor_or_none()
    except Unavailable:  # to be told in words all the same
        actor = None
    if actor:
        return actor.language
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, default="ja") or "ja"
