"""Saying that something was written, changed or taken away. Part of the writer's own transaction: a crash loses
nothing, and from the commit on the old document is not found any more."""

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.db import after_commit
from hub.feed.log import Appended, listen
from hub.notes.models import Note
from hub.search.models import SearchChange
from hub.threads.models import Message

_INSERT = sa.insert(SearchChange)
_wake: list[Callable[[], None]] = []  # the indexer of this process


def outdated(session: Session, kind: str, ref_ids: Iterable[int]) -> None:
    """The documents of these rows have to be made anew."""
    rows = [{"kind": kind, "ref_id": ref_id} for ref_id in ref_ids]
    if rows:
        session.connection().execute(_INSERT, rows)
        after_commit(session, wake)


def wake() -> None:
    for call in _wake:
        call()


def when_written(call: Callable[[], None]) -> None:
    """Call after each commit of this process that changed something findable."""
    _wake[:] = [call]


def follow(session: Session, event: Appended) -> None:
    """What the feed says of threads, messages and notes, the index hears from it too."""
    if event.type in ("message:posted", "message:edited", "message:deleted") and event.message_id:
        first = event.data["position"] == 1
        outdated(session, *(("thread", [_thread_of(event)]) if first else ("message", [event.message_id])))
    elif event.type in ("thread:opened", "thread:changed"):
        outdated(session, "thread", [_thread_of(event)])
    elif event.type == "thread:arrived":
        _whole_thread(session, _thread_of(event))
    elif event.type == "note:posted":
        outdated(session, "note", [int(event.data["note_id"])])


def _thread_of(event: Appended) -> int:
    assert event.thread_id is not None  # noqa: S101 - every event of a thread names it
    return event.thread_id


def _whole_thread(session: Session, thread_id: int) -> None:
    """It stands in another room now: everything of it has other readers."""
    outdated(session, "thread", [thread_id])
    for kind, model in (("message", Message), ("note", Note)):
        columns: Any = model
        outdated(session, kind, session.scalars(sa.select(columns.id).where(columns.thread_id == thread_id)))


listen(follow)
