"""Pages for whoever runs people: managers their own town, leads the prefecture, administrators everybody."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.accounts.directory import (
    UNPOSTED,
    Wanted,
    bodies_of_sole_manager,
    list_people,
    list_unposted,
    managed_organisations,
    one_person,
    recent_links,
)
from hub.accounts.links import IssueLink, issue_link
from hub.accounts.people import invite, set_access
from hub.accounts.people_commands import AddPosting, ChangePosting, EndPosting, Invite, SetAccess
from hub.accounts.postings import GIVES, add_posting, change_posting, end_posting, managed_staff
from hub.accounts.roles import role_name
from hub.accounts.seats import sections_of
from hub.clock import utc_now
from hub.db import db
from hub.errors import Forbidden, HubError, NotFound, SignedOut
from hub.forms import command_of
from hub.page import page_state
from hub.responses import error_body
from hub.security.actor import ROLES, Actor
from hub.security.permissions import Permission, Subject, permits
from hub.security.requires import requires

bp = Blueprint("people", __name__, url_prefix="/admin/people")
Page = str | Response | tuple[str, int]


@bp.get("")
@requires(Permission.STAFF_MANAGE)
def index(actor: Actor) -> str:
    arguments = request.args
    wanted = Wanted(arguments.get("q", "")[:100], arguments.get("state", ""), arguments.get("page", 1, type=int))
    chosen = arguments.get("organisation", type=int)
    everybody = permits(actor, Permission.STAFF_MANAGE, Subject())
    with db.read() as session:
        bodies = managed_organisations(session, actor)
        ids = [o.id for o in bodies if chosen in (None, o.id)]
        unposted = everybody and wanted.state == UNPOSTED
        people, more = list_unposted(session, wanted) if unposted else list_people(session, ids, wanted)
        return render_template(
            "people/index.html",
            page_state=page_state(session, actor),
            people=people,
            more=more,
            links=recent_links(session, ids),
            now=utc_now(),
            bodies=bodies,
            wanted=wanted,
            chosen=chosen,
            everybody=everybody,
            role_name=role_name,
        )


@bp.get("/new")
@requires(Permission.STAFF_MANAGE)
def new(actor: Actor) -> Page:
    return _form(actor, "people/new.html", None)


@bp.post("/new")
@requires(Permission.STAFF_MANAGE)
def create(actor: Actor) -> Page:
    try:
        staff_id = db.write(invite, actor, command_of(Invite))
    except HubError as fault:
        return _form(actor, "people/new.html", fault)
    return redirect(url_for("people.show", staff_id=staff_id), code=303)


@bp.get("/<int:staff_id>")
@requires(Permission.STAFF_MANAGE)
def show(actor: Actor, staff_id: int) -> Page:
    return _form(actor, "people/show.html", None, staff_id)


@bp.post("/<int:staff_id>/postings")
@requires(Permission.STAFF_MANAGE)
def post_to(actor: Actor, staff_id: int) -> Page:
    return _do(actor, staff_id, add_posting, AddPosting)


@bp.post("/<int:staff_id>/postings/<int:posting_id>")
@requires(Permission.STAFF_MANAGE)
def change(actor: Actor, staff_id: int, posting_id: int) -> Page:
    return _do(actor, staff_id, change_posting, ChangePosting, posting_id)


@bp.post("/<int:staff_id>/postings/<int:posting_id>/end")
@requires(Permission.STAFF_MANAGE)
def end(actor: Actor, staff_id: int, posting_id: int) -> Page:
    return _do(actor, staff_id, end_posting, EndPosting, posting_id)


@bp.post("/<int:staff_id>/access")
@requires(Permission.STAFF_MANAGE)
def change_access(actor: Actor, staff_id: int) -> Page:
    return _do(actor, staff_id, set_access, SetAccess)


@bp.post("/<int:staff_id>/link")
@requires(Permission.STAFF_MANAGE)
def hand_link(actor: Actor, staff_id: int) -> Page:
    """The link is shown once, on this page alone; the data base keeps its hash."""
    issued = db.write(issue_link, actor, IssueLink(staff_id))
    endpoint = "accounts.welcome" if issued.purpose == "invitation" else "accounts.reset"
    address = url_for(endpoint, token=issued.token, _external=True)
    with db.read() as session:
        person = one_person(session, managed_staff(session, actor, staff_id))
        return render_template("people/link.html", person=person, issued=issued, address=address)


def _do(actor: Actor, staff_id: int, service: Any, command: type[Any], posting_id: int | None = None) -> Page:
    fixed = {"staff_id": staff_id} if posting_id is None else {"staff_id": staff_id, "posting_id": posting_id}
    with db.read() as session:
        managed_before = bodies_of_sole_manager(session, staff_id)
    try:
        db.write(service, actor, command_of(command, **fixed))
    except HubError as fault:
        return _form(actor, "people/show.html", fault, staff_id, posting_id)
    with db.read() as session:
        lost = managed_before.keys() - bodies_of_sole_manager(session, staff_id).keys()
        for organisation_id in lost:
            name = managed_before[organisation_id]
            flash(_("%(name)sには、いま団体管理者がいません。", name=name), "warn")
        try:
            managed_staff(session, actor, staff_id)
        except NotFound:  # their last posting here has just ended
            return redirect(url_for("people.index"), code=303)
    return redirect(url_for("people.show", staff_id=staff_id), code=303)


def _form(
    actor: Actor, template: str, fault: HubError | None, staff_id: int | None = None, posting_id: int | None = None
) -> tuple[str, int]:
    """A page with forms; after a fault with what was typed. Faults that no form can mend go on."""
    if isinstance(fault, NotFound | SignedOut) or (isinstance(fault, Forbidden) and not fault.message):
        raise fault
    body = error_body(fault) if fault else {}
    with db.read() as session:
        bodies = managed_organisations(session, actor)
        person = one_person(session, managed_staff(session, actor, staff_id)) if staff_id is not None else None
        page = render_template(
            template,
            page_state=page_state(session, actor),
            person=person,
            bodies=bodies,
            body_choices=[(o.id, o.name) for o in bodies],
            sections=sorted({section.name for section, _of in sections_of(session, [o.id for o in bodies])}),
            roles=[(role, role_name(role)) for role in ROLES if role in GIVES.get(actor.role, ())],
            sole=bodies_of_sole_manager(session, staff_id) if staff_id is not None else {},
            changed_posting=posting_id,
            now=utc_now(),
            role_name=role_name,
            values=request.form,
            errors=(body.get("fields") or {"fault": body["message"]}) if fault else {},
        )
    return page, fault.status if fault else 200
