"""One's own profile, password and signed-in browsers."""

from flask import flash, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.accounts import services
from hub.accounts.new_passwords import chosen, owner_of
from hub.accounts.roles import role_name
from hub.accounts.routes.blueprint import bp, config
from hub.accounts.routes.coming_back import end_session, go
from hub.actor import Actor
from hub.db import db
from hub.errors import RateLimited, ValidationFailed
from hub.ids import numbers_of
from hub.people import queries
from hub.security.loader import LANGUAGES
from hub.security.passwords import verify_password
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.security.throttle import Bucket, charge, forgive


@bp.get("/profile")
@requires(Permission.SIGNED_IN)
def profile(actor: Actor) -> str:
    with db.read() as read:
        return render_template(
            "accounts/profile.html",
            staff=queries.own_staff(read, actor),
            chosen=queries.own_field_ids(read, actor),
            fields=queries.list_fields(read),
            postings=queries.own_postings(read, actor),
            role_name=role_name,
            password_chars=config().password_chars,
        )


@bp.post("/profile")
@requires(Permission.SIGNED_IN)
def save_profile(actor: Actor) -> Response:
    profile = _typed_profile()
    db.write(services.save_profile, actor, profile)
    with force_locale(profile.language):  # in which the page will be that says it
        flash(_("プロフィールを保存しました。"), "ok")
    return go(url_for("accounts.profile"))


@bp.post("/profile/password")
@requires(Permission.SIGNED_IN)
def change_password(actor: Actor) -> Response:
    _check_old_password(actor)
    with db.read() as read:
        owner = owner_of(read, actor.staff_id)
    new = chosen(request.form.get("password", ""), request.form.get("repeated", ""), owner, config())
    db.write(services.change_password, actor, new)
    flash(_("パスワードを変更し、ほかの端末からログアウトしました。"), "ok")
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
        end_session(actor.language)
        return go(url_for("accounts.login"))
    flash(_("その端末からログアウトしました。"), "ok")
    return go(url_for("accounts.sign_ins"))


@bp.post("/sign-ins/end")
@requires(Permission.SIGNED_IN)
def end_all_sign_ins(actor: Actor) -> Response:
    db.write(services.end_all_own_sign_ins, actor, None)
    end_session(actor.language)
    flash(_("すべての端末からログアウトしました。"), "ok")
    return go(url_for("accounts.login"))


def _typed_profile() -> services.Profile:
    form = request.form
    if form.get("language") not in LANGUAGES:
        raise ValidationFailed({"language": _("この言語は選べません。一覧から選び直してください。")})
    name, kana, extension = (form.get(key, "") for key in ("name", "kana", "extension"))
    return services.Profile(name, kana, extension, form["language"], _chosen_fields())


def _chosen_fields() -> frozenset[int]:
    typed = request.form.getlist("field_id")
    return frozenset(numbers_of(typed))


def _check_old_password(actor: Actor) -> None:
    """Somebody at an unattended screen must not guess on: failures here are throttled too. Raises ValidationFailed."""
    drops = (Bucket(f"own:{actor.staff_id}", 10, 120),)
    try:
        with db.transaction() as write:
            charge(write, drops)
    except RateLimited:
        message = _(
            "正しく入力されないことが続いたため、一時的に受付を停止しています。数分後にもう一度お試しください。"
        )
        raise ValidationFailed({"old_password": message}) from None
    with db.read() as read:
        stored = queries.own_staff(read, actor).password_hash
    if not verify_password(stored, request.form.get("old_password", "")):
        raise ValidationFailed({"old_password": _("今のパスワードが正しくありません。もう一度入力してください。")})
    with db.transaction() as write:
        forgive(write, drops)
