"""One's own profile, password and signed-in browsers."""

from flask import Response as FlaskResponse
from flask import flash, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.accounts import queries, services
from hub.accounts.input import check_new_password
from hub.accounts.roles import role_name
from hub.accounts.routes.blueprint import bp, config
from hub.accounts.routes.coming_back import go
from hub.accounts.throttle import Bucket, charge, forgive
from hub.db import db
from hub.errors import RateLimited, ValidationFailed
from hub.security.actor import Actor
from hub.security.loader import LANGUAGES
from hub.security.passwords import hash_password, verify_password
from hub.security.permissions import Permission
from hub.security.requires import requires


@bp.get("/profile")
@requires(Permission.SIGNED_IN)
def profile(actor: Actor) -> Response:
    return _profile_page(actor, {})


@bp.post("/profile")
@requires(Permission.SIGNED_IN)
def save_profile(actor: Actor) -> Response:
    try:
        db.write(services.save_profile, actor, _typed_profile())
    except ValidationFailed as fault:
        return _profile_page(actor, fault.fields)
    flash(_("プロフィールを保存しました。"), "ok")
    return go(url_for("accounts.profile"))


@bp.post("/profile/password")
@requires(Permission.SIGNED_IN)
def change_password(actor: Actor) -> Response:
    try:
        _check_old_password(actor)
        new = request.form.get("password", "")
        with db.read() as read:
            check_new_password(new, queries.own_staff(read, actor).email, config())
        if new != request.form.get("repeated", ""):
            raise ValidationFailed({"repeated": _("2つのパスワードが同じではありません。")})
        db.write(services.change_password, actor, services.NewPassword(hash_password(new)))
    except ValidationFailed as fault:
        return _profile_page(actor, fault.fields)
    flash(_("パスワードを変更し、ほかの端末からサインアウトしました。"), "ok")
    return go(url_for("accounts.profile"))


@bp.get("/sign-ins")
@requires(Permission.SIGNED_IN)
def sign_ins(actor: Actor) -> str:
    with db.read() as read:
        rows = queries.own_sign_ins(read, actor, config().idle)
        resets = queries.own_resets(read, actor)
    return render_template("accounts/sign_ins.html", sign_ins=rows, resets=resets, current_id=actor.sign_in_id)


@bp.post("/sign-ins/<int:sign_in_id>/end")
@requires(Permission.SIGNED_IN)
def end_sign_in(actor: Actor, sign_in_id: int) -> Response:
    db.write(services.end_own_sign_in, actor, sign_in_id)
    if sign_in_id == actor.sign_in_id:
        session.clear()
        return go(url_for("accounts.login"))
    flash(_("その端末からサインアウトしました。"), "ok")
    return go(url_for("accounts.sign_ins"))


@bp.post("/sign-ins/end")
@requires(Permission.SIGNED_IN)
def end_all_sign_ins(actor: Actor) -> Response:
    db.write(services.end_all_own_sign_ins, actor, None)
    session.clear()
    flash(_("すべての端末からサインアウトしました。"), "ok")
    return go(url_for("accounts.login"))


def _typed_profile() -> services.Profile:
    form = request.form
    if form.get("language") not in LANGUAGES:
        raise ValidationFailed({"language": _("選べない言語です。")})
    name, kana, extension = (form.get(key, "") for key in ("name", "kana", "extension"))
    return services.Profile(name, kana, extension, form["language"], _chosen_fields())


def _chosen_fields() -> frozenset[int]:
    typed = request.form.getlist("field_id")
    return frozenset(int(i) for i in typed if i.isascii() and i.isdigit() and len(i) < 18)


def _check_old_password(actor: Actor) -> None:
    """Somebody at an unattended screen must not guess on: failures here are throttled too. Raises ValidationFailed."""
    drops = (Bucket(f"own:{actor.staff_id}", 10, 120),)
    try:
        with db.transaction() as write:
            charge(write, drops)
    except RateLimited:
        message = _("まちがいが続いたため、しばらく受け付けません。数分待ってからお試しください。")
        raise ValidationFailed({"old_password": message}) from None
    with db.read() as read:
        stored = queries.own_staff(read, actor).password_hash
    if not verify_password(stored, request.form.get("old_password", "")):
        raise ValidationFailed({"old_password": _("今のパスワードが違います。")})
    with db.transaction() as write:
        forgive(write, drops)


def _profile_page(actor: Actor, errors: dict[str, str]) -> Response:
    typed = request.form if "name" in request.form else None
    with db.read() as read:
        page = render_template(
            "accounts/profile.html",
            errors=errors,
            staff=(staff := queries.own_staff(read, actor)),
            typed=typed or staff,
            chosen=_chosen_fields() if typed else queries.own_field_ids(read, actor),
            fields=queries.list_fields(read),
            postings=queries.own_postings(read, actor),
            role_name=role_name,
            password_chars=config().password_chars,
        )
    return FlaskResponse(page, status=422 if errors else 200)
