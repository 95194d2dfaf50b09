"""The one mapping from errors to what people and programs see: page, JSON, or socket ack."""

import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.wrappers import Response as BaseResponse

from hub.away import RETRY_AFTER_S, away_page
from hub.errors import Forbidden, HubError, RateLimited, SignedOut, Unavailable, ValidationFailed
from hub.security.origins import ForeignOrigin
from hub.security.requires import actor_or_none, is_public

log = structlog.get_logger()
HOMES = ("/", "/?mine=1")


def standard_message(code: str) -> str:
    return {
        "invalid": _("入力内容を確認してください。"),
        "not_found": _("見つかりません。削除されたか、見る権限がありません。"),
        "conflict": _("ほかの人が先に変更しました。最新の内容を確認してから、もう一度お試しください。"),
        "closed": _("このやりとりには書き込めません。ルームが終了しているか、書き込む権限がありません。"),
        "too_large": _("ファイルが大きすぎます。小さくしてから添付してください。"),
        "rate_limited": _("短い間に多く送信されました。少し待ってからお試しください。"),
        "signed_out": _("ログインが切れました。もう一度ログインしてください。"),
        "resync": _("ページの内容が新しくなっています。再読み込みしてください。"),
        "unavailable": _("ただいま処理できません。少し待ってからもう一度お試しください。"),
    }[code]


def error_body(error: HubError) -> dict[str, Any]:
    """The contract's error object, in the current language."""
    body: dict[str, Any] = {"code": error.code, "message": error.message or standard_message(error.code)}
    if isinstance(error, ValidationFailed) and error.fields:
        body["fields"] = error.fields
    if isinstance(error, RateLimited):
        body["retry_after_s"] = round(error.retry_after_s, 1)
    return body


def wants_json() -> bool:
    """Programs say so by their Accept header or by sending JSON; everything else is a person's browser."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return (
        request.is_json
        or best == "application/json"
        or request.path.startswith("/feed")
        or (request.path == "/attachments" and request.method == "POST")
    )


def ok(data: dict[str, Any], status: int = 200) -> Response:
    """The answer of an HTTP twin: the shape of the ack."""
    response = jsonify({"ok": True, "data": data})
    response.status_code = status
    return response


def done(data: dict[str, Any], address: str, said: str = "", *, warned: str = "", status: int = 200) -> BaseResponse:
    """The answer to what was written: to programs the ack with `data` and `status`, to people the page at `address`,
    which says what was done and what to look out for."""
    if wants_json():
        return ok(data, status)
    if said:
        flash(said, "ok")
    if warned:
        flash(warned, "warn")
    return redirect(address, code=303)


def back_or(address: str) -> str:
    """The home from which the form was sent, as its field `back` says, else `address`."""
    return request.form["back"] if request.form.get("back") in HOMES else address


def error_page(status: int, message: str, reference: str | None = None) -> Response:
    title = {
        400: _("送信できませんでした"),
        401: _("ログインが必要です"),
        403: _("この操作はできません"),
        404: _("ページが見つかりません"),
        409: _("ほかの人が先に変更しました"),
        410: _("ページの内容が新しくなっています"),
        413: _("大きすぎます"),
        422: _("入力内容を確認してください"),
        429: _("少しお待ちください"),
    }.get(status, _("エラーが発生しました"))
    try:
        page = render_template("errors/error.html", status=status, title=title, message=message, reference=reference)
    except Unavailable:  # it says who is signed in, and much else
        return away_page()
    return Response(page, status=status, mimetype="text/html")


def install(app: Flask) -> None:
    """Of what a form meets, `hub/refusals/` makes the form's own page."""
    app.register_error_handler(HTTPException, even_when_away(http_error))


def even_when_away(answer: Callable[[Any], BaseResponse]) -> Callable[[Any], BaseResponse]:
    """What is said of an error depends on who asks: where that cannot be told any more, this is the error."""

    def answered(error: Exception) -> BaseResponse:
        try:
            return answer(error)
        except Unavailable as away:
            return answer_error(away)

    return answered


def is_outage(error: HubError) -> bool:
    """Of the database: any other page would ask it again, and wait again."""
    return isinstance(error, Unavailable) and isinstance(error.__cause__, SQLAlchemyError)


def answer_error(error: HubError) -> BaseResponse:
    """The answer to a refusal, as a page or as JSON."""
    body = error_body(error)
    if wants_json():
        response: BaseResponse = jsonify({"ok": False, "error": body})
        response.status_code = 404 if isinstance(error, Forbidden) else error.status
    elif is_outage(error):
        return away_page()
    elif isinstance(error, SignedOut):
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")), code=303)
    else:
        response = error_page(error.status, " ".join([body["message"], *body.get("fields", {}).values()]))
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def must_sign_in() -> bool:
    """Whether the token was refused because the sign-in to which it belonged has ended."""
    return actor_or_none() is None and not is_public(request.endpoint)


def csrf_error(error: CSRFError) -> BaseResponse:
    message = (
        error.description
        if isinstance(error, ForeignOrigin)
        else _(
            "送信できませんでした。ページを開いてから時間がたった可能性があります。前のページを再読み込みし、もう一度送信してください。"
        )
    )
    if wants_json():
        if must_sign_in():
            return answer_error(SignedOut())
        response = jsonify({"ok": False, "error": _csrf_body(error, message)})
        response.status_code = 400
        return response
    return error_page(400, message)


def _csrf_body(error: CSRFError, message: str) -> dict[str, Any]:
    """A token that is only out of date is renewed by the page, which then repeats what it sent, if it is still the same
    person's: nobody else can read this answer."""
    actor = actor_or_none()
    if actor is None or isinstance(error, ForeignOrigin):
        return {"code": "invalid", "message": message}
    fresh = {"staff_id": str(actor.staff_id), "csrf_token": generate_csrf()}
    return {"code": "stale_token", "message": message, **fresh}


def http_error(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, ClientDisconnected):
        return Response(status=408)  # gone, or too slow (hub/intake.py): a page would be made for nobody
    code = {404: "not_found", 405: "not_found", 413: "too_large", 429: "rate_limited"}.get(status, "invalid")
    if status >= 500:
        code = "unavailable"
    message = standard_message(code)
    if wants_json():
        response = jsonify({"ok": False, "error": {"code": code, "message": message}})
        response.status_code = status
        return response
    return error_page(status, message)


def report_unknown(error: Exception, **where: str) -> str:
    """Log an unforeseen error without any text people wrote; return the reference to show them."""
    reference = secrets.token_hex(4)
    log.error("unforeseen error", reference=reference, kind=type(error).__name__, exc_info=error, **where)
    return reference


def unknown_error(error: Exception) -> BaseResponse:
    reference = report_unknown(error, path=request.path)
    message = standard_message("unavailable")
    if wants_json():
        body = {"ok": False, "error": {"code": "unavailable", "message": message, "reference": reference}}
        response = jsonify(body)
        response.status_code = HTTPStatus.INTERNAL_SERVER_ERROR
        return response
    try:
        return error_page(500, message, reference)
    except Exception as second:  # the page of the error asks for things too
        log.warning("the page of an error", reference=reference, kind=type(second).__name__)
        return away_page(500)
