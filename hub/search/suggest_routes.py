"""Answers before asking: what is like the question being typed, and for supporters what was answered like it."""

from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.responses import ok
from hub.search.asking import Typed, similar_to
from hub.search.reuse import reuse_figures
from hub.search.services import Solved, count_reuse
from hub.search.similar import list_precedents
from hub.search.wording import kind_names
from hub.security.limits import limits
from hub.security.permissions import Permission
from hub.security.requires import requires

bp = Blueprint("suggestions", __name__)


@bp.post("/search/similar")
@requires(Permission.SIGNED_IN)
def similar(actor: Actor) -> Response:
    """A POST, so that what somebody is writing stands in no log of addresses. The socket has a limit of its own."""
    limits().search(actor.staff_id)
    return ok(similar_to(actor, command_of(Typed)))


@bp.post("/search/solved")
@requires(Permission.SIGNED_IN)
def solved(actor: Actor) -> Response:
    command = command_of(Solved)
    db.write(count_reuse, actor, command)
    flash(_("「解決した」と記録しました。投稿はしていません。"), "ok")
    return ok({"address": url_for("rooms.show", room_id=command.room_id)})


@bp.get("/search/reuse")
@requires(Permission.REUSE_READ)
def reuse(actor: Actor) -> str:
    with db.read() as session:
        figures = reuse_figures(session, actor)
    return render_template("search/reuse.html", figures=figures, kinds=kind_names())


@bp.get("/threads/<int:thread_id>/precedents")
@requires(Permission.NOTE_READ)
def precedents(actor: Actor, thread_id: int) -> str | dict[str, Any]:
    limits().search(actor.staff_id)
    found = db.read_apart(list_precedents, actor, thread_id)
    return render_template("search/precedents.html", found=found, kinds=kind_names(), thread_id=thread_id)
