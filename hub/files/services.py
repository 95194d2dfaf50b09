"""Uploads, files that follow their message later, and taking one away again."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.files.happenings import ContentSettled
from hub.files.models import Attachment, Blob
from hub.files.presenters import attachment_data
from hub.files.queries import used_bytes
from hub.files.refusal import FileRefused
from hub.people.models import Organisation
from hub.security.permissions import Permission, Subject, require
from hub.statements import upsert

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
        held=command.scan == "held",
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
    released = command.scan == "clean" and _release(session, command.digest)
    if known is not None and (before != scan or released):
        happened(session, None, ContentSettled(command.digest))
    if not command.path.exists():
        raise Vanished
    return blob


def condemn(session: Session, actor: Actor, command: Condemn) -> None:
    """The scanner finds something in a content: nobody is handed it any more, whoever sent it and wherever it hangs.
    Its bytes are the caller's to take away, once that is committed."""
    require(actor, Permission.FILE_ADD, Subject())
    settle(session, command.digest, "infected", of=("unscanned", "clean", "held"))


def settle(session: Session, digest: str, verdict: str, *, of: tuple[str, ...]) -> None:
    """Write down the scanner's word on a content that is known as one `of` these, or of which copies wait for it, and
    tell all who see it. Does nothing when another was faster."""
    known = sa.update(Blob).where(Blob.digest == digest, Blob.scan.in_(of))
    changed = session.execute(known.values(scan=verdict, scanned_at=utc_now())).rowcount  # type: ignore[attr-defined]
    if _release(session, digest) or changed:
        happened(session, None, ContentSettled(digest))


def _release(session: Session, digest: str) -> bool:
    """The scanner has spoken: no copy waits any more. Whether one did."""
    waiting = sa.update(Attachment).where(Attachment.digest == digest, Attachment.held.is_(True))
    return bool(session.execute(waiting.values(held=False)).rowcount)  # type: ignore[attr-defined]
