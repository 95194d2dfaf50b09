"""The pages behind one-time links: setting a password. Looking at them uses nothing up (mail scanners look)."""

from flask import Response as FlaskResponse
from flask import flash, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.accounts.input import check_new_password
from hub.accounts.links import LinkHolder, Purpose, find_link, use_link
from hub.accounts.routes.blueprint import bp, config
from hub.accounts.routes.coming_back import go
from hub.db import db
from hub.errors import NotFound, ValidationFailed
from hub.security.passwords import hash_password
from hub.security.requires import public


@bp.get("/welcome/<token>")
@public
def welcome(token: str) -> Response:
    return _ask("invitation", token)


@bp.post("/welcome/<token>")
@public
def accept_invitation(token: str) -> Response:
    return _set("invitation", token)


@bp.get("/reset/<token>")
@public
def reset(token: str) -> Response:
    return _ask("reset", token)


@bp.post("/reset/<token>")
@public
def reset_password(token: str) -> Response:
    return _set("reset", token)


def _ask(purpose: Purpose, token: str) -> Response:
    try:
        with db.read() as read:
            return _page(purpose, token, find_link(read, purpose, token), {})
    except NotFound:
        return _useless()


def _set(purpose: Purpose, token: str) -> Response:
    password = request.form.get("password", "")
    try:
        with db.read() as read:
            holder = find_link(read, purpose, token)
        check_new_password(password, holder.email, config())
        if password != request.form.get("repeated", ""):
            raise ValidationFailed({"repeated": _("2つのパスワードが同じではありません。")})
        password_hash = hash_password(password)
        with db.transaction() as write:  # nobody is signed in, so there is no actor for `db.write`
            use_link(write, purpose, token, password_hash)
    except ValidationFailed as fault:
        return _page(purpose, token, holder, fault.fields)
    except NotFound:
        return _useless()
    session.clear()
    flash(_("パスワードを設定しました。サインインしてください。"), "ok")
    return go(url_for("accounts.login"))


def _page(purpose: Purpose, token: str, holder: LinkHolder, errors: dict[str, str]) -> Response:
    page = render_template(
        "accounts/set_password.html",
        holder=holder,
        errors=errors,
        invited=purpose == "invitation",
        action=request.path,
        password_chars=config().password_chars,
    )
    return FlaskResponse(page, status=422 if errors else 200)


def _useless() -> Response:
    """One page for wrong, used and expired links."""
    return FlaskResponse(render_template("accounts/link_useless.html"), status=404)
