"""回答予定: one click in the head of a thread."""

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.responses import back_or, done
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.threads.consultations.promising import PromiseAnswer, promise_answer

bp = Blueprint("promises", __name__)


@bp.post("/threads/<int:thread_id>/promise")
@requires(Permission.CONSULTATION_CHARGE)
def put(actor: Actor, thread_id: int) -> Response:
    command = command_of(PromiseAnswer, thread_id=thread_id)
    receipt = db.write(promise_answer, actor, command)
    said = _("回答予定を伝えました。") if command.due_on else _("回答予定を取り消しました。")
    return done(receipt.ack(), back_or(url_for("threads.show", thread_id=thread_id)), said)
