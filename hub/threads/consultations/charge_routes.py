"""担当: taking a consultation, and handing it over."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.page import page_state
from hub.responses import back_or, done
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.threads.composing import unconfirmed_cautions
from hub.threads.consultations.charging import HandOver, TakeCharge, hand_over, take_charge
from hub.threads.consultations.in_charge import held_in_dx, one_of_each
from hub.threads.consultations.turns import standings
from hub.threads.presenters import present_thread
from hub.threads.queries import get_thread_for

bp = Blueprint("charge", __name__)


@bp.get("/threads/<int:thread_id>/charge")
@requires(Permission.CONSULTATION_CHARGE)
def page(actor: Actor, thread_id: int) -> str:
    return _page(actor, thread_id)


@bp.post("/threads/<int:thread_id>/charge")
@requires(Permission.CONSULTATION_CHARGE)
def take(actor: Actor, thread_id: int) -> Response:
    receipt = db.write(take_charge, actor, command_of(TakeCharge, thread_id=thread_id))
    return done(receipt.ack(), back_or(url_for("threads.show", thread_id=thread_id)), _("担当になりました。"))


@bp.post("/threads/<int:thread_id>/charge/handover")
@requires(Permission.CONSULTATION_CHARGE)
def hand(actor: Actor, thread_id: int) -> Response | str:
    if warned := unconfirmed_cautions():  # the words stay for all readers
        return _page(actor, thread_id, warned=warned)
    receipt = db.write(hand_over, actor, command_of(HandOver, thread_id=thread_id))
    return done(receipt.ack(), url_for("threads.show", thread_id=thread_id), _("担当を引き継ぎました。"))


def _page(actor: Actor, thread_id: int, *, warned: Sequence[str] = ()) -> str:
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        require(actor, Permission.CONSULTATION_CHARGE, place.subject)
        thread = present_thread(session, place.thread)
        if thread["turn"] is None:  # closed, or no consultation
            raise NotFound
        asking = standings(session, [thread_id])[thread_id].asking
        held = one_of_each(held_in_dx(session), asking.id)
        return render_template(
            "consultations/charge.html",
            page_state=page_state(session, actor),
            place=place,
            thread=thread,
            takes=any(one.staff_id == actor.staff_id for one in held),
            choices=[(one.duty_id, f"{one.who}（{one.name}）") for one in held if one.staff_id != actor.staff_id],
            values=request.form,
            warned=warned,
        )
