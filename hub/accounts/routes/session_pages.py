"""Signing out, who one is, and the language."""

from flask import request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.accounts import services
from hub.accounts.routes.blueprint import bp
from hub.accounts.routes.coming_back import end_session, go, wanted_path
from hub.actor import Actor
from hub.db import db
from hub.errors import ValidationFailed
from hub.feed.streams import user_stream
from hub.security.loader import LANGUAGES
from hub.security.permissions import Permission
from hub.security.requires import actor_or_none, public, requires


@bp.post("/logout")
@public
def logout() -> Response:
    actor = actor_or_none()
    if actor:
        db.write(services.sign_out, actor, None)
    end_session(actor.language if actor else "")
    return go(url_for("accounts.login"))


@bp.get("/me")
@requires(Permission.SIGNED_IN)
def me(actor: Actor) -> dict[str, object]:
    return {
        "staff_id": str(actor.staff_id),
        "name": actor.displayed_name,
        "role": actor.role,
        "organisation": actor.organisation_name,
        "streams": [user_stream(actor.staff_id)],
    }


@bp.post("/language")
@public
def set_language() -> Response:
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        raise ValidationFailed({"language": _("この言語は選べません。一覧から選び直してください。")})
    session["language"] = language
    actor = actor_or_none()
    if actor:
        db.write(services.choose_language, actor, language)
    return go(wanted_path())
