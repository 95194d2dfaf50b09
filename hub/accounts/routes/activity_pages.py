"""How long the sign-in still lasts, and prolonging it."""

from typing import Any

from flask import request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from hub.accounts.routes.blueprint import bp, config
from hub.accounts.routes.coming_back import go, wanted_path
from hub.actor import Actor
from hub.clock import utc_now
from hub.db import db
from hub.responses import ok, wants_json
from hub.security.activity import note_activity
from hub.security.permissions import Permission
from hub.security.requires import actor_or_none, requires
from hub.security.sessions import remaining, touch

AUTOMATIC = frozenset({"static", "accounts.session_state", "accounts.touch", "accounts.logout"})


@bp.before_app_request
def note_request() -> None:
    if request.endpoint is None or request.endpoint in AUTOMATIC or request.blueprint in ("assets", "feed", "health"):
        return
    actor = actor_or_none()
    if actor:
        note_activity(actor)


@bp.app_context_processor
def session_end() -> dict[str, float | None]:
    """When the browser should ask for the first time how long the sign-in lasts."""
    actor = actor_or_none()
    if actor is None or actor.valid_until is None:
        return {"session_ends_in_s": None}
    return {"session_ends_in_s": (actor.valid_until - utc_now()).total_seconds()}


@bp.get("/session")
@requires(Permission.SIGNED_IN)
def session_state(actor: Actor) -> dict[str, Any]:
    """Asked by the browser before it warns, for another tab may have been used meanwhile. The token renews the forms of
    a page that outlived its sign-in, so that a text written there can still be sent."""
    with db.read() as read:
        left = remaining(read, actor, config().idle)
    return {"staff_id": str(actor.staff_id), "csrf_token": generate_csrf(), **left._asdict()}


@bp.post("/session/touch", endpoint="touch")
@requires(Permission.SIGNED_IN)
def prolong(actor: Actor) -> Response:
    db.write(touch, actor, None)
    with db.read() as read:
        left = remaining(read, actor, config().idle)
    return ok(left._asdict()) if wants_json() else go(wanted_path())
