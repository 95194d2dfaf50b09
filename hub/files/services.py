"""Uploads, files that follow their message later, and taking one away again."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast

import sqlalchemy as sa
from pydantic import Field
from pydantic.dataclasses import dataclass as strict_dataclass
from sqlalchemy.orm import Session

from hub.accounts.models import Organisation
from hub.clock import utc_now
from hub.errors import NotFound
from hub.feed.log import rewrite
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.files.announcing import announce_attachments, announce_content
from hub.files.attaching import attach, count_on_message
from hub.files.models import Attachment, Blob
from hub.files.presenters import attachment_data
from hub.files.queries import used_bytes
from hub.files.refusal import FileRefused
from hub.records.audit import record
from hub.search.outbox import outdated
from hub.security.actor import Actor
from hub.security.permissions import Permission, Subject, require
from hub.statements import upsert
from hub.threads.queries import Found, get_message_for, message_subject
from hub.threads.services.posting import require_open

_ID_FROM, _ID_TO = 10**17, 10**18  # as many digits as an id may have, and always as many


@dataclass(frozen=True)
class AddUpload:
    """An examined file whose bytes lie in the vault already, at `path`."""

    path: Path
    digest: str
    name: str
    kind: str
    media_type: str
    size_bytes: int
    scan: str
    width: int | None
    height: int | None
    quota_bytes: int


class Vanished(Exception):
    """The bytes were taken away just now, with the last attachment that showed them: put them there again."""


@dataclass(frozen=True)
class Condemn:
    digest: str


@strict_dataclass(config=STRICT)
class AddToMessage:
    message_id: Id
    attachment_ids: Annotated[list[Id], Field(min_length=1, max_length=20)]


@strict_dataclass(config=STRICT)
class RemoveAttachment:
    attachment_id: Id


def add_upload(session: Session, actor: Actor, command: AddUpload) -> Receipt:
    """A file of the actor's own, to be hung on something within a day. Raises FileRefused over the quota, Vanished."""
    require(actor, Permission.FILE_ADD, Subject())
    session.get_one(Organisation, actor.organisation_id, with_for_update=True)  # two uploads at once count both
    if used_bytes(session, actor.organisation_id) + command.size_bytes > command.quota_bytes:
        raise FileRefused("quota")
    blob = _keep_blob(session, command)
    attachment = Attachment(
        id=_ID_FROM + secrets.randbelow(_ID_TO - _ID_FROM),
        digest=command.digest,
        name=command.name,
        kind=command.kind,
        media_type=command.media_type,
        uploader_id=actor.staff_id,
        organisation_id=actor.organisation_id,
        place=0,
        created_at=utc_now(),
    )
    session.add(attachment)
    session.flush()
    return Receipt(cast(dict[str, Any], attachment_data(attachment, blob)))


def _keep_blob(session: Session, command: AddUpload) -> Blob:
    """The row of the content. It waits for a caretaker who is taking the same content away, and for another verdict."""
    known = session.get(Blob, command.digest, with_for_update=True)
    before = known.scan if known is not None else "unscanned"
    # What the scanner once said stands while it has nothing to say. That it was never asked says nothing.
    scan = command.scan if command.scan == "clean" or before == "unscanned" else before
    values = {
        "digest": command.digest,
        "size_bytes": command.size_bytes,
        "scan": scan,
        "scanned_at": utc_now() if scan == "clean" else None,
        "width": command.width,
        "height": command.height,
        "created_at": utc_now(),
    }
    upsert(session, Blob, ("digest",), values)
    blob = session.get_one(Blob, command.digest, populate_existing=True)
    if known is not None and before != scan:
        announce_content(session, command.digest)
    if not command.path.exists():
        raise Vanished
    return blob


def condemn(session: Session, actor: Actor, command: Condemn) -> None:
    """The scanner finds something in a content: nobody is handed it any more, whoever sent it and wherever it hangs.
    Its bytes are the caller's to take away, once that is committed."""
    require(actor, Permission.FILE_ADD, Subject())
    settle(session, command.digest, "infected", of=("unscanned", "clean", "held"))


def settle(session: Session, digest: str, verdict: str, *, of: tuple[str, ...]) -> None:
    """Write down the scanner's word on a content that is known as one `of` these, and tell all who see it. Does
    nothing when another was faster."""
    known = sa.update(Blob).where(Blob.digest == digest, Blob.scan.in_(of))
    if session.execute(known.values(scan=verdict, scanned_at=utc_now())).rowcount:  # type: ignore[attr-defined]
        announce_content(session, digest)


def add_to_message(session: Session, actor: Actor, command: AddToMessage) -> Receipt:
    """Files that come after their message, as where a gateway holds them up. Appends attachments:changed.

    Raises NotFound, Forbidden, Closed, ValidationFailed.
    """
    found = _own_message(session, actor, command.message_id)
    already = count_on_message(session, command.message_id)
    attach(session, actor, command.attachment_ids, already=already, message_id=command.message_id)
    return Receipt(event=announce_attachments(session, found))


def remove_attachment(session: Session, actor: Actor, command: RemoveAttachment) -> Receipt:
    """Take a file away: the actor's own upload, or one of the actor's own message. It leaves the log as well.

    Raises NotFound, Forbidden, Closed.
    """
    attachment = session.get(Attachment, command.attachment_id)
    if attachment is None or attachment.note_id is not None or attachment.case_id is not None:
        raise NotFound
    if attachment.message_id is None:
        if attachment.uploader_id != actor.staff_id:
            raise NotFound
        session.delete(attachment)
        return Receipt()
    found = _own_message(session, actor, attachment.message_id)
    session.delete(attachment)
    outdated(session, "file", [attachment.id])
    session.flush()
    _forget_in_log(session, found, str(attachment.id))
    room = found.place.room
    record(session, actor, "attachment.removed", f"message:{found.message.id}", organisation_id=room.organisation_id)
    return Receipt(event=announce_attachments(session, found))


def _own_message(session: Session, actor: Actor, message_id: int) -> Found:
    found = get_message_for(session, actor, message_id)
    require(actor, Permission.EDIT, message_subject(session, found))
    require_open(found.place)
    if found.message.deleted_at or found.message.redacted_at:
        raise NotFound
    return found


def _forget_in_log(session: Session, found: Found, attachment_id: str) -> None:
    """What the log said of the file before it was taken away."""

    def without(data: dict[str, Any]) -> dict[str, Any]:
        if "messages" in data:
            return {**data, "messages": [without(message) for message in data["messages"]]}
        kept = [file for file in data["attachments"] if file["attachment_id"] != attachment_id]
        return {**data, "attachments": kept}

    types = ("message:posted", "message:edited", "attachments:changed", "thread:arrived")
    rewrite(session, found.message.thread_id, types, without)
