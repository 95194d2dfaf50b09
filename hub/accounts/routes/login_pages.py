"""Signing in."""

import math
import unicodedata
from datetime import datetime

import sqlalchemy as sa
from flask import flash, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from hub.accounts import services
from hub.accounts.devices import device_name
from hub.accounts.known_devices import known_device, remember_device
from hub.accounts.models import Staff
from hub.accounts.roles import role_name
from hub.accounts.routes.blueprint import bp, config
from hub.accounts.routes.coming_back import go, wanted_path
from hub.accounts.throttle import buckets, charge
from hub.clock import in_japan
from hub.db import db
from hub.demo.accounts import demo_accounts
from hub.errors import NotFound, RateLimited, ValidationFailed
from hub.installation import is_demo
from hub.responses import wants_json
from hub.security.loader import TOKEN
from hub.security.passwords import verify_password
from hub.security.requires import actor_or_none, public


@bp.get("/login")
@public
def login() -> Response | str:
    return go(wanted_path()) if actor_or_none() else _page({})


@bp.post("/login")
@public
def log_in() -> Response:
    email = unicodedata.normalize("NFKC", request.form.get("email", "")).strip().lower()
    try:
        arrival = _arrive(email, request.form.get("password", ""))
    except (ValidationFailed, RateLimited) as fault:
        if wants_json():
            raise
        return _refused(fault)
    _begin_session(arrival)
    target = wanted_path()
    answer = go(url_for("accounts.writer_name", next=target) if arrival.needs_writer_name else target)
    remember_device(answer, email)
    return answer


def _arrive(email: str, password: str) -> services.Arrival:
    """Raises RateLimited, or ValidationFailed with one sentence for whatever was wrong, after the same time."""
    drops = buckets(email, request.remote_addr or "", known_device(email)) if config().rate_limits else ()
    # There is no actor yet, so none of this can go through `db.write`. Argon2 runs between the two transactions.
    with db.transaction() as write:
        charge(write, drops)
    with db.read() as read:
        query = sa.select(Staff.id, Staff.password_hash).where(Staff.email == email)
        staff_id, stored = read.execute(query).first() or (0, None)
    if not verify_password(stored, password):
        raise ValidationFailed({"email": _("メールアドレスまたはパスワードが違います。")})
    attempt = services.Attempt(drops, device_name(request.user_agent.string), session.get(TOKEN))
    try:
        with db.transaction() as write:
            return services.sign_in(write, staff_id, config(), attempt)
    except NotFound:
        message = _("このアカウントは今は使えません。所属の期間を団体管理者に確かめてください。")
        raise ValidationFailed({"email": message}) from None


def _refused(fault: ValidationFailed | RateLimited) -> Response:
    if isinstance(fault, ValidationFailed):
        return Response(_page(fault.fields), status=422)
    minutes = max(1, math.ceil(fault.retry_after_s / 60))
    message = ngettext(
        "サインインの失敗が続いたため、しばらく受け付けません。%(n)s分ほど待ってからお試しください。",
        "サインインの失敗が続いたため、しばらく受け付けません。%(n)s分ほど待ってからお試しください。",
        minutes,
        n=minutes,
    )
    wait = {"Retry-After": str(math.ceil(fault.retry_after_s))}
    return Response(_page({"email": message}), status=429, headers=wait)


def _begin_session(arrival: services.Arrival) -> None:
    """A new session: whatever an attacker may have planted in the old one is gone, its CSRF token included."""
    session.clear()
    session[TOKEN] = arrival.token
    for notice in (arrival.reset_notice or "").splitlines():
        flash(_notice(notice), "warn")


def _notice(stored: str) -> str:
    at, _space, by = stored.partition(" ")
    return _(
        "%(by)sさんが、あなたのパスワードを再設定するリンクを発行しました(%(at)s)。"
        "覚えがないときは、団体管理者に知らせてください。",
        by=by,
        at=in_japan(datetime.fromisoformat(at)).strftime("%Y-%m-%d %H:%M"),
    )


def _page(errors: dict[str, str]) -> str:
    with db.read() as read:
        accounts = demo_accounts(read) if is_demo(read) else []
    return render_template(
        "accounts/login.html",
        errors=errors,
        email=request.form.get("email", ""),
        next=wanted_path(),
        accounts=accounts,
        role_name=role_name,
    )
