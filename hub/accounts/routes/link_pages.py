"""The pages behind one-time links: setting a password. Looking at them uses nothing up (mail scanners look)."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.accounts.known_devices import prove
from hub.accounts.links import LinkHolder, Purpose, find_link, use_link
from hub.accounts.new_passwords import chosen, owner_of
from hub.accounts.routes.blueprint import bp, config
from hub.accounts.routes.coming_back import end_session, go
from hub.db import db
from hub.errors import NotFound
from hub.security.requires import public

Answer = Response | str | tuple[str, int]


@bp.get("/welcome/<token>")
@public
def welcome(token: str) -> Answer:
    return _ask("invitation", token)


@bp.post("/welcome/<token>")
@public
def accept_invitation(token: str) -> Answer:
    return _set("invitation", token)


@bp.get("/reset/<token>")
@public
def reset(token: str) -> Answer:
    return _ask("reset", token)


@bp.post("/reset/<token>")
@public
def reset_password(token: str) -> Answer:
    return _set("reset", token)


def _ask(purpose: Purpose, token: str) -> Answer:
    try:
        with db.read() as read:
            return _page(purpose, find_link(read, purpose, token))
    except NotFound:
        return _useless()


def _set(purpose: Purpose, token: str) -> Answer:
    try:
        with db.read() as read:
            holder = find_link(read, purpose, token)
            owner = owner_of(read, holder.staff_id)
        new = chosen(request.form.get("password", ""), request.form.get("repeated", ""), owner, config())
        with db.transaction() as write:  # nobody is signed in, so there is no actor for `db.write`
            use_link(write, purpose, token, new)
    except NotFound:
        return _useless()
    end_session()
    prove(holder.email)
    flash(_("パスワードを設定しました。ログインしてください。"), "ok")
    return go(url_for("accounts.login"))


def _page(purpose: Purpose, holder: LinkHolder) -> str:
    return render_template(
        "accounts/set_password.html",
        holder=holder,
        invited=purpose == "invitation",
        action=request.path,
        password_chars=config().password_chars,
    )


def _useless() -> tuple[str, int]:
    """One page for wrong, used and expired links."""
    return render_template("accounts/link_useless.html"), 404
