"""Editing, deleting and redacting messages."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Conflict, NotFound
from hub.events.happenings import happened
from hub.feed.log import Appended, newest_of
from hub.feed.submissions import Receipt
from hub.security.permissions import Permission, require
from hub.text import POLICY
from hub.text_ahead import rendered, titled
from hub.threads.announce import announce_edit, announce_thread
from hub.threads.commands import DeleteMessage, EditMessage, RedactMessage
from hub.threads.erasing import erase_message
from hub.threads.happenings import MessageRedacted
from hub.threads.input import REASON_CHARS, TITLE_FROM_BODY_CHARS, checked_body, checked_line
from hub.threads.mentions import mentions_in
from hub.threads.models import Message, Revision
from hub.threads.pseudonyms.writing import under_alias
from hub.threads.queries import Found, Place, get_message_for, hold, message_subject
from hub.threads.services.posting import require_open


@under_alias
def edit_message(session: Session, actor: Actor, command: EditMessage) -> Receipt:
    """Replace the text, keeping the earlier one; appends message:edited. Nobody is called anew by an edit.

    The same edit once more, because its answer was lost on the way, is answered as at first. Raises NotFound,
    Forbidden, Closed, ValidationFailed, and Conflict when `version` is not the newest.
    """
    found = _changeable(session, actor, command.message_id, Permission.EDIT)
    message = found.message
    body = checked_body(command.body)
    if (message.version, message.body) == (command.version + 1, body) and (done := _edited(session, message)):
        return Receipt({"version": message.version}, done)
    written_at = message.edited_at or message.created_at
    earlier = Revision(
        message_id=message.id,
        version=message.version,
        body=message.body,
        body_html=message.body_html,
        written_at=written_at,
    )
    names = {t.name for t in mentions_in(session, found.place.room.audience_id, body)}
    changed = sa.update(Message).where(Message.id == message.id, Message.version == command.version)
    values = {
        "version": command.version + 1,
        "body": body,
        "body_html": rendered(session, body, names),
        "policy": POLICY,
    }
    # The version stands in the condition: of two who edit at the same moment the later one finds no row.
    if not session.execute(changed.values(**values, edited_at=utc_now())).rowcount:  # type: ignore[attr-defined]
        raise Conflict
    session.add(earlier)
    session.refresh(message)
    if message.position == 1:
        _follow_with_title(session, found.place, body)
    event = announce_edit(session, found.place, message)
    return Receipt({"version": message.version}, event)


def _edited(session: Session, message: Message) -> Appended | None:
    return newest_of(session, "message:edited", thread_id=message.thread_id, message_id=message.id)


def _follow_with_title(session: Session, place: Place, body: str) -> None:
    hold(session, place.thread)
    if not place.thread.titled:
        place.thread.title = titled(session, body, TITLE_FROM_BODY_CHARS)
        announce_thread(session, place)


@under_alias
def delete_message(session: Session, actor: Actor, command: DeleteMessage) -> Receipt:
    """Take the author's own text away and leave a tombstone; appends message:deleted."""
    found = _changeable(session, actor, command.message_id, Permission.DELETE)
    found.message.deleted_at = utc_now()
    return erase_message(session, found)


def redact_message(session: Session, actor: Actor, command: RedactMessage) -> Receipt:
    """墨消し: the text leaves body, revisions, events, drafts and whatever pointed at it; who, when and why stays.

    Raises NotFound, Forbidden, ValidationFailed when no reason is given.
    """
    found = get_message_for(session, actor, command.message_id)
    require(actor, Permission.REDACT, message_subject(session, found))
    if found.message.redacted_at:
        raise NotFound
    reason = checked_line(command.reason, max_chars=REASON_CHARS, field="reason")
    message = found.message
    message.redacted_at, message.redacted_by_id, message.redaction_reason = utc_now(), actor.staff_id, reason
    redacted = MessageRedacted(message_id=message.id, organisation_id=found.place.room.organisation_id)
    happened(session, actor, redacted)
    return erase_message(session, found)


def _changeable(session: Session, actor: Actor, message_id: int, permission: Permission) -> Found:
    """A living message that the actor may change. Raises NotFound, Forbidden, Closed."""
    found = get_message_for(session, actor, message_id)
    require(actor, permission, message_subject(session, found))
    require_open(found.place)
    if found.message.deleted_at or found.message.redacted_at:
        raise NotFound
    return found
