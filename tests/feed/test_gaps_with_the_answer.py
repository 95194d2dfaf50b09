"""`feed:open` with `after`: small gaps come with the answer, and what does not fit is left for GET /feed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from hub.clock import utc_now
from hub.feed import queries
from hub.feed.models import FeedEvent
from hub.installation import current_epoch
from hub.rooms.models import Room
from tests.factories import Socket, World

MANY = 250
SocketOf = Callable[[str], Socket]


@pytest.fixture
def stream(world: World) -> str:
    """A room with seven events."""
    thread = world.thread(world.room)
    for n in range(5):
        world.message(thread, str(n))
    return f"room:{world.room}"


@pytest.fixture
def socket(socket_of: SocketOf) -> Socket:
    return socket_of("officer")


def epoch_of(world: World) -> str:
    with world.store.read() as session:
        return current_epoch(session)


def opened(socket: Socket, stream: str, **more: Any) -> dict[str, Any]:
    ack = socket.ask("feed:open", {"streams": [stream], **more})
    assert ack["ok"], ack
    return dict(ack["data"])


def test_a_gap_comes_as_it_would_have_come_on_the_socket(world: World, socket: Socket, stream: str) -> None:
    data = opened(socket, stream, after={stream: 4}, epoch=epoch_of(world))
    browser = world.client("officer")
    assert data["events"] == {stream: browser.get(f"/feed/{stream}?after=4").json["events"]}
    assert [event["seq"] for event in data["events"][stream]] == [5, 6, 7]
    assert data["heads"] == {stream: 7}


def test_without_after_nothing_is_replayed(socket: Socket, stream: str) -> None:
    assert "events" not in opened(socket, stream)


@pytest.mark.parametrize("after", [7, 8, 2**53])
def test_no_gap_is_no_event(world: World, socket: Socket, stream: str, after: int) -> None:
    assert opened(socket, stream, after={stream: after}, epoch=epoch_of(world))["events"] == {}


def test_another_life_is_for_http(socket: Socket, stream: str) -> None:
    assert opened(socket, stream, after={stream: 4}, epoch="0123456789abcdef")["events"] == {}


def test_fifty_events_come_and_one_more_does_not(world: World, socket: Socket) -> None:
    thread = world.thread(world.room)
    for n in range(50):
        world.message(thread, str(n))
    stream, epoch = f"room:{world.room}", epoch_of(world)
    head = opened(socket, stream)["heads"][stream]
    found = opened(socket, stream, after={stream: head - 50}, epoch=epoch)["events"][stream]
    assert [event["seq"] for event in found] == list(range(head - 49, head + 1))
    assert opened(socket, stream, after={stream: head - 51}, epoch=epoch)["events"] == {}


def test_what_is_no_longer_kept_is_for_http(world: World, socket: Socket, stream: str) -> None:
    """There it is a 410; a part of a gap would look like the whole."""
    with world.store.transaction() as session:
        session.execute(sa.delete(FeedEvent).where(FeedEvent.stream == stream, FeedEvent.seq == 5))
    epoch = epoch_of(world)
    assert opened(socket, stream, after={stream: 4}, epoch=epoch)["events"] == {}
    assert [e["seq"] for e in opened(socket, stream, after={stream: 5}, epoch=epoch)["events"][stream]] == [6, 7]


def test_a_stream_that_may_not_be_read_brings_nothing(world: World, socket_of: SocketOf, stream: str) -> None:
    data = opened(socket_of("foreign_officer"), stream, after={stream: 0}, epoch=epoch_of(world))
    assert (data["events"], data["refused"]) == ({}, [stream])


def test_many_streams_and_no_more_text_than_a_reader_may_leave_unread(
    world: World, socket: Socket, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several gaps those come that fit together."""
    world.thread(world.commons, body="長い" * 2_000)
    other, epoch = f"room:{world.commons}", epoch_of(world)
    after = {stream: 0, other: 0, "room:999999": 3}
    ask = {"streams": [stream, other], "after": after, "epoch": epoch}
    assert set(socket.ask("feed:open", ask)["data"]["events"]) == {stream, other}
    monkeypatch.setattr(queries, "GAP_CHARS", 8_000)
    assert set(socket.ask("feed:open", ask)["data"]["events"]) == {stream}


@pytest.mark.parametrize("after", [{"room:1": -1}, {"room:1": "3"}, {"room:1": 1.5}, {"room:1": None}, [3], "3", 3])
def test_senseless_cursors_are_refused(socket: Socket, stream: str, after: Any) -> None:
    assert socket.ask("feed:open", {"streams": [stream], "after": after})["error"]["code"] == "invalid"


def test_a_thousand_streams_open_in_one_call_and_not_one_more(world: World, socket: Socket, stream: str) -> None:
    many = [stream, *(f"room:{n}" for n in range(900_000, 900_999))]
    data = socket.ask("feed:open", {"streams": many, "after": dict.fromkeys(many, 0), "epoch": epoch_of(world)})["data"]
    assert (set(data["heads"]), len(data["refused"])) == ({stream}, 999)
    assert socket.ask("feed:open", {"streams": [*many, "room:1"]})["error"]["code"] == "invalid"


def test_whoever_reads_two_hundred_and_fifty_rooms_hears_all_of_them(world: World) -> None:
    """People of the DX section in the largest prefecture. Seen to fail with 200 for MOST_STREAMS."""
    with world.store.transaction() as session:
        audience = session.get_one(Room, world.commons).audience_id
        common = {"kind": "circle", "audience_id": audience, "created_at": utc_now()}
        session.add_all(Room(name=f"研究会 {n}", **common) for n in range(MANY))
    browser = world.client("supporter")
    page = browser.get("/rooms").text.partition('id="hub-page">')[2].partition("</script>")[0]
    names = json.loads(page)["streams"]
    assert len([name for name in names if name.startswith("room:")]) > MANY
    heads = browser.get(f"/feed?streams={','.join(names)}").json["heads"]
    assert set(heads) == set(names)


def test_more_heads_than_can_be_told_are_refused_not_cut(world: World) -> None:
    browser = world.client("officer")
    assert browser.get("/feed?streams=" + ",".join(f"r:{n}" for n in range(1_001))).status_code == 422
