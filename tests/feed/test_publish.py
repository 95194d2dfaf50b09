"""What goes out after a commit: the events in order, those of a batch in one write for each reader."""

from datetime import UTC, datetime
from types import SimpleNamespace

from engineio.packet import Packet

from hub.config import Config
from hub.extensions import socketio
from hub.feed.bus import Bus
from hub.feed.log import Logged
from hub.feed.publish import announced, counts, publish
from hub.feed.together import Together
from hub.feed.transport.engine import Engine
from hub.feed.transport.member import frame_of

AT = datetime(2026, 4, 1, tzinfo=UTC)


def events(*places: tuple[str, int]) -> list[Logged]:
    return [
        Logged(stream, seq, "message:posted", AT, {"body": f"{stream} {seq}"}, None, None) for stream, seq in places
    ]


def received(socket) -> list[tuple[str, int]]:
    return [(one["args"][0]["stream"], one["args"][0]["seq"]) for one in socket.get_received() if one["name"] == "feed"]


def test_everything_comes_in_order(socket_of, world, app):
    socket = socket_of("officer")
    room, own = f"room:{world.room}", f"user:{world.officer}"
    socket.ask("feed:open", {"streams": [room, own]})
    with app.app_context():
        before = counts["feed"]
        publish("epoch", events((room, 901), (own, 55), (room, 902), (room, 903)))
        assert counts["feed"] == before + 4
    assert received(socket) == [(room, 901), (own, 55), (room, 902), (room, 903)]
    assert announced[room] == 903
    announced.clear()


def test_nobody_is_told_that_a_write_failed_because_a_bus_did(app, world, monkeypatch):
    def broken(*_args) -> None:
        raise OSError

    monkeypatch.setattr(socketio.server.manager, "emit_all", broken)
    with app.app_context():
        before = counts["failed"]
        publish("epoch", events((f"room:{world.room}", 1), (f"room:{world.room}", 2)))
        assert counts["failed"] == before + 2
    announced.clear()


class Member:
    def __init__(self) -> None:
        self.got: list[tuple[int, bytes]] = []

    def send_all(self, packets: list[Packet], frames: bytes) -> None:
        assert frames == b"".join(map(frame_of, packets))
        self.got.append((len(packets), frames))


def manager_with(members: dict[str, Member], manager: Together) -> Together:
    engine = object.__new__(Engine)
    engine.sockets, engine.config = dict(members), Config(backlog_bytes=4_000)
    manager.server = SimpleNamespace(eio=engine, packet_class=socketio.server.packet_class)
    for sid in ("a", "b", "gone"):
        manager.basic_enter_room(f"of-{sid}", "/", None, eio_sid=sid)
        manager.basic_enter_room(f"of-{sid}", "/", "room:1")
    return manager


def test_several_events_are_one_write_for_each_reader(app):
    """Seen to fail with an `emit` for each event."""
    a, b = Member(), Member()
    manager_with({"a": a, "b": b}, Together()).emit_all("feed", [{"n": 1}, {"n": 2}, {"n": 3}], "room:1")
    assert [count for count, _frames in a.got] == [3]
    assert a.got == b.got


def test_other_workers_get_each_event_by_the_bus(app, monkeypatch):
    sent: list[dict] = []
    bus = Bus("redis://127.0.0.1:1/0")
    monkeypatch.setattr(bus, "_publish", sent.append)
    a = Member()
    manager_with({"a": a}, bus).emit_all("feed", [{"n": 1}, {"n": 2}], "room:1")
    assert [count for count, _frames in a.got] == [2]
    assert [(one["event"], one["data"], one["room"], one["host_id"]) for one in sent] == [
        ("feed", [{"n": 1}], "room:1", bus.host_id),
        ("feed", [{"n": 2}], "room:1", bus.host_id),
    ]


def test_so_much_that_it_would_cut_those_who_keep_up_is_not_pushed(app):
    """Seen to fail without the bound: seventy long posts of one moment cut everybody who had the room open."""
    a = Member()
    manager = manager_with({"a": a}, Together())
    assert manager.emit_all("feed", [{"body": "x" * 200}], "room:1")
    assert not manager.emit_all("feed", [{"body": "x" * 200}, {"body": "y" * 200}], "room:1")
    assert len(a.got) == 1


def test_they_are_told_the_head_then_and_fetch_it(socket_of, world, app, monkeypatch):
    socket = socket_of("officer")
    room = f"room:{world.room}"
    socket.ask("feed:open", {"streams": [room]})
    monkeypatch.setattr(socketio.server.manager, "emit_all", lambda *_args: False)
    with app.app_context():
        publish("epoch", events((room, 901), (room, 902)))
    told = [one["args"][0] for one in socket.get_received() if one["name"] == "feed:heads"]
    assert told == [{"epoch": "epoch", "heads": {room: 902}}]
    announced.clear()


def test_what_was_not_sent_is_left_to_the_watcher(app, world, monkeypatch):
    """Seen to fail with the head noted as announced whatever came of it: readers waited 25 seconds."""
    announced.clear()
    monkeypatch.setattr(socketio.server.manager, "emit_all", lambda *_args: 1 / 0)
    with app.app_context():
        publish("epoch", events((f"room:{world.room}", 7)))
    assert announced == {}


def test_one_reader_at_fault_keeps_it_from_nobody(app):
    class Faulty(Member):
        def send_all(self, packets: list[Packet], frames: bytes) -> None:
            raise OSError

    after = Member()
    manager_with({"a": Faulty(), "b": after}, Together()).emit_all("feed", [{"n": 1}], "room:1")
    assert len(after.got) == 1
