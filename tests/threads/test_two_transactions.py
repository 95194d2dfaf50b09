"""Two transactions that meet in one thread: what the other one takes out does not come back by what this one has read.

Only PostgreSQL lets them meet. On SQLite the second waits at its beginning for the first one's end (BEGIN IMMEDIATE).
"""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from hub.errors import Conflict
from hub.feed.models import FeedEvent
from hub.sharing.commands import Prepare
from hub.sharing.services.preparing import prepare
from hub.threads.commands import (
    ChangeHead,
    EditMessage,
    LockThread,
    MoveThread,
    PostMessage,
    RedactMessage,
    RedactThread,
)
from hub.threads.consultations.services import Settle, settle
from hub.threads.models import SummaryRevision, Thread
from hub.threads.queries import get_thread_for
from hub.threads.services.editing import edit_message, redact_message
from hub.threads.services.moving import move_thread
from hub.threads.services.posting import post_message
from hub.threads.services.redacting import redact_thread
from hub.threads.services.steering import change_head, lock_thread
from tests.factories import Posted, World, places_of

SECRET = "himitsu3141592"


def meeting(world: World, said: Posted, service: Callable[..., Any], other: Callable[[], None]) -> Callable[..., Any]:
    """The service in a transaction that has read the thread before `other` writes and commits."""

    def late(session: Any, actor: Any, command: Any) -> Any:
        place = get_thread_for(session, actor, said.thread_id)
        other()
        receipt = service(session, actor, command)
        assert place.thread  # the session knows its rows as long as somebody holds them
        return receipt

    return late


def redact(world: World, said: Posted, part: str = "title") -> None:
    world.write(redact_thread, "manager", RedactThread(said.thread_id, part, "個人情報"))


CHANGES = {
    "settle": (settle, "supporter", lambda t: Settle(t.thread_id, "answered")),
    "answer": (post_message, "supporter", lambda t: PostMessage(t.thread_id, "回答", "client-of-answer")),
    "lock": (lock_thread, "supporter", lambda t: LockThread(t.thread_id, True)),
    "summarise": (change_head, "supporter", lambda t: ChangeHead(t.thread_id, body="まとめ", summary_version=0)),
    "prepare": (prepare, "supporter", lambda t: Prepare(t.thread_id, "edition")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_title_that_was_redacted_meanwhile_is_not_announced_again(world: World, change: str) -> None:
    """Seen to fail: thread:changed came with the title behind the one without it."""
    asked = world.thread(world.room, "consultation", title=f"{SECRET} 一")
    service, who, command = CHANGES[change]
    world.write(meeting(world, asked, service, lambda: redact(world, asked)), who, command(asked))
    with world.store.read() as session:
        assert places_of(session, SECRET) == set()
        versions = sa.select(FeedEvent.data["version"].as_integer()).where(FeedEvent.type == "thread:changed")
        told = session.scalars(versions.order_by(FeedEvent.seq)).all()
    assert told == sorted(set(told))  # each with a version of its own


@pytest.mark.parametrize("what", ["title", "message"])
def test_nor_does_it_arrive_in_another_room(world: World, what: str) -> None:
    asked = world.thread(world.room, body=f"{SECRET} 二" if what == "message" else "本文", title=f"{SECRET} 一")

    def other() -> None:
        redact(world, asked)
        if what == "message":
            world.write(redact_message, "manager", RedactMessage(asked.message_id, "個人情報"))

    world.write(meeting(world, asked, move_thread, other), "lead", MoveThread(asked.thread_id, world.commons))
    with world.store.read() as session:
        found = places_of(session, SECRET)
    assert found == set()


def test_nor_does_the_first_line_of_an_edit_become_the_title(world: World) -> None:
    said = world.thread(world.room, body="はじめの行")
    edit = meeting(world, said, edit_message, lambda: redact(world, said))
    world.write(edit, "officer", EditMessage(said.message_id, "直した行", 1))
    with world.store.read() as session:
        assert session.get_one(Thread, said.thread_id).title == ""


def test_nor_a_summary_that_somebody_was_just_changing(world: World) -> None:
    said = world.thread(world.room)
    world.write(change_head, "officer", ChangeHead(said.thread_id, body=SECRET, summary_version=0))
    change = meeting(world, said, change_head, lambda: redact(world, said, "summary"))
    with pytest.raises(Conflict):
        world.write(change, "supporter", ChangeHead(said.thread_id, body=f"{SECRET} 二", summary_version=1))
    with world.store.read() as session:
        assert session.scalars(sa.select(SummaryRevision)).all() == []
        assert places_of(session, SECRET) == set()


def test_a_summary_that_came_meanwhile_goes_as_well(world: World) -> None:
    said = world.thread(world.room)
    world.write(change_head, "officer", ChangeHead(said.thread_id, body=SECRET, summary_version=0))

    def other() -> None:
        world.write(change_head, "supporter", ChangeHead(said.thread_id, body=f"{SECRET} 二", summary_version=1))

    world.write(
        meeting(world, said, redact_thread, other), "manager", RedactThread(said.thread_id, "summary", "個人情報")
    )
    with world.store.read() as session:
        assert places_of(session, SECRET) == set()
