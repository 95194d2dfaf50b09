"""Moving a mispost: first what others will see, then the move."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.audiences.wording import describe_readers
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.ids import exact
from hub.page import page_state
from hub.responses import done
from hub.rooms.queries import get_room_for, list_rooms_for, readers_of_room
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.threads.commands import MoveThread
from hub.threads.queries import get_thread_for
from hub.threads.services.moving import move_thread

bp = Blueprint("moving", __name__)


@bp.get("/threads/<int:thread_id>/move")
@requires(Permission.MOVE)
def preview(actor: Actor, thread_id: int) -> str:
    """Choose a room; once it is chosen, who will read the thread from then on and who no longer will."""
    wanted = request.args.get("room_id", type=exact)
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        require(actor, Permission.MOVE, place.subject)
        target = get_room_for(session, actor, wanted) if wanted else None
        if target is not None and target.id == place.room.id:
            raise NotFound
        effect: dict[str, Any] = {}
        if target is not None:
            before, after = readers_of_room(session, place.room), readers_of_room(session, target)
            stay = {s.id for r in after for s in r.staff}
            effect = {
                "readers": describe_readers(after),
                "leaving": [s.name for r in before for s in r.staff if s.id not in stay],
            }
        return render_template(
            "threads/move.html",
            page_state=page_state(session, actor),
            place=place,
            target=target,
            choices=[
                (r.id, r.name) for r in list_rooms_for(session, actor) if r.id != place.room.id and not r.archived_at
            ],
            **effect,
        )


@bp.post("/threads/<int:thread_id>/move")
@requires(Permission.MOVE)
def move(actor: Actor, thread_id: int) -> Response:
    receipt = db.write(move_thread, actor, command_of(MoveThread, thread_id=thread_id))
    return done(receipt.ack(), url_for("threads.show", thread_id=thread_id), _("移しました。"))
