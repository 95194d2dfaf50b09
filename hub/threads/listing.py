"""The threads of a room as one person sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.feed.contracts import ThreadData
from hub.statements import among
from hub.threads.consultations.models import Consultation
from hub.threads.last_words import LastWord, count_replies, last_words, own_drafts
from hub.threads.models import ReadMark, Thread
from hub.threads.presenters import present_threads
from hub.threads.waiting import ThreadMark, is_unread, thread_marks

PAGE = 50
KINDS = ("consultation", "notice", "talk")
STATES = ("open", "answered", "closed")


@dataclass(frozen=True)
class ThreadRow:
    """`last`, `replies` and `draft` only in the list of a room."""

    data: ThreadData
    mark: ThreadMark
    last: LastWord | None = None
    replies: int = 0
    draft: bool = False

    @property
    def unread(self) -> int:
        return 0 if self.mark.faded else max(0, self.data["last_position"] - self.mark.position - self.mark.erased)


@dataclass(frozen=True)
class Filter:
    """`found`: the threads in which the words `wanted` stand (`hub/search/within.py`); without it words find nothing.
    `kind` and `state` empty = all. `unread`: only where something is. `before_id` continues a list."""

    wanted: str = ""
    found: frozenset[int] = frozenset()
    kind: str = ""
    state: str = ""
    unread: bool = False
    before_id: int | None = None

    @property
    def narrows(self) -> bool:
        return bool(self.wanted or self.kind or self.state or self.unread)


def list_thread_rows(session: Session, actor: Actor, room_id: int, chosen: Filter) -> list[ThreadRow]:
    """Up to PAGE threads, the most recently written first. The room must have been fetched through the actor."""
    query = sa.select(Thread).where(Thread.room_id == room_id, *_conditions(chosen))
    if chosen.before_id is not None:
        last = sa.select(Thread.last_message_at).where(Thread.id == chosen.before_id).scalar_subquery()
        older = sa.and_(Thread.last_message_at == last, Thread.id < chosen.before_id)
        query = query.where(sa.or_(Thread.last_message_at < last, older))
    if chosen.unread:
        mark = sa.and_(ReadMark.thread_id == Thread.id, ReadMark.staff_id == actor.staff_id)
        query = query.outerjoin(ReadMark, mark).where(is_unread())
    newest_first = query.order_by(Thread.last_message_at.desc(), Thread.id.desc()).limit(PAGE)
    return _with_last_words(session, actor, session.scalars(newest_first).all())


def _with_last_words(session: Session, actor: Actor, threads: Sequence[Thread]) -> list[ThreadRow]:
    words = last_words(session, [t.id for t in threads])
    replies = count_replies(session, threads)
    begun = own_drafts(session, actor).thread_ids
    return [
        replace(row, last=words.get(thread.id), replies=replies[thread.id], draft=thread.id in begun)
        for row, thread in zip(thread_rows(session, actor, threads), threads, strict=True)
    ]


def thread_rows(session: Session, actor: Actor, threads: Sequence[Thread]) -> list[ThreadRow]:
    marks = thread_marks(session, actor, [t.id for t in threads])
    return [ThreadRow(data, marks[int(data["thread_id"])]) for data in present_threads(session, threads)]


def _conditions(chosen: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if chosen.kind in KINDS:
        conditions.append(Thread.kind == chosen.kind)
    if chosen.state in STATES:
        states = sa.select(Consultation.thread_id).where(Consultation.state == chosen.state)
        conditions.append(Thread.id.in_(states))
    if chosen.wanted.strip():
        conditions.append(among(Thread.id, chosen.found))
    return conditions
