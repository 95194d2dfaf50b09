"""From a thread: beginning to share it, and the question whether it may help others."""

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.responses import done
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.sharing.commands import AnswerHelp, Prepare
from hub.sharing.marking import read_first
from hub.sharing.services.answering import answer_help
from hub.sharing.services.preparing import prepare

bp = Blueprint("sharing_threads", __name__)


@bp.post("/threads/<int:thread_id>/sharings")
@requires(Permission.SHARING_PREPARE)
def begin(actor: Actor, thread_id: int) -> Response:
    """Prepare an edition or a case, or go on where somebody began."""
    command = command_of(Prepare, thread_id=thread_id)
    receipt = read_first(lambda: db.write(prepare, actor, command))
    return done(receipt.ack(), url_for("sharings.show", sharing_id=receipt.data["sharing_id"]), status=201)


@bp.post("/threads/<int:thread_id>/help")
@requires(Permission.SHARING_ANSWER)
def help_others(actor: Actor, thread_id: int) -> Response:
    command = command_of(AnswerHelp, thread_id=thread_id)
    receipt = read_first(lambda: db.write(answer_help, actor, command))
    if "sharing_id" in receipt.data:
        return done(receipt.ack(), url_for("sharings.show", sharing_id=receipt.data["sharing_id"]))
    said = _("承知しました。この相談について、今後は確認しません。")
    return done(receipt.ack(), url_for("threads.show", thread_id=thread_id), said)
