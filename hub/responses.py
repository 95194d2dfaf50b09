"""The one mapping from errors to what people and programs see: page, JSON, or socket ack."""

import secrets
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from hub.errors import Forbidden, HubError, RateLimited, SignedOut, ValidationFailed
from hub.security.requires import actor_or_none, is_public

log = structlog.get_logger()


def standard_message(code: str) -> str:
    return {
        "invalid": _("入力に誤りがあります。"),
        "not_found": _("見つかりません。削除されたか、見る権限がありません。"),
        "conflict": _("ほかの人が先に変更しました。最新の内容を確かめてから、もう一度お試しください。"),
        "closed": _("このスレッドには書き込めません。"),
        "too_large": _("大きすぎます。"),
        "rate_limited": _("短い間に多く送信されました。少し待ってからお試しください。"),
        "signed_out": _("サインインが切れました。もう一度サインインしてください。"),
        "resync": _("表示が古くなりました。読み込み直してください。"),
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


def error_page(status: int, message: str, reference: str | None = None) -> Response:
    title = {
        400: _("送信の内容を確かめられませんでした"),
        401: _("サインインが必要です"),
        403: _("この操作はできません"),
        404: _("ページが見つかりません"),
        409: _("変更が重なりました"),
        410: _("表示が古くなりました"),
        413: _("大きすぎます"),
        422: _("入力に誤りがあります"),
        429: _("少しお待ちください"),
    }.get(status, _("問題が起きました"))
    page = render_template("errors/error.html", status=status, title=title, message=message, reference=reference)
    return Response(page, status=status, mimetype="text/html")


def install(app: Flask) -> None:
    app.register_error_handler(HubError, answer_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unknown_error)


def answer_error(error: HubError) -> BaseResponse:
    """The answer to a refusal, as a page or as JSON."""
    body = error_body(error)
    if wants_json():
        response: BaseResponse = jsonify({"ok": False, "error": body})
        response.status_code = 404 if isinstance(error, Forbidden) else error.status
    elif isinstance(error, SignedOut):
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")), code=303)
    else:
        response = error_page(error.status, " ".join([body["message"], *body.get("fields", {}).values()]))
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    return response


def _csrf_error(error: CSRFError) -> BaseResponse:
    message = _(
        "ページを開いてから時間がたったか、送信元を確かめられませんでした。前のページに戻り、読み込み直してからもう一度送信してください。"
    )
    if wants_json():
        if actor_or_none() is None and not is_public(request.endpoint):
            return answer_error(SignedOut())  # a token belongs to a sign-in: that it has ended is what is to be said
        response = jsonify({"ok": False, "error": {"code": "invalid", "message": message}})
        response.status_code = 400
        return response
    return error_page(400, message)


def _http_error(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
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


def _unknown_error(error: Exception) -> BaseResponse:
    reference = report_unknown(error, path=request.path)
    message = standard_message("unavailable")
    if wants_json():
        body = {"ok": False, "error": {"code": "unavailable", "message": message, "reference": reference}}
        response = jsonify(body)
        response.status_code = HTTPStatus.INTERNAL_SERVER_ERROR
        return response
    return error_page(500, message, reference)
