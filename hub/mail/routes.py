"""メール: whether mails leave, what waits, to whom none arrive; in development the mails themselves."""

from typing import cast

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.config import Config
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.mail.commands import SendTest, SetRules, TryAgain
from hub.mail.queries import MOST_UNREACHED, get_kept, how_mails_stand, list_kept, list_unreached, may_quote
from hub.mail.services import send_test, set_rules, try_again
from hub.page import page_state
from hub.responses import done
from hub.security.permissions import Permission, may_ever
from hub.security.requires import requires
from hub.shown import Shown, wants_all

bp = Blueprint("mail", __name__)
Answer = Response | tuple[Response, int]


def _config() -> Config:
    return cast(Config, current_app.extensions["hub.config"])


@bp.get("/admin/mail")
@requires(Permission.STAFF_MANAGE)
def index(actor: Actor) -> str:
    config, whole = _config(), wants_all()
    with db.read() as session:
        return render_template(
            "mail/index.html",
            page_state=page_state(session, actor),
            config=config,
            standing=how_mails_stand(session),
            quoting=may_quote(session),
            unreached=Shown(list_unreached(session, actor, whole=whole), MOST_UNREACHED, whole),
            kept=list_kept(config.mail_folder) if may_ever(actor, Permission.MAIL_MANAGE) else [],
        )


@bp.get("/admin/mail/kept/<name>")
@requires(Permission.MAIL_MANAGE)
def kept(actor: Actor, name: str) -> str:
    if _config().mailing != "folder":
        raise NotFound
    return render_template("mail/kept.html", mail=get_kept(_config().mail_folder, name))


@bp.post("/admin/mail/test")
@requires(Permission.MAIL_MANAGE)
def test(actor: Actor) -> Answer:
    db.write(send_test, actor, command_of(SendTest))
    return done({}, url_for("mail.index"), _("テストメールを送ります。"))


@bp.post("/admin/mail/rules")
@requires(Permission.MAIL_MANAGE)
def rules(actor: Actor) -> Answer:
    db.write(set_rules, actor, command_of(SetRules))
    return done({}, url_for("mail.index"), _("保存しました。"))


@bp.post("/admin/mail/people/<int:staff_id>/again")
@requires(Permission.STAFF_MANAGE)
def again(actor: Actor, staff_id: int) -> Answer:
    db.write(try_again, actor, command_of(TryAgain, staff_id=staff_id))
    return done({}, url_for("mail.index"), _("次からまた送ります。"))
