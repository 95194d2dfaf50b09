"""The page of signing in: e-mail address and password."""

import math
import threading
import unicodedata
from datetime import datetime

import sqlalchemy as sa
from flask import flash, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from hub.accounts import services
from hub.accounts.devices import device_name
from hub.accounts.known_devices import browser, known_device, remember_device
from hub.accounts.roles import role_name
from hub.accounts.routes.blueprint import bp, config
from hub.accounts.routes.coming_back import go, wanted_path
from hub.clock import in_japan
from hub.db import db
from hub.errors import NotFound, RateLimited, ValidationFailed
from hub.installation import is_demo
from hub.page import frame
from hub.people.models import Staff
from hub.refusals.carrying import resumed
from hub.security.loader import TOKEN
from hub.security.origins import public_origin
from hub.security.passwords import verify_password
from hub.security.requires import actor_or_none, public
from hub.security.throttle import Visitor, buckets, charge, charge_crowd, is_crowded

TURN_S = 10.0
_turn = threading.Semaphore()


@bp.get("/login")
@public
def login() -> Response | str:
    return go(wanted_path()) if actor_or_none() else _page()


@bp.post("/login")
@public
def log_in() -> Response:
    email = unicodedata.normalize("NFKC", request.form.get("email", "")).strip().lower()
    try:
        arrival = _arrive(email, request.form.get("password", ""))
    except RateLimited as fault:
        raise _waiting(fault) from None
    _begin_session(arrival)
    target = wanted_path()
    first = url_for("accounts.writer_name", next=target) if arrival.needs_writer_name else ""
    answer = resumed(first) or go(first or target)
    remember_device(answer, email)
    return answer


def _arrive(email: str, password: str) -> services.Arrival:
    """Raises RateLimited, or ValidationFailed with one sentence for whatever was wrong, after the same time."""
    visitor = Visitor(email, request.remote_addr or "", known_device(email), browser())
    # There is no actor yet, so none of this can go through `db.write`. Argon2 runs between the two transactions.
    with db.transaction() as write:
        crowded = config().rate_limits and is_crowded(write, visitor)
        drops = buckets(visitor, crowded=crowded) if config().rate_limits else ()
        charge(write, drops)
    with db.read() as read:
        query = sa.select(Staff.id, Staff.password_hash).where(Staff.email == email)
        staff_id, stored = read.execute(query).first() or (0, None)
    if not (_verified_in_turn(stored, password) if crowded else verify_password(stored, password)):
        _note_failure(staff_id, visitor)
        raise ValidationFailed(
            {"email": _("メールアドレスまたはパスワードが正しくありません。もう一度入力してください。")}
        )
    attempt = services.Attempt(drops, device_name(request.user_agent.string), session.get(TOKEN), _origin())
    try:
        with db.transaction() as write:
            return services.sign_in(write, staff_id, config(), attempt)
    except NotFound:
        _note_failure(staff_id, visitor)
        message = _("このアカウントは今は使えません。所属の期間を団体管理者に確認してください。")
        raise ValidationFailed({"email": message}) from None


def _origin() -> str:
    """The name under which the person is here, where there are several: links in their mails begin with it."""
    origins = config().origins
    return public_origin(origins, request.environ) if len(origins) > 1 else ""


def _verified_in_turn(stored: str | None, password: str) -> bool:
    """Where somebody floods the hub with guesses, they take one thread of this worker and not all of them. Raises
    RateLimited."""
    if not _turn.acquire(timeout=TURN_S):
        raise RateLimited(TURN_S)
    try:
        return verify_password(stored, password)
    finally:
        _turn.release()


def _note_failure(staff_id: int, visitor: Visitor) -> None:
    with db.transaction() as write:
        if config().rate_limits:
            charge_crowd(write, visitor)
        services.note_failure(write, staff_id)


def _waiting(fault: RateLimited) -> RateLimited:
    """The same with what the person has to know: how many minutes, and who can help at once."""
    minutes = max(1, math.ceil(fault.retry_after_s / 60))
    message = ngettext(
        "ログインできないことが続いたため、一時的に受付を停止しています。%(n)s"
        "分ほど後にお試しください。急ぐときは、"
        "団体管理者に再設定のリンクの発行を依頼してください。",
        "ログインできないことが続いたため、一時的に受付を停止しています。%(n)s"
        "分ほど後にお試しください。急ぐときは、"
        "団体管理者に再設定のリンクの発行を依頼してください。",
        minutes,
        n=minutes,
    )
    return RateLimited(fault.retry_after_s, message)


def _begin_session(arrival: services.Arrival) -> None:
    """A new session: whatever an attacker may have planted in the old one is gone, its CSRF token included."""
    session.clear()
    session[TOKEN] = arrival.token
    for notice in (arrival.reset_notice or "").splitlines():
        flash(_notice(notice), "warn")


def _notice(stored: str) -> str:
    at, _space, by = stored.partition(" ")
    return _(
        "%(by)sさんが、あなたのパスワードを再設定するリンクを発行しました（%(at)s）。"
        "覚えがないときは、団体管理者に連絡してください。",
        by=by,
        at=in_japan(datetime.fromisoformat(at)).strftime("%Y-%m-%d %H:%M"),
    )


def _page() -> str:
    with db.read() as read:
        accounts = frame().demo_accounts(read) if is_demo(read) else []
    return render_template(
        "accounts/login.html",
        next=wanted_path(),
        accounts=accounts,
        role_name=role_name,
    )
