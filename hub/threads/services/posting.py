"""Opening threads and posting messages."""

from typing import Any, cast

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from hub.actor import Actor
from hub.clock import iso, utc_now
from hub.commits import pace_room
from hub.errors import Closed, ValidationFailed
from hub.events.happenings import happened
from hub.feed.log import Appended, append
from hub.feed.streams import room_stream
from hub.feed.submissions import Receipt, once
from hub.files.attaching import attach
from hub.files.presenters import attachments_of_messages
from hub.people.authors import author_of_actor
from hub.rooms.models import Room
from hub.rooms.queries import get_room_for, is_paused, room_subject
from hub.security.permissions import Permission, require
from hub.statements import upsert
from hub.text import POLICY
from hub.text_ahead import rendered, titled
from hub.threads.commands import OpenThread, PostMessage
from hub.threads.consultations.services import begin_consultation
from hub.threads.following import followers_of
from hub.threads.happenings import Call, MessagePosted, ThreadOpened
from hub.threads.input import TITLE_CHARS, TITLE_FROM_BODY_CHARS, checked_body, checked_line
from hub.threads.mentions import Target, mentions_in, record_mentions
from hub.threads.models import Draft, Message, ReadMark, Thread
from hub.threads.presenters import message_data, thread_data
from hub.threads.pseudonyms.writing import under_alias
from hub.threads.queries import Place, get_thread_for

OPENS = {
    "consultation": Permission.CONSULTATION_OPEN,
    "notice": Permission.NOTICE_OPEN,
    "talk": Permission.POST,
}

# The statements of every post are built once: building them would cost as much as running them.
_RAISE_POSITION = (
    sa.update(Thread)
    .where(Thread.id == sa.bindparam("thread_id"))
    .values(last_position=Thread.last_position + 1, last_message_at=sa.bindparam("now"))
    .returning(Thread.last_position)
)
_DROP_DRAFT = sa.delete(Draft).where(Draft.staff_id == sa.bindparam("writer"), Draft.place == sa.bindparam("at"))


@once
def open_thread(session: Session, actor: Actor, command: OpenThread) -> Receipt:
    """A new thread with its first message; appends thread:opened and message:posted.

    A consultation needs no title: the first line of its body stands in. Raises NotFound, Forbidden, Closed,
    ValidationFailed.
    """
    room = get_room_for(session, actor, command.room_id)
    require(actor, OPENS[command.kind], room_subject(room))
    if room.archived_at or is_paused(room):
        raise Closed
    body = _body(command)
    title = checked_line(command.title, max_chars=TITLE_CHARS, field="title") if command.title else ""
    thread = _new_thread(session, actor, command, title or titled(session, body, TITLE_FROM_BODY_CHARS))
    consultation = begin_consultation(session, actor, room, thread) if command.kind == "consultation" else None
    # The opening event shows the thread before its first message, which follows as an event of its own.
    opened = thread_data(thread, author_of_actor(actor), consultation)
    append(session, room_stream(room.id), "thread:opened", cast(dict[str, Any], opened), thread_id=thread.id)
    happened(session, actor, ThreadOpened(thread.id))
    return _write(session, actor, Place(thread, room), Message(body=body), command)


def _new_thread(session: Session, actor: Actor, command: OpenThread, title: str) -> Thread:
    now = utc_now()
    thread = Thread(
        room_id=command.room_id,
        kind=command.kind,
        title=title,
        titled=bool(command.title),
        urgency=(command.urgency or "normal") if command.kind == "consultation" else None,
        version=1,
        last_position=0,
        last_message_at=now,
        created_at=now,
        opened_by_id=actor.staff_id,
        opened_posting_id=actor.posting_id,
        opened_writer_name=written_as(actor),
        summary_version=0,
    )
    session.add(thread)
    session.flush()
    return thread


@under_alias
@once
def post_message(session: Session, actor: Actor, command: PostMessage) -> Receipt:
    """A further message; appends message:posted. Raises NotFound, Forbidden, Closed, ValidationFailed."""
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.POST, place.subject)
    if command.mark == "official":
        require(actor, Permission.MARK_OFFICIAL, place.subject)
    require_open(place)
    replied = _replied(session, place, command.reply_to)
    message = Message(body=_body(command), mark=command.mark, reply_to_id=replied and replied.id)
    return _write(session, actor, place, message, command, replied)


def require_open(place: Place) -> None:
    """Raises Closed when the thread is locked or its room archived."""
    if place.thread.locked_at or place.room.archived_at:
        raise Closed


def written_as(actor: Actor) -> str:
    """記入者名 of a shared account; raises ValidationFailed while it has none. Empty for everybody else."""
    if actor.shared and not actor.writer_name:
        raise ValidationFailed({"writer_name": _("共用アカウントでは、先に記入者名を入力してください。")})
    return actor.writer_name if actor.shared else ""


def _body(command: OpenThread | PostMessage) -> str:
    """Files may come without a word. That is said to readers, each in their own language, and not stored."""
    if command.attachment_ids and not command.body.strip():
        return ""
    return checked_body(command.body)


def _replied(session: Session, place: Place, message_id: int | None) -> Message | None:
    if message_id is None:
        return None
    message = session.get(Message, message_id)
    if message is None or message.thread_id != place.thread.id:
        raise ValidationFailed({"reply_to": _("返信先の投稿が見つかりません。")})
    return message


def _write(
    session: Session,
    actor: Actor,
    place: Place,
    message: Message,
    command: OpenThread | PostMessage,
    replied: Message | None = None,
) -> Receipt:
    """Give the message its place, store it with all that follows from it, and append its event."""
    targets = mentions_in(session, place.room.audience_id, message.body)
    message.body_html = rendered(session, message.body, {t.name for t in targets})
    pace_room(session, place.room.id)  # counts, so it comes after what may have to be tried again
    now = utc_now()
    message.thread_id = place.thread.id
    message.position = _next_position(session, place.thread, now)
    message.policy = POLICY
    message.author_id, message.posting_id, message.writer_name = actor.staff_id, actor.posting_id, written_as(actor)
    message.created_at = now
    session.add(message)
    session.flush()
    attach(session, actor, command.attachment_ids, message_id=message.id)
    record_mentions(session, message, targets)
    _tidy_up_after(session, actor, place, message)
    posted = MessagePosted(
        message.id,
        place.thread.id,
        place.room.id,
        message.position,
        message.mark,
        settled=isinstance(command, PostMessage) and command.settled,
        calls=_calls(session, actor, place, targets, replied),
    )
    happened(session, actor, posted)
    event = _announce(session, actor, place.room, message, command, replied)
    return Receipt(_receipt_ids(message), event)


def _calls(
    session: Session, actor: Actor, place: Place, targets: list[Target], replied: Message | None
) -> tuple[Call, ...]:
    """Everybody once: whoever is named, the author of what is replied to, and those who follow the thread. Nobody calls
    themselves."""
    called = {actor.staff_id}
    calls: list[Call] = []
    named = [Call(target.id, "mention") for target in targets if target.holder == "staff"]
    replies = [Call(replied.author_id, "reply")] if replied else []
    followers = followers_of(session, place, but=actor.staff_id)
    for call in [*named, *replies, *(Call(id_, "answer") for id_ in followers)]:
        if call.staff_id not in called:
            called.add(call.staff_id)
            calls.append(call)
    return tuple(calls)


def _next_position(session: Session, thread: Thread, now: Any) -> int:
    """Raising the thread's own row hands out positions without gaps: a second writer waits here for this commit."""
    row = {"thread_id": thread.id, "now": now}
    position = int(session.connection().execute(_RAISE_POSITION, row).scalar_one())
    set_committed_value(thread, "last_position", position)
    set_committed_value(thread, "last_message_at", now)
    return position


def _tidy_up_after(session: Session, actor: Actor, place: Place, message: Message) -> None:
    """The author has read what they wrote, and its draft is done with."""
    mark = {"staff_id": actor.staff_id, "thread_id": place.thread.id, "position": message.position}
    upsert(session, ReadMark, ("staff_id", "thread_id"), mark)
    draft = f"room:{place.room.id}" if message.position == 1 else f"thread:{place.thread.id}"
    session.connection().execute(_DROP_DRAFT, {"writer": actor.staff_id, "at": draft})


def _announce(
    session: Session,
    actor: Actor,
    room: Room,
    message: Message,
    command: OpenThread | PostMessage,
    replied: Message | None,
) -> Appended:
    # Asked for only when there are any: posting is the most frequent thing there is.
    files = attachments_of_messages(session, [message.id]) if command.attachment_ids else {}
    data = message_data(
        message,
        room.id,
        author_of_actor(actor),
        reply_position=replied.position if replied else None,
        attachments=files.get(message.id),
        client_id=command.client_id,
    )
    stream = room_stream(room.id)
    ids = {"thread_id": message.thread_id, "message_id": message.id}
    return append(session, stream, "message:posted", cast(dict[str, Any], data), **ids)


def _receipt_ids(message: Message) -> dict[str, Any]:
    return {
        "thread_id": str(message.thread_id),
        "message_id": str(message.id),
        "position": message.position,
        "created_at": iso(message.created_at),
    }
