"""Saying that something was written, changed or taken away. Part of the writer's own transaction: a crash loses
nothing, and from the commit on the old document is not found any more."""

from collections.abc import Callable, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Posting, Section
from hub.commits import after_commit
from hub.feed.log import Appended, listen
from hub.files.models import Attachment
from hub.notes.models import Note
from hub.search.models import SearchChange
from hub.search.sources.conversations import STANDING
from hub.threads.models import Message, Thread

_INSERT = sa.insert(SearchChange)
_wake: list[Callable[[], None]] = []  # the indexer of this process


def outdated(session: Session, kind: str, ref_ids: Iterable[int]) -> None:
    """The documents of these rows have to be made anew."""
    rows = [{"kind": kind, "ref_id": ref_id} for ref_id in ref_ids]
    if rows:
        session.connection().execute(_INSERT, rows)
        after_commit(session, wake)


def outdated_case(session: Session, case_id: int) -> None:
    """A case with its files: what it names and who reads it may have changed."""
    outdated_cases(session, [case_id])


def outdated_cases(session: Session, case_ids: list[int]) -> None:
    outdated(session, "case", case_ids)
    outdated(session, "file", session.scalars(sa.select(Attachment.id).where(Attachment.case_id.in_(case_ids))))


def outdated_organisation(session: Session, organisation_id: int) -> None:
    """A body with its people, who are found under its name."""
    outdated(session, "organisation", [organisation_id])
    there = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id)
    query = there.where(Section.organisation_id == organisation_id).distinct().order_by(Posting.staff_id)
    outdated(session, "person", session.scalars(query))


def outdated_consultation(session: Session, thread_id: int) -> None:
    """It is in another state, and what was said in it is found by that too."""
    _whole_threads(session, sa.select(Thread.id).where(Thread.id == thread_id))


def outdated_room(session: Session, room_id: int) -> None:
    """Others read the room from now on."""
    _whole_threads(session, sa.select(Thread.id).where(Thread.room_id == room_id))


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
        if not first:
            outdated(session, "message", [event.message_id])
        if first or _changes_writers(session, event):
            outdated(session, "thread", [_thread_of(event)])
    elif event.type in ("thread:opened", "thread:changed"):
        outdated(session, "thread", [_thread_of(event)])
    elif event.type == "thread:arrived":
        _whole_threads(session, sa.select(Thread.id).where(Thread.id == _thread_of(event)))
    elif event.type == "note:posted":
        outdated(session, "note", [int(event.data["note_id"])])


def _changes_writers(session: Session, event: Appended) -> bool:
    """Whether there may be one more, or one less, of those who wrote in the thread: it is found by their names."""
    if event.type == "message:edited":
        return False
    author = sa.select(Message.author_id).where(Message.id == event.message_id).scalar_subquery()
    others = sa.select(Message.id).where(Message.thread_id == event.thread_id, Message.id != event.message_id)
    return session.scalar(others.where(Message.author_id == author, STANDING).limit(1)) is None


def _thread_of(event: Appended) -> int:
    assert event.thread_id is not None  # noqa: S101 - every event of a thread names it
    return event.thread_id


def _whole_threads(session: Session, threads: sa.Select[int]) -> None:
    """Everything of them has other readers, or another state, now."""
    messages = sa.select(Message.id).where(Message.thread_id.in_(threads))
    notes = sa.select(Note.id).where(Note.thread_id.in_(threads))
    hanging = sa.or_(Attachment.message_id.in_(messages), Attachment.note_id.in_(notes))
    files = sa.select(Attachment.id).where(hanging)
    for kind, ids in (("thread", threads), ("message", messages), ("note", notes), ("file", files)):
        outdated(session, kind, session.scalars(ids))


listen(follow)
