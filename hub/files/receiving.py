"""From the bytes of a request to a stored upload: streamed to disk, recognised, scanned, drawn anew, placed, written.

Never more than a buffer of a file is in memory, and the slow parts run in the thread pool."""

import hashlib
import threading
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from flask import Flask, current_app, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from hub import pool
from hub.config import Config
from hub.db import db
from hub.errors import HubError, TooLarge, Unavailable
from hub.files.caretaker import Caretaker
from hub.files.images import Size, draw_anew
from hub.files.kinds import Kind, kind_of
from hub.files.names import clean_name, size_words
from hub.files.refusal import FileRefused
from hub.files.scanner import Scanner
from hub.files.services import AddUpload, Condemn, Vanished, add_upload, condemn
from hub.files.vault import Vault
from hub.forms import StorableRequest
from hub.security.actor import Actor
from hub.security.limits import limits
from hub.security.requires import actor_or_none

FORM_BYTES = 2 * 1024 * 1024  # whatever else a form holds
TRIES = 3
# Endpoint -> how many files one request may bring; every other route keeps the small limit.
ROUTES = {
    "files.upload": 1,
    "files.add": 0,
    "threads.post": 0,
    "threads.open_": 0,
    "notes.post": 0,
    "case_work.save": 0,
    "exchange.look": 1,
    "reading.ask": 0,
}
# Unpacking an image takes memory: one worker does two at a time.
_drawing = threading.BoundedSemaphore(2)


class Seen(NamedTuple):
    digest: str
    kind: Kind
    name: str
    size_bytes: int


class FileRequest(StorableRequest):
    """Parts of a form that are files go straight to the disk on which they will stay."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return vault().incoming()


def vault() -> Vault:
    return cast(Vault, current_app.extensions["hub.vault"])


def scanner() -> Scanner:
    return cast(Scanner, current_app.extensions["hub.scanner"])


def _config() -> Config:
    return cast(Config, current_app.extensions["hub.config"])


def install(app: Flask, config: Config, caretaker: Caretaker) -> None:
    """To be called before the CSRF protection is: that reads the form, and with it the whole request."""
    app.request_class = FileRequest
    app.extensions["hub.vault"] = Vault(config.files)
    app.extensions["hub.scanner"] = Scanner(config.clamd)
    app.extensions["hub.db"].settings["files_per_post"] = config.files_per_post

    app.extensions["hub.caretaker"] = caretaker
    app.add_template_filter(size_words, "file_size")

    @app.before_request
    def take_in() -> None:
        caretaker.ensure_running()
        most = ROUTES.get(request.endpoint or "")
        if most is None or request.mimetype != "multipart/form-data" or actor_or_none() is None:
            return
        request.max_content_length = FORM_BYTES + (most or config.files_per_post) * config.file_bytes
        try:
            _form = request.form
        except OSError:
            raise Unavailable(_("ファイルを置く場所がいっぱいです。システム管理者に知らせてください。")) from None


def receive(actor: Actor, upload: FileStorage) -> dict[str, Any]:
    """Take in one file; returns its data per contract. Raises ValidationFailed, TooLarge, RateLimited, Unavailable."""
    limits().upload(actor.staff_id)
    given = upload.filename or ""
    path, config = Path(cast(str, upload.stream.name)), _config()
    upload.stream.flush()
    if path.stat().st_size > config.file_bytes:
        most = f"{config.file_bytes // 1024 // 1024:,}"
        raise TooLarge(_("「%(name)s」は大きすぎます。1つのファイルは%(n)sMBまでです。", name=given[:80], n=most))
    try:
        return take(actor, path, given)
    except FileRefused as refusal:
        raise refusal.in_words(given[:80]) from None
    except OSError:
        raise Unavailable(_("ファイルを保存できませんでした。システム管理者に知らせてください。")) from None


def take(actor: Actor, path: Path, given: str) -> dict[str, Any]:
    """Store what lies at `path` under the name that was given. Raises FileRefused, OSError."""
    seen = pool.run(_look, path, given, _config().file_macros)
    return _store(actor, path, seen)


def receive_all(actor: Actor, field: str) -> tuple[list[dict[str, Any]], list[HubError]]:
    """The files of a form that was sent without JavaScript: those that were taken, and why others were not."""
    taken, faults = [], []
    for upload in request.files.getlist(field):
        if not upload.filename:
            continue
        try:
            taken.append(receive(actor, upload))
        except HubError as fault:
            faults.append(fault)
    return taken, faults


def _look(path: Path, given: str, macros: bool) -> Seen:
    kind = kind_of(path, given, macros=macros)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return Seen(digest.hexdigest(), kind, clean_name(given, kind.extensions), path.stat().st_size)


def _store(actor: Actor, path: Path, seen: Seen) -> dict[str, Any]:
    verdict = scanner().scan(path) if scanner().configured else "unscanned"
    if verdict == "infected":
        db.write(condemn, actor, Condemn(seen.digest))  # in a write of its own, which the refusal does not undo
        vault().remove(seen.digest)
        raise FileRefused("infected")
    for _try in range(TRIES):
        try:
            return _write(actor, path, seen, verdict)
        except Vanished:
            continue
    raise Unavailable


def _write(actor: Actor, path: Path, seen: Seen, verdict: str) -> dict[str, Any]:
    place = vault().path(seen.digest)
    size = _draw(path, seen) if seen.kind.kind == "image" else None
    pool.run(vault().place, path, seen.digest)
    command = AddUpload(
        path=place,
        digest=seen.digest,
        name=seen.name,
        kind=seen.kind.kind,
        media_type=seen.kind.media_type,
        size_bytes=seen.size_bytes,
        scan=verdict,
        width=size.width if size else None,
        height=size.height if size else None,
        quota_bytes=_config().files_quota_bytes,
    )
    return db.write(add_upload, actor, command).ack()


def _draw(path: Path, seen: Seen) -> Size:
    goals = vault().renditions(seen.digest)
    for goal in goals.values():
        goal.parent.mkdir(parents=True, exist_ok=True)
    with _drawing:
        return pool.run(draw_anew, path, seen.kind.media_type, goals)
