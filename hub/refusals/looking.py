"""A page as the browser that sent a form would get it now."""

from io import BytesIO
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, current_app, request, session
from flask.ctx import RequestContext
from werkzeug.wrappers import Response as BaseResponse

MOST_REDIRECTS = 3


def page_at(address: str) -> str | None:
    """The page as this browser would get it by GET; None when it would get none. It is asked for inside the request,
    with the same session, so that a new token is valid for both."""
    for _turn in range(MOST_REDIRECTS):
        found = _get(address)
        if found.status_code == 200 and found.mimetype == "text/html":
            return found.get_data(as_text=True)
        if not 300 <= found.status_code < 400:
            return None
        address = urlsplit(found.headers["Location"])._replace(scheme="", netloc="", fragment="").geturl()
    return None


def _get(address: str) -> BaseResponse:
    parts = urlsplit(address)
    environ = {key: value for key, value in request.environ.items() if not key.startswith(("werkzeug.", "flask."))}
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": _unquoted(parts.path), "QUERY_STRING": parts.query}
    environ |= {"wsgi.input": BytesIO(), "CONTENT_LENGTH": "0", "HTTP_ACCEPT": "text/html"}
    environ |= {"REQUEST_URI": address, "RAW_URI": address}
    environ.pop("CONTENT_TYPE", None)
    environ.pop("HTTP_ACCEPT_ENCODING", None)  # it is read here, so it must not come packed
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context(), RequestContext(app, environ, session=session._get_current_object()):  # type: ignore[attr-defined]
        return app.full_dispatch_request()


def _unquoted(path: str) -> str:
    """As WSGI wants it: bytes of UTF-8, each as one character."""
    return unquote_to_bytes(path).decode("latin-1")
