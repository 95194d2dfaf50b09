"""Files of a message after it was written: hung on it, and taken away."""

from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass as strict_dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.attachments.announcing import announce_attachments
from hub.errors import NotFound
from hub.events.happenings import happened
from hub.feed.log import rewrite
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.files.attaching import attach, count_on_message
from hub.files.happenings import AttachmentRemoved
from hub.files.models import Attachment
from hub.security.permissions import Permission, require
from hub.threads.queries import Found, get_message_for, message_subject
from hub.threads.services.posting import require_open


@strict_dataclass(config=STRICT)
class AddToMessage:
    message_id: Id
    attachment_ids: Annotated[list[Id], Field(min_length=1, max_length=20)]


@strict_dataclass(config=STRICT)
class RemoveAttachment:
    attachment_id: Id


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
    # Locked: a post in another tab may be hanging it on a message right now, whose readers then have to hear of it.
    attachment = session.get(Attachment, command.attachment_id, with_for_update=True)
    if attachment is None or attachment.note_id is not None or attachment.case_id is not None:
        raise NotFound
    if attachment.message_id is None:
        if attachment.uploader_id != actor.staff_id:
            raise NotFound
        session.delete(attachment)
        return Receipt()
    found = _own_message(session, actor, attachment.message_id)
    session.delete(attachment)
    session.flush()
    _forget_in_log(session, found, str(attachment.id))
    room = found.place.room
    removed = AttachmentRemoved(
        attachment_id=attachment.id, message_id=found.message.id, organisation_id=room.organisation_id
    )
    happened(session, actor, removed)
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
