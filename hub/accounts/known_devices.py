"""A signed cookie that remembers which accounts have signed in from this browser. It opens nothing: it only keeps a
stranger's guesses from another browser out of the owner's way."""

import hashlib
import secrets

from flask import current_app, request, session
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from hub.security.throttle import account_key

LASTS_S = 400 * 24 * 3600
MOST_ACCOUNTS = 20
_PROVEN = "proven_account"


def known_device(email: str) -> str | None:
    """The name of this browser if this account has signed in from it before, or has just used a one-time link in it."""
    device, accounts = _read()
    if account_key(email) in accounts:
        return device
    return browser() if session.get(_PROVEN) == account_key(email) else None


def browser() -> str:
    """A name for this browser that lasts as long as its session: nobody can send the form without one."""
    return hashlib.sha256(str(session.get("csrf_token", "")).encode()).hexdigest()[:24]


def prove(email: str) -> None:
    """Whoever used the one-time link of an account is its owner: strangers' guesses are not in their way. Remembered
    for good at the sign-in, on whose page alone the cookie is sent."""
    session[_PROVEN] = account_key(email)


def remember_device(response: Response, email: str) -> None:
    device, accounts = _read()
    known = [account_key(email), *(a for a in accounts if a != account_key(email))][:MOST_ACCOUNTS]
    response.set_cookie(
        _cookie_name(),
        _signer().dumps([device or secrets.token_hex(12), *known]),
        max_age=LASTS_S,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        path="/login",
    )


def _read() -> tuple[str, list[str]]:
    try:
        parts = _signer().loads(request.cookies.get(_cookie_name(), ""))
    except BadSignature:
        return "", []
    return str(parts[0]), [str(part) for part in parts[1:]]


def _cookie_name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}_device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known-device")
