"""The threads of a room as one person sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.feed.contracts import ThreadData
from hub.statements import among
from hub.threads.consultations.models import Consultation
from hub.threads.models import Thread
from hub.threads.presenters import present_threads
from hub.threads.waiting import ThreadMark, thread_marks

PAGE = 50
KINDS = ("consultation", "notice", "talk")
STATES = ("open", "answered", "closed")


@dataclass(frozen=True)
class ThreadRow:
    data: ThreadData
    mark: ThreadMark

    @property
    def unread(self) -> int:
        return 0 if self.mark.faded else max(0, self.data["last_position"] - self.mark.position - self.mark.erased)


@dataclass(frozen=True)
class Filter:
    """`found`: the threads in which the words `wanted` stand (`hub/search/within.py`); without it words find nothing.
    `kind` and `state` empty = all. `before_id` continues a list."""

    wanted: str = ""
    found: frozenset[int] = frozenset()
    kind: str = ""
    state: str = ""
    before_id: int | None = None

    @property
    def narrows(self) -> bool:
        return bool(self.wanted or self.kind or self.state)


def list_thread_rows(session: Session, actor: Actor, room_id: int, chosen: Filter) -> list[ThreadRow]:
    """Up to PAGE threads, the most recently written first. The room must have been fetched through the actor."""
    query = sa.select(Thread).where(Thread.room_id == room_id, *_conditions(chosen))
    if chosen.before_id is not None:
        last = sa.select(Thread.last_message_at).where(Thread.id == chosen.before_id).scalar_subquery()
        older = sa.and_(Thread.last_message_at == last, Thread.id < chosen.before_id)
        query = query.where(sa.or_(Thread.last_message_at < last, older))
    newest_first = query.order_by(Thread.last_message_at.desc(), Thread.id.desc()).limit(PAGE)
    return thread_rows(session, actor, session.scalars(newest_first).all())


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
