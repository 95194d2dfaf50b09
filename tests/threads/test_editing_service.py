"""Editing: the earlier text is kept, and nobody overwrites what they have not read."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.errors import Closed, Conflict, Forbidden, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.threads.commands import ChangeHead, DeleteMessage, EditMessage, LockThread
from hub.threads.models import Message, Revision, SummaryRevision, Thread
from hub.threads.services.editing import delete_message, edit_message
from hub.threads.services.steering import change_head, lock_thread
from tests.factories import Posted, World


@pytest.fixture
def said(world: World) -> Posted:
    return world.message(world.thread(world.room, title="題名"), "はじめの文")


def message(world: World, said: Posted) -> Message:
    with world.store.read() as session:
        return session.get_one(Message, said.message_id)


def test_an_edit_keeps_the_earlier_text(world: World, said: Posted) -> None:
    for version, body in enumerate(("二番目", "三番目"), 1):
        answer = world.write(edit_message, "officer", EditMessage(said.message_id, body, version)).ack()
        assert answer["version"] == version + 1
    with world.store.read() as session:
        kept = session.execute(sa.select(Revision.version, Revision.body).order_by(Revision.version)).all()
    assert [tuple(row) for row in kept] == [(1, "はじめの文"), (2, "二番目")]
    assert message(world, said).body == "三番目"


def test_an_edit_changes_that_message_alone(world: World, said: Posted) -> None:
    others = [world.message(said, "同じスレッドの話"), world.thread(world.room, body="別の話")]
    world.write(edit_message, "officer", EditMessage(said.message_id, "直した文", 1))
    assert message(world, said).body == "直した文"
    assert [message(world, other).body for other in others] == ["同じスレッドの話", "別の話"]
    assert [message(world, other).version for other in others] == [1, 1]


@pytest.mark.parametrize("version", [0, 1, 3, 99])
def test_only_the_newest_version_can_be_edited(world: World, said: Posted, version: int) -> None:
    world.write(edit_message, "officer", EditMessage(said.message_id, "二番目", 1))
    with pytest.raises(Conflict):
        world.write(edit_message, "officer", EditMessage(said.message_id, "上書き", version))
    assert message(world, said).body == "二番目"


def test_the_same_once_more_is_no_change_by_somebody_else(world: World, said: Posted) -> None:
    """Whose answer was lost on the way asks again. Seen to fail: the author was told that another had been faster."""
    asked = [
        (edit_message, EditMessage(said.message_id, "二番目", 1)),
        (change_head, ChangeHead(said.thread_id, body="まとめ", summary_version=0)),
    ]
    with world.store.read() as session:
        version = session.get_one(Thread, said.thread_id).version
    asked.append((change_head, ChangeHead(said.thread_id, "よい題名", version + 1)))  # the summary raised it
    first = [world.write(service, "officer", command).ack() for service, command in asked]
    assert all(answer["seq"] for answer in first)
    again = [world.write(service, "officer", command).ack() for service, command in asked]
    assert again[0] == first[0]
    assert again[1]["version"] == first[1]["version"]
    assert again[1]["seq"] == again[2]["seq"] == first[2]["seq"]  # the thread's newest
    with world.store.read() as session:
        events = session.scalar(
            sa.select(sa.func.count()).where(FeedEvent.type.in_(("message:edited", "thread:changed")))
        )
    assert events == 3


def test_anothers_same_summary_is_still_anothers(world: World, said: Posted) -> None:
    world.write(change_head, "supporter", ChangeHead(said.thread_id, body="まとめ", summary_version=0))
    with pytest.raises(Conflict):
        world.write(change_head, "officer", ChangeHead(said.thread_id, body="まとめ", summary_version=0))


@pytest.mark.parametrize(
    ("who", "fault"),
    [("manager", Forbidden), ("supporter", Forbidden), ("lead", Forbidden), ("foreign_officer", NotFound)],
)
def test_others_words_are_not_ones_own(world: World, said: Posted, who: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        world.write(edit_message, who, EditMessage(said.message_id, "他人の手", 1))
    with pytest.raises(fault):
        world.write(delete_message, who, DeleteMessage(said.message_id))
    assert message(world, said).body == "はじめの文"


def test_an_admin_finds_nothing_to_edit(world: World, said: Posted) -> None:
    with pytest.raises(NotFound):
        world.write(edit_message, "admin", EditMessage(said.message_id, "管理者の手", 1))


@pytest.mark.parametrize("body", ["", "あ" * 10_001])
def test_an_unusable_text_changes_nothing(world: World, said: Posted, body: str) -> None:
    with pytest.raises(ValidationFailed):
        world.write(edit_message, "officer", EditMessage(said.message_id, body, 1))
    assert message(world, said).version == 1


def test_nothing_is_edited_or_deleted_in_a_locked_thread(world: World, said: Posted) -> None:
    world.write(lock_thread, "lead", LockThread(said.thread_id, True))
    with pytest.raises(Closed):
        world.write(edit_message, "officer", EditMessage(said.message_id, "直し", 1))
    with pytest.raises(Closed):
        world.write(delete_message, "officer", DeleteMessage(said.message_id))


def test_an_edit_calls_nobody(world: World, said: Posted) -> None:
    world.write(edit_message, "officer", EditMessage(said.message_id, "@県 四季 さん", 1))
    called = sa.select(FeedEvent.stream).where(FeedEvent.type == "inbox:added")
    with world.store.read() as session:
        assert session.scalars(called).all() == []
    assert 'class="mention"' in message(world, said).body_html
    world.message(said, "@県 四季 さん")
    with world.store.read() as session:
        assert session.scalars(called).all() == [f"user:{world.supporter}"]


def test_a_title_from_the_body_follows_an_edit_until_somebody_gives_one(world: World) -> None:
    thread = world.thread(world.room, body="古い行")
    world.write(edit_message, "officer", EditMessage(thread.message_id, "新しい行", 1))
    assert titles_of(world, thread) == ("新しい行", "新しい行")
    world.write(change_head, "supporter", ChangeHead(thread.thread_id, "決めた題名"))
    world.write(edit_message, "officer", EditMessage(thread.message_id, "もっと新しい行", 2))
    assert titles_of(world, thread) == ("決めた題名", "決めた題名")


def titles_of(world: World, thread: Posted) -> tuple[str, str]:
    """Of the thread, and of what its room was told last."""
    with world.store.read() as session:
        told = sa.select(FeedEvent.data).where(FeedEvent.type.in_(("thread:opened", "thread:changed")))
        newest = session.scalars(told.order_by(FeedEvent.seq.desc())).first()
        return session.get_one(Thread, thread.thread_id).title, newest["title"]


def test_an_edit_of_a_later_message_leaves_the_title_alone(world: World) -> None:
    thread = world.thread(world.room, body="題名になる行")
    later = world.message(thread)
    world.write(edit_message, "officer", EditMessage(later.message_id, "あとの話", 1))
    assert message(world, later).body == "あとの話"
    assert titles_of(world, thread) == ("題名になる行", "題名になる行")


def test_every_earlier_text_keeps_the_moment_at_which_it_was_written(world: World, said: Posted) -> None:
    written = [message(world, said).created_at]
    for version, minutes in ((1, 5), (2, 9)):
        clock.set_source(lambda minutes=minutes: written[0] + timedelta(minutes=minutes))
        world.write(edit_message, "officer", EditMessage(said.message_id, f"{minutes}分後", version))
        written.append(clock.utc_now())
    with world.store.read() as session:
        kept = session.scalars(sa.select(Revision.written_at).order_by(Revision.version)).all()
    assert kept == written[:2]
    assert message(world, said).edited_at == written[2]


def test_a_summary_is_not_overwritten_unread_and_every_version_is_kept(world: World, said: Posted) -> None:
    world.write(change_head, "officer", ChangeHead(said.thread_id, body="一つ目", summary_version=0))
    with pytest.raises(Conflict):
        world.write(change_head, "supporter", ChangeHead(said.thread_id, body="知らずに", summary_version=0))
    world.write(change_head, "supporter", ChangeHead(said.thread_id, body="二つ目", summary_version=1))
    answer = world.write(change_head, "officer", ChangeHead(said.thread_id, body=" ", summary_version=2))
    assert answer.event.data["summary"] is None
    with world.store.read() as session:
        kept = session.scalars(sa.select(SummaryRevision.body).order_by(SummaryRevision.version)).all()
    assert kept == ["一つ目", "二つ目", ""]


@pytest.mark.parametrize("who", ["bureau", "guest"])
def test_guests_neither_summarise_nor_rename_nor_lock(world: World, said: Posted, who: str) -> None:
    world.admit(who, world.room)
    for service, command in (
        (change_head, ChangeHead(said.thread_id, body="まとめ", summary_version=0)),
        (change_head, ChangeHead(said.thread_id, "題名")),
        (lock_thread, LockThread(said.thread_id, True)),
    ):
        with pytest.raises(Forbidden):
            world.write(service, who, command)


def test_municipalities_do_not_lock(world: World, said: Posted) -> None:
    for who in ("officer", "manager"):
        with pytest.raises(Forbidden):
            world.write(lock_thread, who, LockThread(said.thread_id, True))
