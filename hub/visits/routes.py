"""視察: asking for one, both sides' pages, and the sheet for the files."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.errors import Forbidden
from hub.forms import command_of
from hub.library.queries import get_case_for, reading_subject
from hub.library.room import is_paused
from hub.responses import done
from hub.security.permissions import Permission, permits, require
from hub.security.requires import requires
from hub.shown import wants_all
from hub.steps import step
from hub.threads.composing import new_client_id
from hub.visits.commands import AcceptVisit, DeclineVisit, FinishVisit, RequestVisit, WithdrawVisit
from hub.visits.queries import get_visit_for, list_visits
from hub.visits.services import accept_visit, decline_visit, finish_visit, request_visit, withdraw_visit
from hub.visits.wording import state_names

bp = Blueprint("visits", __name__)
Page = str | Response


@bp.get("/visits")
@requires(Permission.VISIT_READ)
def index(actor: Actor) -> str:
    with db.read() as session:
        shown = list_visits(session, actor, whole=wants_all())
    return render_template("visits/index.html", shown=shown, states=state_names())


@bp.get("/cases/<int:case_id>/visits/new")
@requires(Permission.VISIT_REQUEST)
def new(actor: Actor, case_id: int) -> str:
    with db.read() as session:
        place = get_case_for(session, actor, case_id)
        require(actor, Permission.VISIT_REQUEST, reading_subject(actor, place))
        host = place.organisation
        if place.case.published_version is None or not host.member or host.id in actor.organisation_ids:
            raise Forbidden
    return render_template(
        "visits/new.html", case=place.case, host=host, paused=is_paused(place.case), client_id=new_client_id()
    )


@bp.post("/cases/<int:case_id>/visits")
@requires(Permission.VISIT_REQUEST)
def create(actor: Actor, case_id: int) -> Page:
    receipt = db.write(request_visit, actor, command_of(RequestVisit, case_id=case_id))
    return done(
        receipt.ack(),
        url_for("visits.show", visit_id=receipt.data["visit_id"]),
        _("視察を申し込みました。回答は、この画面に表示されます。"),
        status=201,
    )


@bp.get("/visits/<int:visit_id>")
@requires(Permission.VISIT_READ)
def show(actor: Actor, visit_id: int) -> str:
    with db.read() as session:
        place = get_visit_for(session, actor, visit_id)
    return render_template(
        "visits/show.html",
        place=place,
        visit=place.visit,
        states=state_names(),
        answers=permits(actor, Permission.VISIT_ANSWER, place.hosting),
        withdraws=permits(actor, Permission.VISIT_WITHDRAW, place.visiting),
    )


@bp.get("/visits/<int:visit_id>/print")
@requires(Permission.VISIT_READ)
def paper(actor: Actor, visit_id: int) -> str:
    with db.read() as session:
        place = get_visit_for(session, actor, visit_id)
    return render_template("visits/print.html", place=place, visit=place.visit, states=state_names())


_STEPS: tuple[tuple[str, Permission, Any, Any], ...] = (
    ("accept", Permission.VISIT_ANSWER, accept_visit, AcceptVisit),
    ("decline", Permission.VISIT_ANSWER, decline_visit, DeclineVisit),
    ("withdraw", Permission.VISIT_WITHDRAW, withdraw_visit, WithdrawVisit),
    ("finish", Permission.VISIT_ANSWER, finish_visit, FinishVisit),
)
for _name, _permission, _service, _kind in _STEPS:
    bp.add_url_rule(
        f"/visits/<int:visit_id>/{_name}",
        endpoint=_name,
        view_func=requires(_permission)(step(_service, _kind, partial(url_for, "visits.show"))),
        methods=["POST"],
    )
