"""Storing new messages, with all that follows from them: one statement of each kind for however many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import iso, utc_now
from hub.events.happenings import happened
from hub.feed.contracts import AttachmentData
from hub.feed.log import append
from hub.feed.streams import room_stream
from hub.feed.submissions import Receipt
from hub.files.attaching import hang_on_messages
from hub.files.presenters import attachments_of_messages
from hub.people.authors import author_of_actor
from hub.statements import upsert_many
from hub.text import POLICY
from hub.threads.following import Heard, followers_of
from hub.threads.happenings import Call, MessagePosted
from hub.threads.mentions import Target, record_mentions
from hub.threads.models import Draft, Message, ReadMark, Thread
from hub.threads.new_message import NewMessage
from hub.threads.presenters import message_data

# The statements of every post are built once: building them would cost as much as running them.
_INSERT = sa.insert(Message).returning(Message.id, Message.thread_id, Message.position)
_RAISE_POSITION = (
    sa.update(Thread)
    .where(Thread.id == sa.bindparam("thread"))
    .values(last_position=sa.bindparam("position"), last_message_at=sa.bindparam("now"))
)
_DROP_DRAFT = sa.delete(Draft).where(Draft.staff_id == sa.bindparam("writer"), Draft.place == sa.bindparam("at"))


class Where(NamedTuple):
    """The thread of a new message as it stands, held by this transaction until its end."""

    thread_id: int
    room_id: int
    audience_id: int
    opened_by_id: int
    last_position: int


class Replied(NamedTuple):
    message_id: int
    author_id: int
    position: int


@dataclass(frozen=True)
class Accepted:
    """A message that may be written. `drafted_by` is whose draft it was: an alias has none, nor what was not
    written in the composer."""

    actor: Actor
    where: Where
    client_id: str
    body: str
    body_html: str
    writer_name: str
    targets: Sequence[Target]
    drafted_by: int | None
    mark: str | None = None
    replied: Replied | None = None
    attachment_ids: Sequence[int] = ()
    settled: bool = False


@dataclass(kw_only=True)
class Written(NewMessage):
    """With what it was made of."""

    asked: Accepted


def store(session: Session, accepted: Sequence[Accepted]) -> list[Receipt]:
    """A receipt for each; appends message:posted for each. The threads are held: their positions have no gaps."""
    written = _insert(session, accepted)
    hang_on_messages(session, [(one.asked.actor, one.id, one.asked.attachment_ids) for one in written])
    record_mentions(session, [(one, one.asked.targets) for one in written])
    _tidy_up(session, written)
    heard = {one.where.thread_id: _heard(one.where) for one in accepted}
    followers = followers_of(session, heard.values())
    with_files = [one.id for one in written if one.asked.attachment_ids]
    files = attachments_of_messages(session, with_files)
    return [_announce(session, one, followers[one.thread_id], files.get(one.id)) for one in written]


def _heard(where: Where) -> Heard:
    return Heard(where.thread_id, where.audience_id, where.opened_by_id)


def _insert(session: Session, accepted: Sequence[Accepted]) -> list[Written]:
    """The rows, each at its place in its thread."""
    now, last = utc_now(), {one.where.thread_id: one.where.last_position for one in accepted}
    rows: list[dict[str, Any]] = []
    for one in accepted:
        last[one.where.thread_id] += 1
        rows.append(_row(one, last[one.where.thread_id], now))
    connection = session.connection()
    raised = [{"thread": thread_id, "position": last[thread_id], "now": now} for thread_id in sorted(last)]
    connection.execute(_RAISE_POSITION, raised)
    # In what order they come back is the database's affair: asked for in ours, SQLite would get one after the other.
    ids = {(thread_id, position): id_ for id_, thread_id, position in connection.execute(_INSERT, rows)}
    shown = ("thread_id", "position", "body", "body_html", "mark", "reply_to_id", "created_at")
    return [
        Written(asked=one, id=ids[row["thread_id"], row["position"]], **{name: row[name] for name in shown})
        for one, row in zip(accepted, rows, strict=True)
    ]


def _row(one: Accepted, position: int, now: datetime) -> dict[str, Any]:
    return {
        "thread_id": one.where.thread_id,
        "position": position,
        "version": 1,
        "author_id": one.actor.staff_id,
        "posting_id": one.actor.posting_id,
        "writer_name": one.writer_name,
        "mark": one.mark,
        "body": one.body,
        "body_html": one.body_html,
        "policy": POLICY,
        "reply_to_id": one.replied.message_id if one.replied else None,
        "created_at": now,
    }


def _tidy_up(session: Session, written: Sequence[Written]) -> None:
    """Authors have read what they wrote, and its draft is done with."""
    marks, drafts = {}, set()
    for one in written:
        marks[one.asked.actor.staff_id, one.thread_id] = one.position
        place = f"room:{one.asked.where.room_id}" if one.position == 1 else f"thread:{one.thread_id}"
        if one.asked.drafted_by is not None:
            drafts.add((one.asked.drafted_by, place))
    rows = [{"staff_id": who, "thread_id": where, "position": marks[who, where]} for who, where in sorted(marks)]
    upsert_many(session, ReadMark, ("staff_id", "thread_id"), rows)
    if drafts:
        session.connection().execute(_DROP_DRAFT, [{"writer": who, "at": place} for who, place in sorted(drafts)])


def _announce(session: Session, one: Written, followers: Sequence[int], files: list[AttachmentData] | None) -> Receipt:
    asked, where = one.asked, one.asked.where
    calls = _calls(asked, followers)
    posted = MessagePosted(one.id, one.thread_id, where.room_id, one.position, one.mark, asked.settled, calls)
    happened(session, asked.actor, posted)
    data = message_data(
        one,
        where.room_id,
        author_of_actor(asked.actor),
        reply_position=asked.replied.position if asked.replied else None,
        attachments=files,
        client_id=asked.client_id,
    )
    ids = {"thread_id": one.thread_id, "message_id": one.id}
    event = append(session, room_stream(where.room_id), "message:posted", cast(dict[str, Any], data), **ids)
    return Receipt(_receipt_ids(one), event)


def _calls(asked: Accepted, followers: Sequence[int]) -> tuple[Call, ...]:
    """Everybody once: whoever is named, the author of what is replied to, and those who follow the thread. Nobody calls
    themselves."""
    called = {asked.actor.staff_id}
    calls: list[Call] = []
    named = [Call(target.id, "mention") for target in asked.targets if target.holder == "staff"]
    replies = [Call(asked.replied.author_id, "reply")] if asked.replied else []
    for call in [*named, *replies, *(Call(id_, "answer") for id_ in followers)]:
        if call.staff_id not in called:
            called.add(call.staff_id)
            calls.append(call)
    return tuple(calls)


def _receipt_ids(one: Written) -> dict[str, Any]:
    return {
        "thread_id": str(one.thread_id),
        "message_id": str(one.id),
        "position": one.position,
        "created_at": iso(one.created_at),
    }
