"""Scripts and styles under addresses that change whenever one of them does, so that a browser asks for each only once.

Modules name each other by relative addresses, so the mark stands in the folder: `/static/v-1a2b3c4d5e/js/main.js`."""

import hashlib
from functools import cache
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, current_app, send_from_directory, url_for
from werkzeug.wrappers import Response

from hub.security.requires import public

A_YEAR_S = 365 * 24 * 3600
bp = Blueprint("assets", __name__)


@cache
def mark_of(folder: Path) -> str:
    """Of all names and contents: machines that serve the same files agree on it."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def asset(path: str) -> str:
    """The address of a static file."""
    return url_for("assets.send", mark=current_app.extensions["hub.assets"], path=path)


@bp.get("/static/v-<mark>/<path:path>")
@public
def send(mark: str, path: str) -> Response:
    """What another version of the hub named is served as it is here, and not kept: during an upgrade two answer."""
    age = A_YEAR_S if mark == current_app.extensions["hub.assets"] else None
    answer = send_from_directory(cast(str, current_app.static_folder), path, max_age=age)
    if age:
        answer.cache_control.immutable = True
    return answer


def install(app: Flask) -> None:
    app.extensions["hub.assets"] = mark_of(Path(cast(str, app.static_folder)))
    app.add_template_global(asset)
