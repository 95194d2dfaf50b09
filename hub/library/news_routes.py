"""Following fields and tags, and having looked at what is new in them."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.library.commands import FollowSubject, SeeNews
from hub.library.services.following import follow_subject, see_news
from hub.responses import ok, wants_json
from hub.security.permissions import Permission
from hub.security.requires import requires

bp = Blueprint("case_news", __name__)


@bp.post("/cases/following")
@requires(Permission.CASE_READ)
def follow(actor: Actor) -> Response:
    """Back to the list of the field or tag."""
    command = command_of(FollowSubject)
    db.write(follow_subject, actor, command)
    if wants_json():
        return ok({})
    flash(
        _("新しい事例が公開されると「通知」に届きます。") if command.on else _("新しい事例の通知を止めました。"), "ok"
    )
    return redirect(url_for("cases.index", field=command.field, tag=command.tag), code=303)


@bp.post("/cases/<int:case_id>/news")
@requires(Permission.CASE_READ)
def seen(actor: Actor, case_id: int) -> Response:
    """On to the case."""
    db.write(see_news, actor, command_of(SeeNews, case_id=case_id))
    return ok({}) if wants_json() else redirect(url_for("cases.show", case_id=case_id), code=303)
