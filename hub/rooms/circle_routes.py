"""Making a 研究会 and running a room: name, members, archive."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.audiences.queries import readers_of
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.page import page_state
from hub.rooms.commands import Admit, AdmitGuest, Archive, CreateRoom, DescribeRoom, ReadWithReason
from hub.rooms.guests import Guest, admit_guest, guests_of, guests_to_choose
from hub.rooms.models import Room
from hub.rooms.queries import get_room_for, list_municipalities, room_subject
from hub.rooms.reasons import read_with_reason
from hub.rooms.steering import admit, archive, create_room, describe_room
from hub.security.permissions import Permission, require
from hub.security.requires import requires

bp = Blueprint("circles", __name__)
Page = str | Response


@bp.get("/rooms/new")
@requires(Permission.ROOM_CREATE)
def new(_actor: Actor) -> str:
    return render_template("rooms/new.html")


@bp.post("/rooms/new")
@requires(Permission.ROOM_CREATE)
def create(actor: Actor) -> Page:
    receipt = db.write(create_room, actor, command_of(CreateRoom))
    flash(_("ルームを作りました。"), "ok")
    return redirect(url_for("circles.settings", room_id=receipt.data["room_id"]), code=303)


@bp.get("/rooms/<int:room_id>/settings")
@requires(Permission.ROOM_MANAGE)
def settings(actor: Actor, room_id: int) -> str:
    with db.read() as session:
        room = get_room_for(session, actor, room_id)
        require(actor, Permission.ROOM_MANAGE, room_subject(room))
        readers = readers_of(session, room.audience_id)
        admitted = {r.id for r in readers if r.kind == "organisation"}
        guests = guests_of(session, room.audience_id)
        return render_template(
            "rooms/settings.html",
            page_state=page_state(session, actor),
            room=room,
            readers=readers,
            choices=[(o.id, o.name) for o in list_municipalities(session) if o.id not in admitted],
            guests=guests,
            guest_choices=_left(guests_to_choose(session), guests),
        )


@bp.post("/rooms/<int:room_id>/settings")
@requires(Permission.ROOM_MANAGE)
def describe(actor: Actor, room_id: int) -> Page:
    db.write(describe_room, actor, command_of(DescribeRoom, room_id=room_id))
    return _back(room_id)


@bp.post("/rooms/<int:room_id>/members")
@requires(Permission.ROOM_MANAGE)
def change_member(actor: Actor, room_id: int) -> Page:
    db.write(admit, actor, command_of(Admit, room_id=room_id))
    return _back(room_id)


@bp.post("/rooms/<int:room_id>/guests")
@requires(Permission.ROOM_MANAGE)
def change_guest(actor: Actor, room_id: int) -> Page:
    db.write(admit_guest, actor, command_of(AdmitGuest, room_id=room_id))
    return _back(room_id)


@bp.post("/rooms/<int:room_id>/archive")
@requires(Permission.ROOM_MANAGE)
def change_archive(actor: Actor, room_id: int) -> Page:
    db.write(archive, actor, command_of(Archive, room_id=room_id))
    return _back(room_id)


def _back(room_id: int) -> Response:
    flash(_("保存しました。"), "ok")
    return redirect(url_for("circles.settings", room_id=room_id), code=303)


def _left(every: Sequence[Guest], admitted: Sequence[Guest]) -> list[tuple[int, str]]:
    """Whom a list still has to offer."""
    inside = {guest.staff.id for guest in admitted}
    return [(g.staff.id, f"{g.organisation} {g.staff.name}") for g in every if g.staff.id not in inside]


@bp.get("/rooms/<int:room_id>/read-with-reason")
@requires(Permission.READ_WITH_REASON)
def ask_reason(_actor: Actor, room_id: int) -> Page:
    with db.read() as session:
        room = session.get(Room, room_id)
        if room is None:
            raise NotFound
        return render_template("rooms/reason.html", room=room)


@bp.post("/rooms/<int:room_id>/read-with-reason")
@requires(Permission.READ_WITH_REASON)
def give_reason(actor: Actor, room_id: int) -> Page:
    db.write(read_with_reason, actor, command_of(ReadWithReason, room_id=room_id))
    return redirect(url_for("rooms.show", room_id=room_id), code=303)
