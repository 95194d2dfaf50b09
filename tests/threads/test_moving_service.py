"""Moving a mispost: whom it leaves must not keep what they saw, and who gets it sees all of it."""

import pytest
import sqlalchemy as sa

from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.threads.commands import MoveThread, SetReaction
from hub.threads.models import Thread
from hub.threads.services.moving import move_thread
from hub.threads.services.responding import set_reaction
from tests.factories import Posted, World


@pytest.fixture
def misposted(world: World) -> Posted:
    """A thread with two messages, a reaction and a note, in the wrong municipality's room."""
    thread = world.thread(world.foreign_room, "consultation", body="吉岡町あての話", by="supporter")
    said = world.message(thread, "つづき", by="foreign_officer")
    another = world.thread(world.commons, body="ほかの場所の話", by="supporter")
    world.note(another, "ほかのメモ")
    world.write(set_reaction, "lead", SetReaction(said.message_id, "👀", True))
    world.note(thread, "メモ")
    return thread


def log(world: World, stream: str) -> list[FeedEvent]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(FeedEvent).where(FeedEvent.stream == stream).order_by(FeedEvent.seq)))


def move(world: World, thread: Posted, room: int, who: str = "supporter") -> None:
    world.write(move_thread, who, MoveThread(thread.thread_id, room))


def test_the_old_room_keeps_nothing_but_that_it_left(world: World, misposted: Posted) -> None:
    before = len(log(world, f"room:{world.foreign_room}"))
    move(world, misposted, world.room)
    told = log(world, f"room:{world.foreign_room}")
    assert [e.type for e in told] == ["void"] * before + ["thread:left"]
    assert all(e.data == {} for e in told[:-1])
    assert told[-1].data == {"thread_id": str(misposted.thread_id), "version": 2}
    assert [e.seq for e in told] == list(range(1, before + 2))


def test_the_new_room_gets_thread_and_messages(world: World, misposted: Posted) -> None:
    move(world, misposted, world.room)
    (arrived,) = log(world, f"room:{world.room}")
    assert arrived.type == "thread:arrived"
    assert arrived.data["thread"]["room_id"] == str(world.room)
    assert [m["body"] for m in arrived.data["messages"]] == ["吉岡町あての話", "つづき"]
    assert {m["room_id"] for m in arrived.data["messages"]} == {str(world.room)}
    assert arrived.data["messages"][1]["reactions"][0]["emoji"] == "👀"


def test_notes_move_along(world: World, misposted: Posted) -> None:
    move(world, misposted, world.room)
    assert [e.type for e in log(world, f"notes:{world.foreign_room}")] == ["void"]
    (note,) = log(world, f"notes:{world.room}")
    assert (note.type, note.data["body"], note.data["room_id"]) == ("note:posted", "メモ", str(world.room))
    assert "メモ" not in str([e.data for e in log(world, f"room:{world.room}")])


def test_moving_there_and_back_leaves_one_thread(world: World, misposted: Posted) -> None:
    move(world, misposted, world.room)
    move(world, misposted, world.foreign_room)
    assert [e.type for e in log(world, f"room:{world.room}")] == ["void", "thread:left"]
    assert [e.type for e in log(world, f"room:{world.foreign_room}")][-2:] == ["thread:left", "thread:arrived"]
    with world.store.read() as session:
        assert session.get_one(Thread, misposted.thread_id).room_id == world.foreign_room


def test_who_could_read_it_cannot_any_more(world: World, misposted: Posted) -> None:
    browser = world.client("foreign_officer")
    assert browser.get_json(f"/threads/{misposted.thread_id}").status_code == 200
    move(world, misposted, world.room)
    assert browser.get_json(f"/threads/{misposted.thread_id}").status_code == 404
    assert browser.get_json(f"/messages/{misposted.message_id}").status_code == 404
    assert world.client("officer").get_json(f"/threads/{misposted.thread_id}").status_code == 200


@pytest.mark.parametrize(("who", "fault"), [("foreign_officer", Forbidden), ("officer", NotFound), ("admin", NotFound)])
def test_only_the_dx_section_moves(world: World, misposted: Posted, who: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        move(world, misposted, world.commons, who)


def test_only_into_another_room_that_is_there(world: World, misposted: Posted) -> None:
    with pytest.raises(ValidationFailed):
        move(world, misposted, world.foreign_room)
    with pytest.raises(NotFound):
        move(world, misposted, 999_999)
    assert "void" not in {e.type for e in log(world, f"room:{world.foreign_room}")}
