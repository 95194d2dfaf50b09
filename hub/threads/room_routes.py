"""Rooms: the list, one room with its threads, and what one person wants of a room."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from hub.actor import Actor
from hub.clock import iso, iso_or_none
from hub.db import db
from hub.feed.log import heads
from hub.feed.streams import room_stream
from hub.forms import command_of
from hub.ids import exact
from hub.installation import current_epoch
from hub.page import frame, page_state
from hub.people.pages import page_at_hand
from hub.responses import done, wants_json
from hub.rooms.commands import PreferRoom
from hub.rooms.models import Room
from hub.rooms.queries import get_room_for, readers_of_room, room_subject
from hub.rooms.steering import prefer_room
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.shown import wants_all
from hub.threads.commands import ReadRoom, ReadRooms
from hub.threads.last_words import LastWord
from hub.threads.listing import PAGE, Filter, list_thread_rows
from hub.threads.room_listing import MOST_ROOMS, ORDERS, RoomRow, first_rooms, list_rooms
from hub.threads.services.catching_up import newest_message, read_room, read_rooms

WANTED_CHARS = 500

bp = Blueprint("rooms", __name__)


@bp.get("/rooms")
@requires(Permission.SIGNED_IN)
def index(actor: Actor) -> str | dict[str, Any]:
    wanted, order = request.args.get("q", "")[:100], request.args.get("order", ORDERS[0])
    with db.read() as session:
        state = page_state(session, actor)
        if wants_json():
            return _rooms_json(session, list_rooms(session, actor, wanted=wanted, order=order), wanted)
        rows = first_rooms(session, actor, wanted=wanted, order=order, whole=wants_all())
        return render_template("rooms/index.html", page_state=state, rooms=rows, wanted=wanted, order=order)


def _rooms_json(session: Session, rows: list[RoomRow], wanted: str) -> dict[str, Any]:
    """All of them; when some are looked for also as the list of an open page shows them."""
    stream_heads = heads(session, [room_stream(row.room.id) for row in rows])
    found = {"html": render_template("rooms/_items.html", rooms=rows[:MOST_ROOMS])} if wanted else {}
    return {"rooms": [_room_json(row, stream_heads) for row in rows], **found}


def _room_json(row: RoomRow, stream_heads: dict[str, int]) -> dict[str, Any]:
    room, stream = row.room, room_stream(row.room.id)
    return {
        "room_id": str(room.id),
        "kind": room.kind,
        "name": room.name,
        "kana": room.kana,
        "stream": stream,
        "head": stream_heads.get(stream, 0),
        "unread": row.counts.unread,
        "mentions": row.counts.mentions,
        "waiting": row.counts.waiting,
        "waiting_since": iso_or_none(row.counts.waiting_since),
        "waiting_words": row.waiting_words,
        "urgent": row.counts.urgent,
        "last": _last_json(row.last),
    }


def _last_json(last: LastWord | None) -> dict[str, str] | None:
    if last is None:
        return None
    message = last.message
    return {
        "message_id": str(message.id),
        "thread_id": str(message.thread_id),
        "writer": last.writer,
        "excerpt": last.excerpt,
        "at": iso(message.created_at),
    }


@bp.get("/rooms/<int:room_id>")
@requires(Permission.ROOM_READ)
def show(actor: Actor, room_id: int) -> str | dict[str, Any]:
    wanted = request.args.get("q", "")[:WANTED_CHARS]
    chosen = Filter(
        wanted=wanted,
        found=_found(actor, room_id, wanted),
        kind=request.args.get("kind", ""),
        state=request.args.get("state", ""),
        unread=request.args.get("unread") == "1",
        before_id=request.args.get("before", type=exact),
    )
    with db.read() as session:
        room = get_room_for(session, actor, room_id)
        state = page_state(session, actor, room_id=room_id)
        threads = list_thread_rows(session, actor, room_id, chosen)
        state["room"] = {
            "room": _as_json(room),
            "stream": room_stream(room_id),
            "head": heads(session, [room_stream(room_id)]).get(room_stream(room_id), 0),
            "epoch": current_epoch(session),
            "threads": [row.data for row in threads],
        }
        if wants_json():
            return state["room"]
        return render_template(
            "rooms/show.html",
            page_state=state,
            rooms=first_rooms(session, actor, room_id=room_id),
            room=room,
            subject=room_subject(room),
            threads=threads,
            chosen=chosen,
            newest=newest_message(session, room_id),
            more=len(threads) == PAGE,
        )


def _found(actor: Actor, room_id: int, wanted: str) -> frozenset[int]:
    """The threads that the words find, beside the loop."""
    if not wanted.strip():
        return frozenset()
    return db.read_apart(frame().threads_with, actor, room_id, wanted)


def _as_json(room: Room) -> dict[str, str]:
    return {"room_id": str(room.id), "kind": room.kind, "name": room.name, "stream": room_stream(room.id)}


@bp.get("/rooms/<int:room_id>/mentionable")
@requires(Permission.ROOM_READ)
def mentionable(actor: Actor, room_id: int) -> dict[str, Any]:
    """Whom @ can call here: everybody who may read the room, with what the name stands for."""
    with db.read() as session:
        room = get_room_for(session, actor, room_id)
        readers = readers_of_room(session, room)
    groups = [{"name": r.name, "kana": "", "of": ""} for r in readers if r.kind != "staff"]
    people = [{"name": s.name, "kana": s.kana, "of": r.name} for r in readers for s in r.staff]
    return {"mentionable": groups + people}


@bp.post("/rooms/<int:room_id>/preferences")
@requires(Permission.ROOM_READ)
def prefer(actor: Actor, room_id: int) -> BaseResponse | Response:
    receipt = db.write(prefer_room, actor, command_of(PreferRoom, room_id=room_id))
    return done(receipt.ack(), url_for("rooms.show", room_id=room_id))


@bp.post("/rooms/<int:room_id>/read")
@requires(Permission.ROOM_READ)
def read(actor: Actor, room_id: int) -> BaseResponse | Response:
    """すべて既読にする of one room."""
    receipt = db.write(read_room, actor, command_of(ReadRoom, room_id=room_id))
    return done(receipt.ack(), url_for("rooms.show", room_id=room_id), _("既読にしました。"))


@bp.post("/rooms/read")
@requires(Permission.SIGNED_IN)
def read_all(actor: Actor) -> BaseResponse | Response:
    """すべて既読にする of all rooms; whoever pressed it beside a conversation stays there."""
    receipt = db.write(read_rooms, actor, command_of(ReadRooms))
    return done(receipt.ack(), page_at_hand(), _("すべてのルームを既読にしました。"))
