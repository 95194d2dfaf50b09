"""Read marks, drafts, preferences: private to one person."""

import pytest
import sqlalchemy as sa

from hub.clock import utc_now
from hub.errors import NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.threads.commands import MarkRead, PreferThread, SaveDraft
from hub.threads.models import Draft, Message, ReadMark
from hub.threads.services.reading import mark_read, prefer_thread, save_draft
from tests.factories import Posted, World


@pytest.fixture
def thread(world: World) -> Posted:
    opened = world.thread(world.room)
    for _ in range(4):
        world.message(opened)
    return opened


def mark_of(world: World, who: str) -> int | None:
    with world.store.read() as session:
        return session.scalar(sa.select(ReadMark.position).where(ReadMark.staff_id == world.staff_id(who)))


def moved(world: World) -> list[tuple[str, int]]:
    query = sa.select(FeedEvent.stream, FeedEvent.data).where(FeedEvent.type == "mark:moved").order_by(FeedEvent.id)
    with world.store.read() as session:
        return [(stream, data["position"]) for stream, data in session.execute(query)]


def test_a_mark_moves_forward_only_and_never_beyond_the_end(world: World, thread: Posted) -> None:
    for position in (2, 1, 0, 2, 99, 3):
        world.write(mark_read, "supporter", MarkRead(thread.thread_id, position))
    assert mark_of(world, "supporter") == 5
    own = f"user:{world.supporter}"
    assert moved(world) == [(own, 2), (own, 5)]


def test_marks_are_nobody_elses(world: World, thread: Posted) -> None:
    world.write(mark_read, "supporter", MarkRead(thread.thread_id, 3))
    assert mark_of(world, "lead") is None
    assert world.client("officer").get_json(f"/feed/user:{world.supporter}").status_code == 404


def test_who_may_not_read_has_no_mark(world: World, thread: Posted) -> None:
    with pytest.raises(NotFound):
        world.write(mark_read, "foreign_officer", MarkRead(thread.thread_id, 1))
    with pytest.raises(NotFound):
        world.write(prefer_thread, "foreign_officer", PreferThread(thread.thread_id, True, False))


def drafts(world: World) -> dict[tuple[int, str], str]:
    with world.store.read() as session:
        return {(d.staff_id, d.place): d.body for d in session.scalars(sa.select(Draft))}


def test_a_draft_is_kept_replaced_and_taken_away(world: World, thread: Posted) -> None:
    place = f"thread:{thread.thread_id}"
    for body in ("書きかけ", "書きかけの続き"):
        world.write(save_draft, "officer", SaveDraft(place, body))
        assert drafts(world) == {(world.officer, place): body}
    world.write(save_draft, "officer", SaveDraft(place, " \n"))
    assert drafts(world) == {}


def test_sending_takes_the_draft_away_and_only_ones_own(world: World, thread: Posted) -> None:
    place = f"thread:{thread.thread_id}"
    world.write(save_draft, "officer", SaveDraft(place, "私の"))
    world.write(save_draft, "supporter", SaveDraft(place, "県の"))
    world.write(save_draft, "supporter", SaveDraft(f"note:{thread.thread_id}", "メモの"))
    world.message(thread)
    assert drafts(world) == {
        (world.supporter, place): "県の",
        (world.supporter, f"note:{thread.thread_id}"): "メモの",
    }
    world.note(thread)
    assert drafts(world) == {(world.supporter, place): "県の"}


def test_opening_a_thread_takes_the_rooms_draft_away(world: World) -> None:
    world.write(save_draft, "officer", SaveDraft(f"room:{world.room}", "相談の下書き"))
    world.thread(world.room)
    assert drafts(world) == {}


@pytest.mark.parametrize("kind", ["room", "thread", "note", "message"])
def test_no_draft_where_one_may_not_write(world: World, kind: str) -> None:
    foreign = world.thread(world.foreign_room, by="foreign_officer")
    ids = {"room": world.foreign_room, "thread": foreign.thread_id, "note": foreign.thread_id}
    for id_ in (ids.get(kind, foreign.message_id), 999_999):
        with pytest.raises(NotFound):
            world.write(save_draft, "officer", SaveDraft(f"{kind}:{id_}", "下書き"))


def test_no_draft_of_a_note_for_municipalities_nor_of_others_messages(world: World, thread: Posted) -> None:
    with pytest.raises(NotFound):
        world.write(save_draft, "officer", SaveDraft(f"note:{thread.thread_id}", "下書き"))
    with pytest.raises(NotFound):
        world.write(save_draft, "supporter", SaveDraft(f"message:{thread.message_id}", "下書き"))
    world.write(save_draft, "officer", SaveDraft(f"message:{thread.message_id}", "下書き"))


@pytest.mark.parametrize("gone", ["deleted_at", "redacted_at"])
def test_no_draft_of_a_message_that_is_gone(world: World, thread: Posted, gone: str) -> None:
    with world.store.transaction() as session:
        setattr(session.get_one(Message, thread.message_id), gone, utc_now())
    with pytest.raises(NotFound):
        world.write(save_draft, "officer", SaveDraft(f"message:{thread.message_id}", "下書き"))
    assert drafts(world) == {}


def test_a_draft_may_be_twice_too_long_but_not_more(world: World, thread: Posted) -> None:
    place = f"thread:{thread.thread_id}"
    world.write(save_draft, "officer", SaveDraft(place, "あ" * 20_000))
    with pytest.raises(ValidationFailed):
        world.write(save_draft, "officer", SaveDraft(place, "あ" * 20_001))
