"""What is private to one reader: read marks, drafts, preferences."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import NotFound
from hub.events.happenings import happened
from hub.feed.log import append
from hub.feed.streams import user_stream
from hub.feed.submissions import Receipt
from hub.rooms.queries import get_room_for
from hub.security.permissions import Permission, require
from hub.statements import upsert
from hub.text_chars import TextRefused, clean_source
from hub.threads.above import above
from hub.threads.commands import MarkRead, PreferThread, SaveDraft
from hub.threads.happenings import ThreadRead
from hub.threads.input import BODY_CHARS, checked_body
from hub.threads.models import ERASED, Draft, Message, ReadMark, ThreadPreference
from hub.threads.queries import get_message_for, get_thread_for


def mark_read(session: Session, actor: Actor, command: MarkRead) -> Receipt:
    """Move the actor's own mark forward, never back; appends mark:moved to their own stream when it moved."""
    place = get_thread_for(session, actor, command.thread_id)
    key = {"staff_id": actor.staff_id, "thread_id": command.thread_id}
    position = min(command.position, place.thread.last_position)
    happened(session, actor, ThreadRead(command.thread_id, position))
    before = session.execute(sa.select(ReadMark.position).filter_by(**key)).scalar() or 0
    if position <= before:
        return Receipt()
    upsert(session, ReadMark, ("staff_id", "thread_id"), {**key, "position": position})
    erased = sa.select(sa.func.count()).where(
        Message.thread_id == command.thread_id, Message.position > position, ERASED
    )
    unread = place.thread.last_position - position - session.execute(erased).scalar_one()
    data = {
        "room_id": str(place.room.id),
        "thread_id": str(command.thread_id),
        "position": position,
        "unread": unread,
    }
    append(session, user_stream(actor.staff_id), "mark:moved", data)
    return Receipt()


def save_draft(session: Session, actor: Actor, command: SaveDraft) -> Receipt:
    """Keep a text not yet sent; an empty one takes the draft away. Raises NotFound where the actor may not write."""
    kind, _colon, number = command.place.partition(":")
    _require_place(session, actor, kind, int(number))
    key = {"staff_id": actor.staff_id, "place": command.place}
    if _is_empty(command.body):
        session.execute(sa.delete(Draft).filter_by(**key))
    else:
        body = checked_body(command.body, max_chars=BODY_CHARS * 2)
        upsert(session, Draft, ("staff_id", "place"), {**key, "body": body, "updated_at": utc_now()})
    return Receipt()


def _is_empty(body: str) -> bool:
    try:
        clean_source(body, max_chars=len(body) + 1)
    except TextRefused as fault:
        return fault.reason == "empty"
    return False


def _require_place(session: Session, actor: Actor, kind: str, id_: int) -> None:
    if kind == "room":
        get_room_for(session, actor, id_)
    elif kind == "message":
        found = get_message_for(session, actor, id_)
        if found.message.author_id != actor.staff_id or found.message.deleted_at or found.message.redacted_at:
            raise NotFound
    elif kind in above().draft_places:
        above().draft_places[kind](session, actor, id_)
    else:
        place = get_thread_for(session, actor, id_)
        if kind == "note":
            require(actor, Permission.NOTE_POST, place.subject)


def prefer_thread(session: Session, actor: Actor, command: PreferThread) -> Receipt:
    """Follow or mute a thread, for oneself."""
    get_thread_for(session, actor, command.thread_id)
    key = {"staff_id": actor.staff_id, "thread_id": command.thread_id}
    values = {**key, "following": command.following, "muted": command.muted}
    upsert(session, ThreadPreference, ("staff_id", "thread_id"), values)
    return Receipt()
