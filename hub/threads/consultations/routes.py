"""対応の経過: the turns of a consultation, and moving its ball by hand."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.page import page_state
from hub.responses import done, wants_json
from hub.security.permissions import Permission, permits
from hub.security.requires import requires
from hub.threads.composing import unconfirmed_cautions
from hub.threads.consultations.clocks import clock_rows, clocks_of
from hub.threads.consultations.history import list_turns
from hub.threads.consultations.passing import PassTurn, pass_turn
from hub.threads.consultations.receiving import channel_names, reception_of
from hub.threads.consultations.silence import closes_on
from hub.threads.consultations.turns import standings
from hub.threads.queries import Place, get_thread_for

bp = Blueprint("turns", __name__)


@bp.get("/threads/<int:thread_id>/turns")
@requires(Permission.ROOM_READ)
def index(actor: Actor, thread_id: int) -> str | dict[str, str]:
    """As JSON the list alone: what an open page asks for when the ball has moved."""
    if not wants_json():
        return _page(actor, thread_id)
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        return {"html": render_template("consultations/_turns.html", **_told(session, place))}


@bp.post("/threads/<int:thread_id>/turns")
@requires(Permission.CONSULTATION_SETTLE)
def pass_(actor: Actor, thread_id: int) -> Response | str:
    if warned := unconfirmed_cautions():  # the words stay for all readers
        return _page(actor, thread_id, warned=warned)
    receipt = db.write(pass_turn, actor, command_of(PassTurn, thread_id=thread_id))
    return done(receipt.ack(), url_for("threads.show", thread_id=thread_id), _("記録しました。"))


def _told(session: Session, place: Place) -> dict[str, Any]:
    """What the list of turns says."""
    standing = standings(session, [place.thread.id]).get(place.thread.id)
    return {
        "turns": list_turns(session, place),
        "closes_on": closes_on(session, standing) if standing else None,
        "came": reception_of(session, place.thread.id),
        "channels": channel_names(),
        "clocks": clock_rows(clocks_of(session, standing)) if standing else [],
    }


def _page(actor: Actor, thread_id: int, *, warned: Sequence[str] = ()) -> str:
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        standing = standings(session, [thread_id]).get(thread_id)
        if standing is None:
            raise NotFound
        subject = place.subject_of(standing.asking.id)
        values: dict[str, Any] = {"to": "outside", **request.form}
        return render_template(
            "consultations/turns.html",
            page_state=page_state(session, actor),
            place=place,
            asking=standing.asking.name,
            answering=standing.room.kind != "case" and standing.asking.side != "prefecture",
            **_told(session, place),
            passes=standing.consultation.state != "closed" and permits(actor, Permission.CONSULTATION_SETTLE, subject),
            values=values,
            warned=warned,
        )
