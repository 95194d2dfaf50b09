"""Uploading, downloading and showing attachments, and adding files to one's own message afterwards.

What came from outside is only ever handed out for saving; what is shown in the page was drawn anew by the hub."""

from pathlib import Path

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.attachments.queries import Found, get_attachment_for
from hub.attachments.services import AddToMessage, RemoveAttachment, add_to_message, remove_attachment
from hub.db import db
from hub.errors import Forbidden, HubError, NotFound, SignedOut, Unavailable, ValidationFailed
from hub.files.images import MEDIA_TYPE
from hub.files.models import verdict_on
from hub.files.names import disposition
from hub.files.receiving import receive, receive_all, vault
from hub.forms import command_of
from hub.ids import number_of
from hub.page import page_state
from hub.refusals.answering import refused
from hub.responses import done, ok, wants_json
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.threads.composing import words_of
from hub.threads.presenters import present_message
from hub.threads.queries import get_message_for, message_subject

bp = Blueprint("files", __name__)
Page = str | Response | tuple[str, int]
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


@bp.post("/attachments")
@requires(Permission.FILE_ADD)
def upload(actor: Actor) -> Response:
    """multipart, field `file` -> {"attachment_id", …}, also as the ack of a command would have it."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise ValidationFailed({"file": _("ファイルを選んでください。")})
    data = receive(actor, given)
    answer = jsonify({"ok": True, "data": data, **data})
    answer.status_code = 201
    return answer


@bp.get("/attachments/<int:attachment_id>")
@requires(Permission.FILE_READ)
def download(actor: Actor, attachment_id: int) -> Response:
    with db.read() as session:
        found = _ready(get_attachment_for(session, actor, attachment_id))
    attachment = found.attachment
    answer = _send(vault().path(found.blob.digest), attachment.media_type, found.blob.digest)
    answer.headers["Content-Disposition"] = disposition(attachment.name, attachment.id)
    return answer


@bp.get("/attachments/<int:attachment_id>/thumbnail")
@requires(Permission.FILE_READ)
def thumbnail(actor: Actor, attachment_id: int) -> Response:
    return _picture(actor, attachment_id, "thumb")


@bp.get("/attachments/<int:attachment_id>/image")
@requires(Permission.FILE_READ)
def image(actor: Actor, attachment_id: int) -> Response:
    return _picture(actor, attachment_id, "view")


def _picture(actor: Actor, attachment_id: int, rendition: str) -> Response:
    with db.read() as session:
        found = _ready(get_attachment_for(session, actor, attachment_id))
    if found.blob.width is None:
        raise NotFound
    answer = _send(vault().rendition(found.blob.digest, rendition), MEDIA_TYPE, f"{found.blob.digest}-{rendition}")
    name = f"{found.attachment.name.rpartition('.')[0]}.webp"
    answer.headers["Content-Disposition"] = disposition(name, found.attachment.id, inline=True)
    return answer


def _ready(found: Found) -> Found:
    """Raises Unavailable for a file that waits for the scanner, NotFound for one in which it found something."""
    verdict = verdict_on(found.attachment, found.blob)
    if verdict == "held":
        raise Unavailable(_("このファイルはウイルス検査を待っています。終わるまでダウンロードできません。"))
    if verdict == "infected":
        raise NotFound
    return found


def _send(path: Path, media_type: str, etag: str) -> Response:
    """Ranges included. Nothing of it is kept by the browser of a shared terminal, nothing of it runs."""
    try:
        answer = send_file(path, mimetype=media_type, conditional=True, etag=etag, max_age=None)
    except FileNotFoundError:
        raise NotFound from None
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@bp.post("/attachments/<int:attachment_id>/delete")
@requires(Permission.FILE_ADD)
def remove(actor: Actor, attachment_id: int) -> Page:
    receipt = db.write(remove_attachment, actor, command_of(RemoveAttachment, attachment_id=attachment_id))
    message_id = request.form.get("message_id", "")
    address = f"/messages/{message_id}/attachments" if number_of(message_id) is not None else "/"
    return done(receipt.ack(), address, _("ファイルを削除しました。"))


@bp.get("/messages/<int:message_id>/attachments")
@requires(Permission.EDIT)
def files_of_message(actor: Actor, message_id: int) -> Page:
    return _files_page(actor, message_id)


@bp.post("/messages/<int:message_id>/attachments")
@requires(Permission.EDIT)
def add(actor: Actor, message_id: int) -> Page:
    """Files that come after their message: JSON names uploads, a form brings the files themselves."""
    if wants_json() and request.is_json:
        return ok(db.write(add_to_message, actor, command_of(AddToMessage, message_id=message_id)).ack())
    _require_own(actor, message_id)
    taken, faults = receive_all(actor, "file")
    try:
        ids = [int(file["attachment_id"]) for file in taken]
        if ids:
            db.write(add_to_message, actor, AddToMessage(message_id, ids))
        elif not faults:
            raise ValidationFailed({"file": _("ファイルを選んでください。")})
    except (NotFound, Forbidden, SignedOut):
        raise
    except HubError as fault:
        faults.append(fault)
    if faults:
        return refused(_files_page(actor, message_id), words_of(faults), faults[0].status)
    flash(_("ファイルを追加しました。"), "ok")
    return redirect(url_for("files.files_of_message", message_id=message_id), code=303)


def _require_own(actor: Actor, message_id: int) -> None:
    with db.read() as session:
        require(actor, Permission.EDIT, message_subject(session, get_message_for(session, actor, message_id)))


def _files_page(actor: Actor, message_id: int) -> str:
    with db.read() as session:
        found = get_message_for(session, actor, message_id)
        require(actor, Permission.EDIT, message_subject(session, found))
        if found.message.deleted_at or found.message.redacted_at:
            raise NotFound
        return render_template(
            "files/message.html",
            page_state=page_state(session, actor),
            place=found.place,
            message=present_message(session, found.place.room.id, found.message),
        )
