"""Writing to the feed. Appends are collected while a service runs; at the end of its transaction the heads are raised
in stream-key order (so no two transactions can deadlock on them) and the events get their seqs: commit order is seq
order, and no hole is ever visible. After the commit the events are published."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.commits import after_commit, before_commit
from hub.feed.models import FeedEvent, Stream
from hub.installation import current_epoch
from hub.statements import among

Change = Callable[[dict[str, Any]], dict[str, Any]]
Publish = Callable[[str, "list[Logged]"], None]

_HEADS = sa.select(Stream.key, Stream.head).where(among(Stream.key, "keys"))
_INSERT = sa.insert(FeedEvent)
_publishers: list[Publish] = []


class Logged(NamedTuple):
    """An event as it was written."""

    stream: str
    seq: int
    type: str
    at: datetime
    data: dict[str, Any]
    thread_id: int | None
    message_id: int | None


@dataclass
class Appended:
    """An event on its way into the log. `seq` is 0 until the end of the transaction."""

    stream: str
    type: str
    data: dict[str, Any]
    thread_id: int | None = None
    message_id: int | None = None
    seq: int = 0


def append(
    session: Session,
    stream: str,
    type_: str,
    data: dict[str, Any],
    *,
    thread_id: int | None = None,
    message_id: int | None = None,
) -> Appended:
    """Add an event to a stream in this transaction. Its seq is known after the service has returned."""
    pending: list[Appended] | None = session.info.get("feed")
    if pending is None:
        pending = session.info["feed"] = []
        before_commit(session, lambda: _settle(session))
    event = Appended(stream, type_, data, thread_id, message_id)
    pending.append(event)
    return event


def when_committed(publish: Publish) -> None:
    """Tell `publish` of committed events, in order: whoever reads or writes the log need not know of sockets."""
    if publish not in _publishers:
        _publishers.append(publish)


def newest_of(session: Session, type_: str, *, thread_id: int, message_id: int | None = None) -> Appended | None:
    """The newest event of a type that the log holds of a message, or of a thread as a whole; None when voided."""
    event = session.scalars(
        sa.select(FeedEvent)
        .where(FeedEvent.type == type_, FeedEvent.thread_id == thread_id, FeedEvent.message_id == message_id)
        .order_by(FeedEvent.id.desc())
        .limit(1)
    ).one_or_none()
    if event is None:
        return None
    return Appended(event.stream, event.type, event.data, thread_id, message_id, event.seq)


def void_message(session: Session, thread_id: int, message_id: int) -> None:
    """Overwrite what the log says of a message; the seqs stay, so no cursor notices a hole."""
    _void(session, FeedEvent.thread_id == thread_id, FeedEvent.message_id == message_id)


def void_thread(session: Session, thread_id: int) -> None:
    """Overwrite what the log says of a thread and its messages. Only that it left a room stays said, for whoever has
    not heard it yet."""
    _void(session, FeedEvent.thread_id == thread_id, FeedEvent.type != "thread:left")


def _void(session: Session, *conditions: sa.ColumnElement[bool]) -> None:
    session.flush()
    overwrite = sa.update(FeedEvent).where(FeedEvent.type != "void", *conditions).values(type="void", data={})
    session.execute(overwrite, execution_options={"synchronize_session": False})


def rewrite(session: Session, thread_id: int, types: tuple[str, ...], change: Change) -> None:
    """Replace the data of a thread's own events of these types in place, where voiding would lose what must stay."""
    query = sa.select(FeedEvent).where(FeedEvent.thread_id == thread_id, FeedEvent.type.in_(types))
    for event in session.scalars(query):
        event.data = change(event.data)
    session.flush()


def rewrite_thread(session: Session, thread_id: int, change: Change) -> None:
    """Replace what the log says of the thread as a whole, wherever it does, and leave its messages as they are."""

    def inside(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "thread": change(data["thread"])} if "thread" in data else change(data)

    rewrite(session, thread_id, ("thread:opened", "thread:changed", "thread:arrived"), inside)


def _settle(session: Session) -> None:
    pending: list[Appended] = session.info.pop("feed")
    now, counts = utc_now(), Counter(event.stream for event in pending)
    heads_now = _raise_heads(session, counts)
    seqs = {stream: heads_now[stream] - count for stream, count in counts.items()}
    for event in pending:
        event.seq = seqs[event.stream] = seqs[event.stream] + 1
    committed = [Logged(e.stream, e.seq, e.type, now, e.data, e.thread_id, e.message_id) for e in pending]
    session.connection().execute(_INSERT, [event._asdict() for event in committed])
    epoch = current_epoch(session)
    for publish in _publishers:
        after_commit(session, partial(publish, epoch, committed))


def _raise_heads(session: Session, counts: Mapping[str, int]) -> dict[str, int]:
    """The new head of each stream: from here to the commit they are held, and all writers take them in one order."""
    rows = [{"key": key, "head": counts[key]} for key in sorted(counts)]
    raised = session.connection().execute(_raise(session.get_bind().dialect.name), rows)
    return {key: int(head) for key, head in raised}


@cache
def _raise(dialect: str) -> Any:
    insert = sqlite.insert(Stream) if dialect == "sqlite" else postgresql.insert(Stream)
    more = {"head": Stream.head + insert.excluded.head}
    return insert.on_conflict_do_update(index_elements=["key"], set_=more).returning(Stream.key, Stream.head)


def heads(session: Session, keys: list[str]) -> dict[str, int]:
    """The newest seq of each stream, 0 where nothing was ever written."""
    found = dict(session.connection().execute(_HEADS, {"keys": keys}).all())
    return {key: found.get(key, 0) for key in keys}
