"""Scripts and styles under addresses that change whenever one of them does, so that a browser asks for each only once.

The mark stands in the folder, `/static/v-1a2b3c4d5e/app.js`: what a file names beside itself is found there too."""

from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory, url_for
from werkzeug.wrappers import Response as BaseResponse

from hub.assets.shelf import Joined, Shelf
from hub.config import ROOT, StartupFault
from hub.security.requires import public

A_YEAR_S = 365 * 24 * 3600
bp = Blueprint("assets", __name__)


def _shelf() -> Shelf:
    return cast(Shelf, current_app.extensions["hub.assets"])


def asset(path: str) -> str:
    """The address of a static file."""
    return url_for("assets.send", mark=_shelf().stock().mark, path=path)


@bp.get("/static/v-<mark>/<path:path>")
@public
def send(mark: str, path: str) -> BaseResponse:
    """What another version of the hub named is served as it is here, and not kept: during an upgrade two answer. The
    modules of which a script is made are here as well: a browser's tools show them in its place."""
    stock = _shelf().stock()
    age = A_YEAR_S if mark == stock.mark else None
    joined = stock.joined.get(path)
    if joined is None:
        answer: BaseResponse = send_from_directory(cast(str, current_app.static_folder), path, max_age=age)
    else:
        answer = _joined(joined, stock.mark, age)
    if age:
        answer.cache_control.immutable = True
    return answer


def _joined(joined: Joined, mark: str, age: int | None) -> BaseResponse:
    packed = bool(request.accept_encodings["gzip"])
    answer = Response(joined.packed if packed else joined.text, mimetype=joined.media_type)
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.content_encoding = "gzip"
    answer.set_etag(f"{mark}-{'gzip' if packed else 'plain'}")
    if age:
        answer.cache_control.public, answer.cache_control.max_age = True, age
    else:
        answer.cache_control.no_cache = True
    return answer.make_conditional(request)


def install(app: Flask) -> None:
    """Raises StartupFault when the scripts or styles cannot be joined."""
    try:
        shelf = Shelf(Path(cast(str, app.static_folder)), watched=(ROOT / ".git").exists())
    except (ValueError, OSError) as fault:
        raise StartupFault(f"scripts and styles: {fault}") from None
    app.extensions["hub.assets"] = shelf
    app.add_template_global(asset)
