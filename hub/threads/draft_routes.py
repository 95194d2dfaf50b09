"""What the composer asks while somebody writes: keep the draft, show how it will look, say who will read it."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from hub import pool
from hub.actor import Actor
from hub.audiences.wording import describe_briefly, describe_dx, describe_readers
from hub.caution import find_cautions
from hub.db import db
from hub.errors import ValidationFailed
from hub.forms import command_of
from hub.responses import ok
from hub.rooms.queries import get_room_for, readers_of_room, room_subject
from hub.security.permissions import Permission, permits
from hub.security.requires import requires
from hub.threads.commands import SaveDraft
from hub.threads.composing import preview_html
from hub.threads.input import refuse_longer
from hub.threads.services.reading import save_draft

bp = Blueprint("drafts", __name__)


@bp.post("/drafts")
@requires(Permission.POST)
def save(actor: Actor) -> Response:
    """JSON {"place", "body"}; an empty body takes the draft away."""
    return ok(db.write(save_draft, actor, command_of(SaveDraft)).ack())


@bp.post("/preview")
@requires(Permission.POST)
def preview(_actor: Actor) -> dict[str, Any]:
    """JSON {"body"} -> {"body_html", "cautions"}."""
    body = request.get_json(silent=True)
    text = body.get("body") if isinstance(body, dict) else None
    if not isinstance(text, str):
        raise ValidationFailed
    refuse_longer(text)
    return pool.run(_previewed, text)


def _previewed(text: str) -> dict[str, Any]:
    return {"body_html": preview_html(text), "cautions": sorted({c.kind for c in find_cautions(text)})}


@bp.get("/rooms/<int:room_id>/readers")
@requires(Permission.ROOM_READ)
def readers(actor: Actor, room_id: int) -> dict[str, Any]:
    """Who reads what is posted here now, in words; for the DX section also who reads a note."""
    with db.read() as session:
        room = get_room_for(session, actor, room_id)
        found = readers_of_room(session, room)
        answer = {"readers": describe_readers(found), "readers_short": describe_briefly(found)}
        if permits(actor, Permission.NOTE_READ, room_subject(room)):
            dx = [r for r in found if r.kind == "dx"]
            answer |= {"note_readers": describe_dx(found), "note_readers_short": describe_briefly(dx)}
        return answer
