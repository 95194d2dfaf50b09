"""The page on which the prefecture sees who has confirmed a notice and who has not."""

from typing import Any

from flask import Blueprint, render_template

from hub.actor import Actor
from hub.db import db
from hub.page import page_state
from hub.responses import wants_json
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.threads.notice_status import BodyStatus, notice_status

bp = Blueprint("notices", __name__)


@bp.get("/threads/<int:thread_id>/acknowledgements")
@requires(Permission.NOTICE_STATUS)
def status(actor: Actor, thread_id: int) -> str | dict[str, Any]:
    with db.read() as session:
        state = page_state(session, actor, thread_id=thread_id)
        found = notice_status(session, actor, thread_id)
        if wants_json():
            return {"missing": list(map(_as_json, found.missing)), "confirmed": list(map(_as_json, found.confirmed))}
        return render_template(
            "threads/notice_status.html",
            page_state=state,
            room=found.place.room,
            thread=found.place.thread,
            found=found,
        )


def _as_json(body: BodyStatus) -> dict[str, Any]:
    return {
        "organisation_id": str(body.organisation_id),
        "organisation": body.name,
        "people": body.people,
        "by": body.first["name"] if body.first else None,
        "at": body.first["at"] if body.first else None,
    }
