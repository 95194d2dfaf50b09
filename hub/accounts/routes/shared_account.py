"""記入者名: who sits at a shared account, asked once in each browser session."""

from flask import render_template, request
from werkzeug.wrappers import Response

from hub.accounts.routes.blueprint import bp
from hub.accounts.routes.coming_back import go, wanted_path
from hub.actor import Actor
from hub.db import db
from hub.errors import NotFound
from hub.refusals.carrying import resumed
from hub.security import sessions
from hub.security.permissions import Permission
from hub.security.requires import requires


@bp.get("/writer-name")
@requires(Permission.SIGNED_IN)
def writer_name(actor: Actor) -> str:
    if not actor.shared:
        raise NotFound
    return render_template("accounts/writer_name.html", writer_name=actor.writer_name, next=wanted_path())


@bp.post("/writer-name")
@requires(Permission.SIGNED_IN)
def set_writer_name(actor: Actor) -> Response:
    db.write(sessions.set_writer_name, actor, request.form.get("writer_name", ""))
    return resumed() or go(wanted_path())
