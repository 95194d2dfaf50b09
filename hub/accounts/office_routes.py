"""Pages of bodies (administrators) and of duties (whoever runs people)."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.accounts.directory import managed_organisations
from hub.accounts.duties import put_duty, seat_holder, set_absence
from hub.accounts.offices import add_organisation, change_organisation
from hub.accounts.people_commands import AddOrganisation, ChangeOrganisation, PutDuty, SeatHolder, SetAbsence
from hub.actor import Actor
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.ids import exact
from hub.page import page_state
from hub.people.models import Organisation
from hub.people.seats import list_seats, members_of, sections_of
from hub.rooms.models import Room
from hub.rooms.queries import list_municipalities
from hub.security.permissions import Permission
from hub.security.requires import requires

bp = Blueprint("offices", __name__, url_prefix="/admin")
Page = str | Response


@bp.get("/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def organisations(actor: Actor) -> Page:
    with db.read() as session:
        return render_template(
            "people/organisations.html",
            page_state=page_state(session, actor),
            bodies=managed_organisations(session, actor),
            rooms=session.scalars(sa.select(Room).order_by(Room.kind.desc(), Room.kana, Room.id)).all(),
        )


@bp.post("/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def create_organisation(actor: Actor) -> Page:
    organisation_id = db.write(add_organisation, actor, command_of(AddOrganisation))
    flash(_("登録しました。"), "ok")
    return redirect(url_for("offices.organisation", organisation_id=organisation_id), code=303)


@bp.get("/organisations/<int:organisation_id>")
@requires(Permission.ORGANISATION_MANAGE)
def organisation(actor: Actor, organisation_id: int) -> Page:
    with db.read() as session:
        found = session.get(Organisation, organisation_id)
        if found is None:
            raise NotFound
        return render_template("people/organisation.html", page_state=page_state(session, actor), body=found)


@bp.post("/organisations/<int:organisation_id>")
@requires(Permission.ORGANISATION_MANAGE)
def change(actor: Actor, organisation_id: int) -> Page:
    db.write(change_organisation, actor, command_of(ChangeOrganisation, organisation_id=organisation_id))
    flash(_("保存しました。"), "ok")
    return redirect(url_for("offices.organisations"), code=303)


@bp.get("/duties")
@requires(Permission.STAFF_MANAGE)
def duties(actor: Actor) -> Page:
    """The seats of one body: the one that was chosen, else the actor's own."""
    chosen = request.args.get("organisation", actor.organisation_id, type=exact)
    with db.read() as session:
        bodies = managed_organisations(session, actor)
        shown = next((o.id for o in bodies if o.id == chosen), bodies[0].id if bodies else 0)
        return render_template(
            "people/duties.html",
            page_state=page_state(session, actor),
            bodies=bodies,
            shown=shown,
            seats=list_seats(session, shown),
            people=members_of(session, shown),
            sections=[(section.id, section.name) for section, _of in sections_of(session, [shown])],
            accompanied=[(o.id, o.name) for o in list_municipalities(session)],
        )


@bp.post("/duties")
@requires(Permission.STAFF_MANAGE)
def create_duty(actor: Actor) -> Page:
    return _do(actor, put_duty, PutDuty)


@bp.post("/duties/<int:duty_id>/holder")
@requires(Permission.STAFF_MANAGE)
def change_holder(actor: Actor, duty_id: int) -> Page:
    return _do(actor, seat_holder, SeatHolder, duty_id=duty_id)


@bp.post("/duties/<int:duty_id>/absence")
@requires(Permission.STAFF_MANAGE)
def change_absence(actor: Actor, duty_id: int) -> Page:
    return _do(actor, set_absence, SetAbsence, duty_id=duty_id)


def _do(actor: Actor, service: Any, command: type[Any], **fixed: int) -> Page:
    db.write(service, actor, command_of(command, **fixed))
    flash(_("保存しました。"), "ok")
    shown = request.values.get("organisation", type=exact)
    return redirect(url_for("offices.duties", organisation=shown), code=303)
