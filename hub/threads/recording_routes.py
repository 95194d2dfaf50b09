"""電話・訪問で受けた相談: recording one for a municipality, and putting right how it came."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.clock import in_japan, utc_now
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.page import page_state
from hub.responses import done
from hub.rooms.queries import get_room_for, room_subject
from hub.security.limits import limits
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.threads.composing import new_client_id, unconfirmed_cautions
from hub.threads.consultations.receiving import CorrectReception, channel_names, correct_reception, reception_of
from hub.threads.consultations.turns import standings
from hub.threads.queries import get_thread_for
from hub.threads.services.recording import RecordConsultation, record_consultation

bp = Blueprint("receptions", __name__)


@bp.get("/rooms/<int:room_id>/record")
@requires(Permission.CONSULTATION_RECORD)
def new(actor: Actor, room_id: int) -> str:
    return _new_page(actor, room_id)


@bp.post("/rooms/<int:room_id>/record")
@requires(Permission.CONSULTATION_RECORD)
def record(actor: Actor, room_id: int) -> Response | str:
    if warned := unconfirmed_cautions():  # all of the municipality reads it
        return _new_page(actor, room_id, warned=warned)
    command = command_of(RecordConsultation, room_id=room_id)
    limits().post(actor.staff_id)
    ack = db.write(record_consultation, actor, command).ack()
    goal = url_for("threads.show", thread_id=ack["thread_id"])
    return done(ack, goal, _("相談を記録しました。市町村に通知しました。"), status=201)


def _new_page(actor: Actor, room_id: int, *, warned: Sequence[str] = ()) -> str:
    with db.read() as session:
        room = get_room_for(session, actor, room_id)
        require(actor, Permission.CONSULTATION_RECORD, room_subject(room))
        if room.kind != "support":
            raise NotFound
        values: dict[str, Any] = {"channel": "telephone", "received_at": _typed(utc_now()), **request.form}
        return render_template(
            "consultations/record.html",
            page_state=page_state(session, actor),
            room=room,
            channels=list(channel_names().items()),
            values=values,
            client_id=request.form.get("client_id") or new_client_id(),
            warned=warned,
        )


def _typed(moment: Any) -> str:
    """As the field of a form holds it."""
    return str(in_japan(moment).strftime("%Y-%m-%dT%H:%M"))


@bp.get("/threads/<int:thread_id>/reception")
@requires(Permission.CONSULTATION_SETTLE)
def page(actor: Actor, thread_id: int) -> str:
    return _page(actor, thread_id)


@bp.post("/threads/<int:thread_id>/reception")
@requires(Permission.CONSULTATION_SETTLE)
def correct(actor: Actor, thread_id: int) -> Response:
    receipt = db.write(correct_reception, actor, command_of(CorrectReception, thread_id=thread_id))
    return done(receipt.ack(), url_for("threads.show", thread_id=thread_id), _("受付の記録を訂正しました。"))


def _page(actor: Actor, thread_id: int) -> str:
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        found = reception_of(session, thread_id)
        if found is None:
            raise NotFound
        came = found[0]
        require(
            actor,
            Permission.CONSULTATION_SETTLE,
            place.subject_of(standings(session, [thread_id])[thread_id].asking.id),
        )
        kept = {"channel": came.channel, "received_at": _typed(came.received_at), "caller": came.caller}
        return render_template(
            "consultations/reception.html",
            page_state=page_state(session, actor),
            place=place,
            channels=list(channel_names().items()),
            values={**kept, **request.form},
        )
