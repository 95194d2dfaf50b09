"""Deleting and redacting: the text is nowhere afterwards, in no table and no column."""

import json

import pytest
import sqlalchemy as sa

from hub.errors import Closed, Forbidden, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.records.models import AuditEntry
from hub.threads.commands import (
    ChangeHead,
    DeleteMessage,
    EditMessage,
    LockThread,
    MoveThread,
    RedactMessage,
    SaveDraft,
    SetReaction,
)
from hub.threads.models import Message, Thread
from hub.threads.services.editing import delete_message, edit_message, redact_message
from hub.threads.services.moving import move_thread
from hub.threads.services.reading import save_draft
from hub.threads.services.responding import set_reaction
from hub.threads.services.steering import change_head, lock_thread
from tests.factories import Posted, World, places_of

SECRET = "himitsu3141592"  # letters that JSON does not escape


def places(world: World) -> set[str]:
    with world.store.read() as session:
        return places_of(session, SECRET)


def spread(world: World) -> Posted:
    """A message whose text has been everywhere where a text can go."""
    said = world.thread(world.room, body=f"{SECRET} 一 @県 四季")
    world.write(edit_message, "officer", EditMessage(said.message_id, f"{SECRET} 二", 1))
    world.write(edit_message, "officer", EditMessage(said.message_id, f"{SECRET} 三", 2))
    world.write(save_draft, "officer", SaveDraft(f"message:{said.message_id}", f"{SECRET} 四"))
    world.write(set_reaction, "supporter", SetReaction(said.message_id, "👍", True))
    world.message(said, "返信", by="supporter", reply_to=said.message_id)
    return said


def redact(world: World, said: Posted, who: str = "manager", reason: str = "個人情報") -> None:
    world.write(redact_message, who, RedactMessage(said.message_id, reason))
    message = row(world, said)
    assert (message.body, message.redacted_by_id, message.redaction_reason) == ("", world.staff_id(who), reason)


def delete(world: World, said: Posted) -> None:
    world.write(delete_message, "officer", DeleteMessage(said.message_id))
    assert (row(world, said).body, row(world, said).deleted_at is not None) == ("", True)


def row(world: World, said: Posted) -> Message:
    with world.store.read() as session:
        return session.get_one(Message, said.message_id)


def test_the_text_was_in_all_these_places(world: World) -> None:
    spread(world)
    known = {
        "messages.body",
        "messages.body_html",
        "revisions.body",
        "drafts.body",
        "feed_events.data",
        "threads.title",
    }
    assert known <= places(world)


@pytest.mark.parametrize("erase", [redact, delete])
def test_the_text_is_nowhere_afterwards(world: World, erase: object) -> None:
    said = spread(world)
    erase(world, said)
    assert places(world) == set()


@pytest.mark.parametrize("erase", [redact, delete])
def test_nor_in_the_snapshot_of_a_move(world: World, erase: object) -> None:
    said = spread(world)
    world.write(move_thread, "lead", MoveThread(said.thread_id, world.commons))
    with world.store.read() as session:
        snapshot = sa.select(FeedEvent.data).where(FeedEvent.type == "thread:arrived")
        assert SECRET in json.dumps(session.scalars(snapshot).one())
    erase(world, said)
    assert places(world) == set()


@pytest.mark.parametrize("erase", [redact, delete])
def test_nor_in_a_title_that_was_replaced_since(world: World, erase: object) -> None:
    said = spread(world)
    world.write(change_head, "supporter", ChangeHead(said.thread_id, "あたりさわりのない題名"))
    erase(world, said)
    assert places(world) == set()
    with world.store.read() as session:
        assert session.get_one(Thread, said.thread_id).title == "あたりさわりのない題名"


@pytest.mark.parametrize("erase", [redact, delete])
def test_open_pages_hear_that_the_title_went_with_the_message(world: World, erase: object) -> None:
    said = world.thread(world.room, body=SECRET)
    erase(world, said)
    with world.store.read() as session:
        told = session.scalars(sa.select(FeedEvent.data).where(FeedEvent.type == "thread:changed")).all()
    assert [(data["title"], data["untitled"]) for data in told] == [("", "removed")]


def test_a_deleted_message_can_still_be_redacted(world: World) -> None:
    said = spread(world)
    delete(world, said)
    redact(world, said)
    with world.store.read() as session:
        message = session.get_one(Message, said.message_id)
    assert message.redacted_by_id == world.manager
    assert message.redaction_reason == "個人情報"
    with pytest.raises(NotFound):
        redact(world, said)


def test_the_tombstone_says_who_when_and_why_and_the_record_says_so_too(world: World) -> None:
    said = world.thread(world.room, body=SECRET, title="題名")
    redact(world, said)
    with world.store.read() as session:
        event = session.scalars(sa.select(FeedEvent).where(FeedEvent.type == "message:deleted")).one()
        recorded = session.scalars(sa.select(AuditEntry.action)).all()
    assert event.data["state"] == "redacted"
    assert event.data["redaction"]["by"] == "吉岡 二葉"
    assert event.data["redaction"]["reason"] == "個人情報"
    assert (event.data["body"], event.data["body_html"]) == ("", "")
    assert recorded == ["message.redacted"]


def test_seqs_stay_without_gaps(world: World) -> None:
    said = spread(world)
    redact(world, said)
    with world.store.read() as session:
        stream = FeedEvent.stream == f"room:{world.room}"
        seqs = session.scalars(sa.select(FeedEvent.seq).where(stream).order_by(FeedEvent.seq)).all()
    assert seqs == list(range(1, len(seqs) + 1))


def test_a_reason_is_demanded(world: World) -> None:
    said = world.thread(world.room)
    for reason in ("", "  ", "あ" * 201):
        with pytest.raises(ValidationFailed) as refusal:
            redact(world, said, reason=reason)
        assert set(refusal.value.fields) == {"reason"}


@pytest.mark.parametrize(
    ("who", "fault"),
    [
        ("officer", Forbidden),
        ("supporter", Forbidden),
        ("lead", Forbidden),
        ("foreign_officer", NotFound),
        ("admin", NotFound),
        ("bureau", NotFound),
        ("guest", NotFound),
    ],
)
def test_only_the_own_body_redacts(world: World, who: str, fault: type[Exception]) -> None:
    said = world.thread(world.room)
    with pytest.raises(fault):
        redact(world, said, who)


def test_the_prefecture_redacts_its_own_and_the_municipality_does_not(world: World) -> None:
    said = world.message(world.thread(world.room), by="supporter")
    with pytest.raises(Forbidden):
        redact(world, said)
    redact(world, said, "lead")


def test_an_admin_redacts_what_was_opened_to_them(world: World) -> None:
    said = world.thread(world.room)
    world.admit("admin", world.room)
    redact(world, said, "admin")


def test_a_locked_thread_can_be_redacted_but_nothing_deleted(world: World) -> None:
    said = world.thread(world.room)
    world.write(lock_thread, "lead", LockThread(said.thread_id, True))
    with pytest.raises(Closed):
        delete(world, said)
    redact(world, said)


def test_what_is_gone_cannot_be_edited_or_deleted_again(world: World) -> None:
    said = world.thread(world.room)
    delete(world, said)
    with pytest.raises(NotFound):
        delete(world, said)
    with pytest.raises(NotFound):
        world.write(edit_message, "officer", EditMessage(said.message_id, "戻す", 2))
