"""One Engine.IO connection: kept alive, given up in time, bounded, and asked by one poll and one post at a time."""

import io
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from engineio import exceptions
from engineio.packet import MESSAGE, NOOP, PING, Packet
from engineio.server import Server
from gevent.queue import Queue

from hub.config import Config
from hub.feed.transport.engine import Engine
from hub.feed.transport.member import GOING_AWAY, Member

CONFIG = Config(frame_bytes=1_024, backlog_bytes=10_000, patience_s=1)
INTERVAL, TIMEOUT = 25.0, 20.0


class Link:
    """A WebSocket that notes what it is told."""

    def __init__(self, heard_at: float) -> None:
        self.last_heard, self.unfinished_since, self.idle_frames = heard_at, None, 0
        self.written: list[bytes] = []
        self.closed_with: int | None = None

    def write(self, frame: bytes) -> None:
        self.written.append(bytes(frame))

    def close(self, code: int) -> None:
        self.closed_with = self.closed_with or code


@pytest.fixture
def server() -> Any:
    told: list[tuple[str, Any]] = []
    return SimpleNamespace(
        config=CONFIG,
        ping_interval=INTERVAL,
        ping_timeout=TIMEOUT,
        is_joined=lambda _sid: True,
        reason=Server.reason,
        sockets={},
        told=told,
        _trigger_event=lambda name, sid, reason, run_async: told.append((name, reason)),
    )


def member_of(server: Any, *, polling: bool = False) -> Member:
    made = Member(server, "sid")
    server.sockets["sid"] = made
    if polling:
        made.queue = Queue()
    else:
        made.link, made.upgraded = Link(made.last_heard), True
    return made


def test_everybody_is_pinged_once_in_an_interval(server: Any) -> None:
    """Seen to fail without the ping in `Member.check`, and without a new `ping_at`."""
    member = member_of(server)
    for second in range(1, 60):
        member.link.last_heard = member.last_heard + second - 1
        member.check(member.last_heard + second)
    assert member.link.written == [b"\x81\x012"] * 2
    assert not member.closed


def test_a_poll_brings_the_ping(server: Any) -> None:
    member = member_of(server, polling=True)
    waiting = gevent.spawn(member.handle_get_request, {}, None)
    gevent.sleep(0)
    member.check(member.last_heard + INTERVAL)
    assert [pkt.packet_type for pkt in waiting.get(timeout=1)] == [PING]


@pytest.mark.parametrize("polling", [False, True])
def test_who_is_not_heard_of_is_given_up(server: Any, polling: bool) -> None:
    """A middlebox forgot the connection and nothing says so. Seen to fail without PING_TIMEOUT in `Member.check`."""
    member = member_of(server, polling=polling)
    member.check(member.last_heard + INTERVAL + TIMEOUT - 0.1)
    assert not member.closed
    member.check(member.last_heard + INTERVAL + TIMEOUT)
    assert member.closed
    assert server.told == [("disconnect", Server.reason.PING_TIMEOUT)]
    assert server.sockets == {}
    assert polling or member.link.closed_with == GOING_AWAY


def test_who_does_not_poll_is_cut_at_a_bound(server: Any) -> None:
    """Seen to fail without the bound in `Member.send`, and when what a poll took away was still counted."""
    member = member_of(server, polling=True)
    for _poll in range(3):
        for _packet in range(16):
            member.send(Packet(MESSAGE, data="x" * 400))
        assert len(member.handle_get_request({}, None)) == 16
    gevent.sleep(0)
    assert not member.closed
    for _packet in range(30):
        member.send(Packet(MESSAGE, data="x" * 400))
    gevent.sleep(0)
    assert member.closed
    assert server.told == [("disconnect", Server.reason.TRANSPORT_ERROR)]


def test_a_second_poll_ends_the_first(server: Any) -> None:
    """Seen to fail without the NOOP in `handle_get_request`, and without the pause after it: the second took it."""
    member = member_of(server, polling=True)
    first = gevent.spawn(member.handle_get_request, {}, None)
    gevent.sleep(0)
    second = gevent.spawn(member.handle_get_request, {}, None)
    gevent.sleep(0.01)
    member.send(Packet(MESSAGE, data="for the second"))
    assert [pkt.packet_type for pkt in first.get(timeout=1)] == [NOOP]
    assert [pkt.data for pkt in second.get(timeout=1)] == ["for the second"]


def test_two_posts_at_once_are_one_too_many(server: Any) -> None:
    """Their packets would be mixed. Seen to fail without `posting`."""
    member = member_of(server, polling=True)
    slow = SimpleNamespace(read=lambda _length: gevent.sleep(0.1) or b"3")
    first = gevent.spawn(member.handle_post_request, {"CONTENT_LENGTH": "1", "wsgi.input": slow})
    gevent.sleep(0)
    with pytest.raises(exceptions.ContentTooLongError):
        member.handle_post_request({"CONTENT_LENGTH": "1", "wsgi.input": io.BytesIO(b"3")})
    first.get(timeout=1)
    member.handle_post_request({"CONTENT_LENGTH": "1", "wsgi.input": io.BytesIO(b"3")})


def test_one_that_fails_does_not_keep_the_keeper_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen to fail without the try in `Engine._keep`: nobody was pinged or given up any more."""
    monkeypatch.setattr("hub.feed.transport.engine.TICK_S", 0.01)
    engine = Engine(CONFIG, lambda _environ: True, lambda _sid: True, async_mode="threading")
    checked: list[str] = []

    def failing(_now: float) -> None:
        raise RuntimeError("of one")

    engine.sockets = {
        "a": SimpleNamespace(closed=False, check=failing),
        "b": SimpleNamespace(closed=False, check=lambda _now: checked.append("b")),
    }
    keeper = gevent.spawn(engine._keep)
    gevent.sleep(0.05)
    keeper.kill()
    assert len(checked) > 1
