"""From the bytes of a request to a stored upload: streamed to disk, recognised, scanned, drawn anew, placed, written.

Never more than a buffer of a file is in memory; the slow parts run in the thread pool, and what unpacks an image in a
process of its own."""

import hashlib
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import structlog
from flask import Flask, current_app, request
from flask_babel import gettext as _
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import FileStorage
from wtforms import ValidationError

from hub import pool, private
from hub.actor import Actor
from hub.config import Config
from hub.db import db
from hub.errors import HubError, TooLarge, Unavailable
from hub.files.active import refuse_active
from hub.files.images import Size, draw_anew
from hub.files.kinds import Kind, kind_of
from hub.files.names import clean_name, size_words
from hub.files.parts import Fields, Nowhere, PartsParser
from hub.files.refusal import FileRefused
from hub.files.scanner import Scanner
from hub.files.services import AddUpload, Condemn, Vanished, add_upload, condemn
from hub.files.vault import Vault
from hub.forms import StorableRequest
from hub.security.limits import limits
from hub.security.requires import actor_or_none

log = structlog.get_logger()

FORM_BYTES = 2 * 1024 * 1024  # whatever else a form holds
FORM_PARTS = 1000  # of a form with files: that of a case has rows of fields
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
    "synonyms.take_in": 1,
    "staff_import.look": 1,
}
SMALL = {"synonyms.take_in", "staff_import.look"}  # their file comes within FORM_BYTES


class Seen(NamedTuple):
    digest: str
    kind: Kind
    name: str
    size_bytes: int


class FileRequest(StorableRequest):
    """Parts of a form that are files go straight to the disk on which they will stay, once the form has shown who sends
    it: the header or a field before them holds the token. Of all others nothing is kept."""

    form_data_parser_class = PartsParser
    most_files = 0  # that may be opened; `take_in` knows
    opened = 0

    def _get_file_stream(self, filename: str, fields: Fields) -> IO[bytes]:  # type: ignore[override]
        """Raises TooLarge for more files than anybody could have meant."""
        if not filename or not self.most_files or not self._has_token(fields):
            return cast(IO[bytes], Nowhere())
        if self.opened > self.most_files:  # one too many is for the form to say, with all that was typed
            raise TooLarge(_("一度に送れるファイルは%(n)s個までです。", n=self.most_files))
        self.opened += 1
        return vault().incoming()

    def _has_token(self, fields: Fields) -> bool:
        given = [value for name, value in fields if name == "csrf_token"]
        try:
            validate_csrf(self.headers.get("X-CSRFToken") or (given[0] if given else ""))
        except ValidationError:
            return False
        return True


def vault() -> Vault:
    return cast(Vault, current_app.extensions["hub.vault"])


def scanner() -> Scanner:
    return cast(Scanner, current_app.extensions["hub.scanner"])


def _config() -> Config:
    return cast(Config, current_app.extensions["hub.config"])


def install(app: Flask, config: Config) -> None:
    """To be called before the CSRF protection is: that reads the form, and with it the whole request."""
    app.request_class = FileRequest
    app.extensions["hub.vault"] = Vault(config.files)
    app.extensions["hub.scanner"] = Scanner(config.clamd)
    app.extensions["hub.db"].settings["files_per_post"] = config.files_per_post
    app.add_template_filter(size_words, "file_size")

    @app.before_request
    def take_in() -> None:
        most = ROUTES.get(request.endpoint or "")
        if most is None or request.mimetype != "multipart/form-data" or actor_or_none() is None:
            return
        form = cast(FileRequest, request)
        form.most_files = most or config.files_per_post
        form.max_form_parts = FORM_PARTS
        if request.endpoint not in SMALL:
            form.max_content_length = FORM_BYTES + form.most_files * config.file_bytes
        try:
            _form = request.form
        except OSError:
            raise Unavailable(_("ファイルの保存容量がいっぱいです。システム管理者に連絡してください。")) from None


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
        log.info("file refused", reason=refusal.reason, staff_id=actor.staff_id)
        raise refusal.in_words(given[:80]) from None
    except OSError:
        raise Unavailable(_("ファイルを保存できませんでした。システム管理者に連絡してください。")) from None


def take(actor: Actor, path: Path, given: str) -> dict[str, Any]:
    """Store what lies at `path` under the name that was given. Raises FileRefused, OSError."""
    macros = _config().file_macros
    seen = pool.run(_look, path, given, macros)
    refuse_active(path, seen.kind.kind, macros=macros)
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
        private.make_folder(goal.parent)
    return draw_anew(path, seen.kind.media_type, goals)
