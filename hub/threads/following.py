"""Who is told of everything that is written in a thread."""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.queries import readers_among
from hub.statements import among
from hub.threads.models import ThreadPreference

_WISHES = sa.select(
    ThreadPreference.thread_id, ThreadPreference.staff_id, ThreadPreference.following, ThreadPreference.muted
).where(among(ThreadPreference.thread_id, "threads"))


class Heard(NamedTuple):
    """A thread in which somebody writes."""

    thread_id: int
    audience_id: int
    opened_by_id: int


def followers_of(session: Session, threads: Iterable[Heard]) -> dict[int, list[int]]:
    """By thread id: whoever opened the thread, and whoever wants to be told, while they may read it; nobody who muted
    it. Who writes is still among them."""
    heard = {thread.thread_id: thread for thread in threads}
    wanted = {thread.thread_id: {thread.opened_by_id} for thread in heard.values()}
    muted: set[tuple[int, int]] = set()
    for thread_id, staff_id, follows, mutes in session.connection().execute(_WISHES, {"threads": heard}):
        if follows:
            wanted[thread_id].add(staff_id)
        if mutes:
            muted.add((thread_id, staff_id))
    audiences = {thread.audience_id for thread in heard.values()}
    readers = readers_among(session, audiences, set().union(*wanted.values()))
    return {
        thread_id: [
            id_
            for id_ in readers[heard[thread_id].audience_id]
            if id_ in wanted[thread_id] and (thread_id, id_) not in muted
        ]
        for thread_id in heard
    }
