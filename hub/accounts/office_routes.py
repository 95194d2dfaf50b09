"""Pages of bodies (administrators) and of duties (whoever runs people)."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.accounts.directory import managed_organisations
from hub.accounts.duties import put_duty, seat_holder, set_absence
from hub.accounts.models import Organisation
from hub.accounts.offices import add_organisation, change_organisation
from hub.accounts.people_commands import AddOrganisation, ChangeOrganisation, PutDuty, SeatHolder, SetAbsence
from hub.accounts.seats import list_seats, members_of, sections_of
from hub.db import db
from hub.errors import HubError, NotFound, ValidationFailed
from hub.forms import command_of
from hub.page import page_state
from hub.rooms.models import Room
from hub.rooms.queries import list_municipalities
from hub.security.actor import Actor
from hub.security.permissions import Permission
from hub.security.requires import requires

bp = Blueprint("offices", __name__, url_prefix="/admin")
Page = str | Response | tuple[str, int]


@bp.get("/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def organisations(actor: Actor) -> Page:
    return _organisations_page(actor, None)


@bp.post("/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def create_organisation(actor: Actor) -> Page:
    try:
        organisation_id = db.write(add_organisation, actor, command_of(AddOrganisation))
    except ValidationFailed as fault:
        return _organisations_page(actor, fault)
    return redirect(url_for("offices.organisation", organisation_id=organisation_id), code=303)


@bp.get("/organisations/<int:organisation_id>")
@requires(Permission.ORGANISATION_MANAGE)
def organisation(actor: Actor, organisation_id: int) -> Page:
    return _organisation_page(actor, organisation_id, None)


@bp.post("/organisations/<int:organisation_id>")
@requires(Permission.ORGANISATION_MANAGE)
def change(actor: Actor, organisation_id: int) -> Page:
    try:
        db.write(change_organisation, actor, command_of(ChangeOrganisation, organisation_id=organisation_id))
    except ValidationFailed as fault:
        return _organisation_page(actor, organisation_id, fault)
    return redirect(url_for("offices.organisations"), code=303)


def _organisations_page(actor: Actor, fault: ValidationFailed | None) -> tuple[str, int]:
    with db.read() as session:
        page = render_template(
            "people/organisations.html",
            page_state=page_state(session, actor),
            bodies=managed_organisations(session, actor),
            rooms=session.scalars(sa.select(Room).order_by(Room.kind.desc(), Room.kana, Room.id)).all(),
            values=request.form,
            errors=fault.fields if fault else {},
        )
    return page, fault.status if fault else 200


def _organisation_page(actor: Actor, organisation_id: int, fault: HubError | None) -> tuple[str, int]:
    with db.read() as session:
        found = session.get(Organisation, organisation_id)
        if found is None:
            raise NotFound
        errors = fault.fields if isinstance(fault, ValidationFailed) else {}
        state = page_state(session, actor)
        page = render_template(
            "people/organisation.html", page_state=state, body=found, values=request.form, errors=errors
        )
    return page, fault.status if fault else 200


@bp.get("/duties")
@requires(Permission.STAFF_MANAGE)
def duties(actor: Actor) -> Page:
    return _duties_page(actor, None)


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
    try:
        db.write(service, actor, command_of(command, **fixed))
    except ValidationFailed as fault:
        return _duties_page(actor, fault, fixed.get("duty_id"))
    shown = request.values.get("organisation", type=int)
    return redirect(url_for("offices.duties", organisation=shown), code=303)


def _duties_page(actor: Actor, fault: ValidationFailed | None, duty_id: int | None = None) -> tuple[str, int]:
    """The seats of one body: the one that was chosen, else the actor's own."""
    chosen = request.values.get("organisation", actor.organisation_id, type=int)
    with db.read() as session:
        bodies = managed_organisations(session, actor)
        shown = next((o.id for o in bodies if o.id == chosen), bodies[0].id if bodies else 0)
        page = render_template(
            "people/duties.html",
            page_state=page_state(session, actor),
            bodies=bodies,
            shown=shown,
            seats=list_seats(session, shown),
            people=members_of(session, shown),
            sections=[(section.id, section.name) for section, _of in sections_of(session, [shown])],
            accompanied=[(o.id, o.name) for o in list_municipalities(session)],
            values=request.form,
            errors=fault.fields if fault else {},
            open_duty=duty_id,
        )
    return page, fault.status if fault else 200
