"""意味による検索: what the encoder knows, how many vectors there are and how old, and the switch."""

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.search.meaning.standing import standing
from hub.search.meaning.switching import SwitchMeaning, switch_meaning
from hub.search.wording import kind_names
from hub.security.permissions import Permission
from hub.security.requires import requires

bp = Blueprint("meaning", __name__)


@bp.get("/search/meaning")
@requires(Permission.SEARCH_MEANING)
def index(actor: Actor) -> str:
    with db.read() as session:
        found = standing(session)
    names = kind_names() | {"thread": _("相談・お知らせ・話題"), "message": _("公式回答")}
    return render_template("search/meaning.html", found=found, names=names, states=_states())


def _states() -> dict[str, str]:
    return {
        "on": _("意味の近さでも検索しています。"),
        "setting": _("サーバーの設定（HUB_SEARCH_MEANING=off）により、言葉だけで検索しています。"),
        "missing": _("必要なパッケージがサーバーにないため、言葉だけで検索しています。"),
        "switched": _("この画面で停止したため、言葉だけで検索しています。"),
    }


@bp.post("/search/meaning")
@requires(Permission.SEARCH_MEANING)
def switch(actor: Actor) -> Response:
    command = command_of(SwitchMeaning)
    db.write(switch_meaning, actor, command)
    flash(_("意味による検索を開始しました。") if command.state == "on" else _("意味による検索を停止しました。"), "ok")
    return redirect("/search/meaning", code=303)
