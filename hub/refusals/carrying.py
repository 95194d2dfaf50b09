"""A form that met the end of a sign-in: the page of sign-in carries what was typed, and afterwards the form is there
again with it. Nothing is kept by the hub meanwhile, and nothing is sent before the person presses the button again."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from flask import current_app, request, session, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import escape
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from hub.db import db
from hub.people.input import same_site_path
from hub.people.models import SignIn
from hub.refusals.above import answered, put_above, summary
from hub.refusals.filling import Edits, fill, form_in, unfold
from hub.refusals.giving_back import NOT_WRITTEN, given_back
from hub.refusals.looking import page_at
from hub.refusals.markup import Form, Page
from hub.refusals.places import page_of, page_of_request
from hub.security.loader import TOKEN
from hub.security.sessions import hash_token

CARRIED = ("carried", "carried_to", "carried_by")
HOME = "/"


def sign_in_first(typed: MultiDict[str, str]) -> BaseResponse:
    """The page of sign-in, with what was typed in sight and in the form."""
    login = url_for("accounts.login")
    here = page_of_request() or HOME
    page = Page(page_at(url_for("accounts.login", next=here)) or "")
    edits = Edits(page.html)
    form = form_in(page, login, MultiDict())
    kept = [(name, value) for name, value in typed.items(multi=True) if name not in NOT_WRITTEN]
    if form is not None and kept and not _from_elsewhere():
        to = request.full_path.rstrip("?")
        values = {"carried": json.dumps(kept, ensure_ascii=False), "carried_to": to, "carried_by": _writer()}
        _hide(edits, form, values)
    said = _("ログインが切れたため、まだ送信していません。もう一度ログインすると、入力した内容の続きから始められます。")
    if form is not None:
        edits.insert(form.element.after, given_back(typed, _("入力した内容")))
    return answered(page, edits, summary([], [said]), 401)


def carry(edits: Edits, form: Form, typed: MultiDict[str, str]) -> None:
    """What is carried stays with the form when the form is refused."""
    if typed.get("carried"):
        _hide(edits, form, {name: typed.get(name, "") for name in CARRIED})


def _hide(edits: Edits, form: Form, values: dict[str, str]) -> None:
    fields = "".join(f'<input type="hidden" name="{n}" value="{escape(value)}">' for n, value in values.items())
    edits.insert(form.element.inner, fields)


def resumed(next_page: str = "") -> BaseResponse | None:
    """The form that was carried through the sign-in, filled again; None when there is none, or when it was not the
    writer who signed in. `next_page`: a page that has to be answered before; it carries on."""
    found = _carried()
    if found is None:
        return None
    if next_page:
        page = Page(page_at(next_page) or "")
        edits, first = Edits(page.html), form_in(page, urlsplit(next_page).path, MultiDict())
        if first is not None:
            carry(edits, first, MultiDict(request.form.items(multi=True)))
        return current_app.response_class(edits.result(), mimetype="text/html")
    path, address, typed = found
    page = Page(page_at(address) or page_at(HOME) or "")
    edits, form = Edits(page.html), form_in(page, path, typed)
    said = _("ログインしました。まだ送信していません。内容を確認して、もう一度送信してください。")
    above = f'<p class="flash flash--warn" role="status">{escape(said)}</p>'
    if form is None:
        above += given_back(typed)
    else:
        unfold(edits, form)
        fill(edits, form, typed)
    put_above(page, edits, above)
    return current_app.response_class(edits.result(), mimetype="text/html")


def _carried() -> tuple[str, str, MultiDict[str, str]] | None:
    """(where the form goes, the page on which it stands, what it held)."""
    to = same_site_path(request.form.get("carried_to", ""))
    if not to or not request.form.get("carried") or _written_by_another():
        return None
    parts = urlsplit(to)
    try:
        endpoint, arguments = current_app.url_map.bind("").match(parts.path, method="POST")
        pairs: Any = json.loads(request.form["carried"])
    except (HTTPException, ValueError, RecursionError):
        return None
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        return None
    typed = MultiDict([(name, value) for name, value in pairs])
    asked = dict(parse_qsl(parts.query))
    return parts.path, page_of(endpoint, arguments, asked | typed.to_dict()) or HOME, typed


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)


def _from_elsewhere() -> bool:
    """Another site's form would put words into the mouth of whoever signs in."""
    site, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "")
    return site == "cross-site" or (origin not in ("", "null") and urlsplit(origin).netloc != request.host)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="carried")


def _writer() -> str:
    """Whose sign-in has ended, signed; empty when the browser does not know any more."""
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return ""
    with db.read() as read:
        staff_id = read.scalar(sa.select(SignIn.staff_id).where(SignIn.token_hash == hash_token(token)))
    return str(_signer().dumps(staff_id)) if staff_id else ""


def _written_by_another() -> bool:
    signed = request.form.get("carried_by", "")
    if not signed:
        return False
    token = session.get(TOKEN)
    with db.read() as read:
        now = read.scalar(sa.select(SignIn.staff_id).where(SignIn.token_hash == hash_token(str(token))))
    try:
        return bool(_signer().loads(signed) != now)
    except BadSignature:
        return True
