"""メールの届き方: what one wants mails about; and the end of mails of one kind, for whoever holds such a mail."""

from flask import Blueprint, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.extensions import csrf
from hub.forms import command_of
from hub.mail.choosing import DIGEST, SOON, Choices, end_kind, read_ending, save_choices, ways_of
from hub.mail.wording import kind_names, way_names
from hub.page import page_state
from hub.responses import done
from hub.security.permissions import Permission
from hub.security.requires import public, requires

bp = Blueprint("mail_choices", __name__)


@bp.get("/mail/choices")
@requires(Permission.SIGNED_IN)
def index(actor: Actor) -> str:
    with db.read() as session:
        return render_template(
            "mail/choices.html",
            page_state=page_state(session, actor),
            ways=ways_of(session, [actor.staff_id])[actor.staff_id],
            kinds=kind_names(),
            way_names=way_names(),
            at_once=SOON,
        )


@bp.post("/mail/choices")
@requires(Permission.SIGNED_IN)
def save(actor: Actor) -> Response | tuple[Response, int]:
    db.write(save_choices, actor, command_of(Choices))
    return done({}, url_for("mail_choices.index"), _("保存しました。"))


@bp.get("/mail/ending/<token>")
@public
def ending(token: str) -> str:
    """Scanners open every link of a mail: looking ends nothing."""
    with db.read() as session:
        staff, kind = read_ending(session, token)
    with force_locale(staff.language):
        return render_template("mail/ending.html", what=_name(kind), token=token, ended=False)


@bp.post("/mail/ending/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def end(token: str) -> str:
    """Also for mail programs, which send it of themselves when somebody presses their button (RFC 8058): they have no
    page, and so no token of a form. The signed word in the address is the only one, and can only end mails."""
    with db.transaction() as session:  # whoever holds the mail need not be signed in, so there is no actor
        staff, kind = read_ending(session, token)
        end_kind(session, staff.id, kind)
    with force_locale(staff.language):
        return render_template("mail/ending.html", what=_name(kind), token=token, ended=True)


def _name(kind: str) -> str:
    return _("1日1回のまとめ") if kind == DIGEST else kind_names()[kind]
