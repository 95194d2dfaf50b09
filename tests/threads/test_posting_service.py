"""Opening threads and posting: positions, repeats, what is refused."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from hub.errors import Closed, Conflict, Forbidden, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.threads.commands import LockThread, OpenThread, PostMessage
from hub.threads.models import Mention, Message, ReadMark, Thread
from hub.threads.services.posting import open_thread, post_message
from hub.threads.services.steering import lock_thread
from tests.factories import PEOPLE, World


def positions(world: World, thread_id: int) -> list[int]:
    query = sa.select(Message.position).where(Message.thread_id == thread_id).order_by(Message.position)
    with world.store.read() as session:
        return list(session.scalars(query))


def count(world: World, model: type) -> int:
    with world.store.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def test_positions_have_no_gaps_also_after_refusals(world: World) -> None:
    first = world.thread(world.room)
    for body in ("二", "", "三", "   ", "四"):
        try:
            world.message(first, body)
        except ValidationFailed:
            assert not body.strip()
    assert positions(world, first.thread_id) == [1, 2, 3, 4]


def test_a_repeat_gets_the_first_answer_and_writes_nothing(world: World) -> None:
    thread = world.thread(world.room)
    command = PostMessage(thread.thread_id, "一度だけ", "client-once")
    first = world.write(post_message, "officer", command).ack()
    events = count(world, FeedEvent)
    assert world.write(post_message, "officer", command).ack() == first
    assert count(world, FeedEvent) == events
    assert positions(world, thread.thread_id) == [1, 2]
    assert first["stream"] == f"room:{world.room}"


def test_a_repeated_opening_is_one_thread(world: World) -> None:
    command = OpenThread(world.room, "talk", "一度だけ", "client-once")
    first = world.write(open_thread, "officer", command).ack()
    assert world.write(open_thread, "officer", command).ack() == first
    assert count(world, Thread) == 1


@pytest.mark.parametrize("change", [{"body": "別の本文"}, {"mark": "personal"}])
def test_the_same_client_id_with_other_content_is_a_conflict(world: World, change: dict[str, str]) -> None:
    thread = world.thread(world.room)
    content = {"thread_id": thread.thread_id, "body": "本文", "client_id": "client-same"}
    world.write(post_message, "officer", PostMessage(**content))
    with pytest.raises(Conflict):
        world.write(post_message, "officer", PostMessage(**(content | change)))
    with pytest.raises(Conflict):
        world.write(open_thread, "officer", OpenThread(world.room, "talk", "本文", "client-same"))


def test_client_ids_of_two_people_do_not_meet(world: World) -> None:
    thread = world.thread(world.room)
    command = PostMessage(thread.thread_id, "同じ番号", "client-same")
    mine = world.write(post_message, "officer", command)
    theirs = world.write(post_message, "supporter", command)
    assert mine.data["message_id"] != theirs.data["message_id"]


def test_a_refused_post_may_be_sent_again_with_the_same_client_id(world: World) -> None:
    thread = world.thread(world.room)
    with pytest.raises(ValidationFailed):
        world.write(post_message, "officer", PostMessage(thread.thread_id, "", "client-again"))
    assert (
        world.write(post_message, "officer", PostMessage(thread.thread_id, "直した", "client-again")).data["position"]
        == 2
    )


def test_ten_thousand_characters_and_not_one_more(world: World) -> None:
    thread = world.thread(world.room)
    world.message(thread, "あ" * 10_000)
    with pytest.raises(ValidationFailed) as refusal:
        world.message(thread, "あ" * 10_001)
    assert "10,000" in refusal.value.fields["body"]
    assert positions(world, thread.thread_id) == [1, 2]


@pytest.mark.parametrize("body", ["", " \n\t", "\u3000", "\x00", "\u200b"])
def test_empty_and_unusable_texts_are_refused(world: World, body: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        world.thread(world.room, body=body)
    assert set(refusal.value.fields) == {"body"}


def test_a_locked_thread_takes_nothing(world: World) -> None:
    thread = world.thread(world.room)
    world.write(lock_thread, "supporter", LockThread(thread.thread_id, True))
    with pytest.raises(Closed):
        world.message(thread)
    with pytest.raises(Closed):
        world.message(thread, by="supporter")
    world.write(lock_thread, "supporter", LockThread(thread.thread_id, False))
    assert world.message(thread).position == 2


@pytest.mark.parametrize("who", ["foreign_officer", "bureau", "guest", "admin"])
def test_who_may_not_read_finds_neither_room_nor_thread(world: World, who: str) -> None:
    thread = world.thread(world.room)
    with pytest.raises(NotFound):
        world.message(thread, by=who)
    with pytest.raises(NotFound):
        world.thread(world.room, by=who)
    with pytest.raises(NotFound):
        world.thread(999_999, by=who)


def test_a_notice_comes_from_the_prefecture(world: World) -> None:
    with pytest.raises(Forbidden):
        world.thread(world.commons, "notice", by="officer")
    with pytest.raises(Forbidden):
        world.thread(world.commons, "notice", by="manager")
    assert world.thread(world.commons, "notice", by="supporter").position == 1


def test_an_officer_may_not_mark_an_answer_as_official(world: World) -> None:
    thread = world.thread(world.room)
    with pytest.raises(Forbidden):
        world.message(thread, mark="official")
    world.message(thread, by="manager", mark="official")
    world.message(thread, mark="personal")


def test_a_reply_stays_in_its_thread(world: World) -> None:
    thread, other = world.thread(world.room), world.thread(world.room)
    world.message(thread, reply_to=thread.message_id)
    for foreign in (other.message_id, 999_999):
        with pytest.raises(ValidationFailed) as refusal:
            world.message(thread, reply_to=foreign)
        assert set(refusal.value.fields) == {"reply_to"}


def test_the_first_line_stands_in_for_a_title(world: World) -> None:
    named = world.thread(world.room, title="題名")
    unnamed = world.thread(world.room, body="**はじめ**の行\n次の行")
    with world.store.read() as session:
        titles = [session.get_one(Thread, t.thread_id).title for t in (named, unnamed)]
    assert titles == ["題名", "はじめの行"]


def test_the_author_has_read_what_they_wrote(world: World) -> None:
    thread = world.thread(world.room)
    world.message(thread, by="supporter")
    with world.store.read() as session:
        marks = dict(session.execute(sa.select(ReadMark.staff_id, ReadMark.position)).all())
    assert marks == {world.officer: 1, world.supporter: 2}


def test_a_shared_account_needs_a_name_first(world: World) -> None:
    thread = world.thread(world.room, by="shared")
    with world.store.read() as session:
        assert session.get_one(Message, thread.message_id).writer_name == "山田"
    nameless = replace(world.actor("shared"), writer_name="")
    with world.app.app_context(), pytest.raises(ValidationFailed) as refusal:
        world.store.write(post_message, nameless, PostMessage(thread.thread_id, "名無し", "client-nameless"))
    assert set(refusal.value.fields) == {"writer_name"}


def test_only_readers_can_be_called(world: World) -> None:
    thread = world.thread(world.room, body="@県 四季 さん、@榛東 三郎 さん、@吉岡町 のみなさん")
    with world.store.read() as session:
        called = session.execute(
            sa.select(Mention.staff_id, Mention.organisation_id, Mention.section_id).where(
                Mention.message_id == thread.message_id
            )
        ).all()
    assert set(called) == {(world.supporter, None, None), (None, world.town, None)}


def test_a_person_who_is_called_hears_of_it_on_their_own_stream(world: World) -> None:
    thread = world.thread(world.room)
    world.message(thread, "@県 四季 さん", reply_to=thread.message_id, by="manager")
    query = sa.select(FeedEvent.stream, FeedEvent.data).where(FeedEvent.type == "inbox:added")
    with world.store.read() as session:
        heard = {stream: data["kind"] for stream, data in session.execute(query)}
    assert heard == {f"user:{world.supporter}": "mention", f"user:{world.officer}": "reply"}


def test_nobody_is_called_by_themselves(world: World) -> None:
    thread = world.thread(world.room)
    world.message(thread, "@吉岡 一郎", reply_to=thread.message_id)
    with world.store.read() as session:
        assert session.scalars(sa.select(FeedEvent.id).where(FeedEvent.type == "inbox:added")).all() == []
    own = world.message(thread, "自分への返信", reply_to=thread.message_id)
    with world.store.read() as session:
        assert session.scalars(sa.select(FeedEvent.id).where(FeedEvent.type == "inbox:added")).all() == []
    world.message(thread, "@吉岡 一郎 さんへの返信", reply_to=own.message_id, by="supporter")
    with world.store.read() as session:
        query = sa.select(FeedEvent.data).where(FeedEvent.type == "inbox:added")
        assert [data["kind"] for data in session.scalars(query)] == ["mention"]  # once, though there are two reasons


def test_to_call_a_body_calls_nobody_who_has_its_number(world: World) -> None:
    """Bodies and people are numbered apart: who has the number of the body that is called hears of the reply alone."""
    (who,) = [key for key in PEOPLE if world.staff_id(key) == world.town]
    thread = world.thread(world.commons, by=who)
    world.message(thread, "@吉岡町 の皆さん", reply_to=thread.message_id, by="supporter")
    with world.store.read() as session:
        query = sa.select(FeedEvent.stream, FeedEvent.data).where(FeedEvent.type == "inbox:added")
        heard = {stream: data["kind"] for stream, data in session.execute(query)}
        called = session.scalars(sa.select(Mention.organisation_id)).all()
    assert (heard, called) == ({f"user:{world.staff_id(who)}": "reply"}, [world.town])


def test_words_beside_a_file_are_kept_and_a_file_alone_needs_none(world: World) -> None:
    both = world.thread(world.room, body="ご覧ください", attachment_ids=[world.upload()])
    alone = world.message(both, " ", attachment_ids=[world.upload()])
    with world.store.read() as session:
        bodies = [session.get_one(Message, said.message_id).body for said in (both, alone)]
    assert bodies == ["ご覧ください", ""]
