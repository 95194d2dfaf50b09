"""相談の設定: the numbers of the prefecture, for an administrator."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.page import page_state
from hub.responses import done
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.threads.consultations.rules import MOST_DAYS, SetRules, rules_now, set_rules

bp = Blueprint("rules", __name__)


@bp.get("/admin/consultations")
@requires(Permission.CONSULTATION_RULES)
def page(actor: Actor) -> str:
    with db.read() as session:
        return render_template(
            "consultations/rules.html",
            page_state=page_state(session, actor),
            rules=rules_now(session),
            values=request.form,
            most=MOST_DAYS,
        )


@bp.post("/admin/consultations")
@requires(Permission.CONSULTATION_RULES)
def save(actor: Actor) -> Response:
    db.write(set_rules, actor, command_of(SetRules))
    return done({}, url_for("rules.page"), _("相談の設定を保存しました。"))
