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
from hub.actor import ROLES, Actor
from hub.clock import utc_now
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.ids import exact
from hub.page import page_state
from hub.people.seats import sections_of
from hub.security.origins import public_address
from hub.security.permissions import Permission, Subject, permits
from hub.security.requires import requires

bp = Blueprint("people", __name__, url_prefix="/admin/people")
Page = str | Response


@bp.get("")
@requires(Permission.STAFF_MANAGE)
def index(actor: Actor) -> str:
    arguments = request.args
    asked = (arguments.get(name, "") for name in ("state", "after", "before"))
    wanted = Wanted(arguments.get("q", "")[:100], *asked)
    chosen = arguments.get("organisation", type=exact)
    everybody = permits(actor, Permission.STAFF_MANAGE, Subject())
    with db.read() as session:
        bodies = managed_organisations(session, actor)
        ids = [o.id for o in bodies if chosen in (None, o.id)]
        unposted = everybody and wanted.state == UNPOSTED
        leaf = list_unposted(session, wanted) if unposted else list_people(session, ids, wanted)
        links, more_links = recent_links(session, ids, whole=arguments.get("links") == "all")
        return render_template(
            "people/index.html",
            page_state=page_state(session, actor),
            leaf=leaf,
            links=links,
            more_links=more_links,
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
    return _form(actor, "people/new.html")


@bp.post("/new")
@requires(Permission.STAFF_MANAGE)
def create(actor: Actor) -> Page:
    staff_id = db.write(invite, actor, command_of(Invite))
    flash(_("登録しました。招待リンクを発行し、本人に渡してください。"), "ok")
    return redirect(url_for("people.show", staff_id=staff_id), code=303)


@bp.get("/<int:staff_id>")
@requires(Permission.STAFF_MANAGE)
def show(actor: Actor, staff_id: int) -> Page:
    return _form(actor, "people/show.html", staff_id)


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
    """The link is shown once, on this page alone; the database keeps its hash."""
    issued = db.write(issue_link, actor, IssueLink(staff_id))
    address = public_address(issued.path)
    with db.read() as session:
        person = one_person(session, managed_staff(session, actor, staff_id))
        return render_template("people/link.html", person=person, issued=issued, address=address)


def _do(actor: Actor, staff_id: int, service: Any, command: type[Any], posting_id: int | None = None) -> Page:
    fixed = {"staff_id": staff_id} if posting_id is None else {"staff_id": staff_id, "posting_id": posting_id}
    with db.read() as session:
        managed_before = bodies_of_sole_manager(session, staff_id)
    db.write(service, actor, command_of(command, **fixed))
    flash(_("保存しました。"), "ok")
    with db.read() as session:
        lost = managed_before.keys() - bodies_of_sole_manager(session, staff_id).keys()
        for organisation_id in lost:
            name = managed_before[organisation_id]
            flash(_("%(name)sには、現在、団体管理者がいません。", name=name), "warn")
        try:
            managed_staff(session, actor, staff_id)
        except NotFound:  # their last posting here has just ended
            return redirect(url_for("people.index"), code=303)
    return redirect(url_for("people.show", staff_id=staff_id), code=303)


def _form(actor: Actor, template: str, staff_id: int | None = None) -> str:
    """A page with forms, about one person or about somebody who is to come."""
    with db.read() as session:
        bodies = managed_organisations(session, actor)
        person = one_person(session, managed_staff(session, actor, staff_id)) if staff_id is not None else None
        return render_template(
            template,
            page_state=page_state(session, actor),
            person=person,
            bodies=bodies,
            body_choices=[(o.id, o.name) for o in bodies],
            sections=sorted({section.name for section, _of in sections_of(session, [o.id for o in bodies])}),
            roles=[(role, role_name(role)) for role in ROLES if role in GIVES.get(actor.role, ())],
            sole=bodies_of_sole_manager(session, staff_id) if staff_id is not None else {},
            now=utc_now(),
            role_name=role_name,
        )
