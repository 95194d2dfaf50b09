"""記入者名: who sits at a shared account, asked once in each browser session."""

from flask import render_template, request
from werkzeug.wrappers import Response

from hub.accounts import services
from hub.accounts.routes.blueprint import bp
from hub.accounts.routes.coming_back import go, wanted_path
from hub.db import db
from hub.errors import NotFound, ValidationFailed
from hub.responses import wants_json
from hub.security.actor import Actor
from hub.security.permissions import Permission
from hub.security.requires import requires


@bp.get("/writer-name")
@requires(Permission.SIGNED_IN)
def writer_name(actor: Actor) -> str:
    if not actor.shared:
        raise NotFound
    return _page(actor.writer_name, {})


@bp.post("/writer-name")
@requires(Permission.SIGNED_IN)
def set_writer_name(actor: Actor) -> Response | tuple[str, int]:
    typed = request.form.get("writer_name", "")
    try:
        db.write(services.set_writer_name, actor, typed)
    except ValidationFailed as fault:
        if wants_json():
            raise
        return _page(typed, fault.fields), 422
    return go(wanted_path())


def _page(typed: str, errors: dict[str, str]) -> str:
    return render_template("accounts/writer_name.html", errors=errors, writer_name=typed, next=wanted_path())
