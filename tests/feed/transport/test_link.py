"""One connection of the hub's transport on a pair of sockets, in the loop's own time."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import gevent
import pytest
from engineio.packet import MESSAGE, Packet

from hub.config import Config
from hub.feed.transport.link import IDLE_FRAMES_IN_A_SECOND, Link
from hub.feed.transport.member import frame_of
from tests.feed.transport.test_frames import PING, TEXT, sent

CONFIG = Config(frame_bytes=1024, backlog_bytes=1_000_000, patience_s=1)


class Counting:
    """A socket that counts what it is asked to send."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.sends = sock, []

    def send(self, data: bytes) -> int:
        self.sends.append(len(data))
        return self.sock.send(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)


class Pair:
    def __init__(self, heard: Callable[["Pair", str], None], config: Config = CONFIG) -> None:
        ours, self.peer = socket.socketpair()
        ours.setblocking(False)
        self.peer.setblocking(False)
        self.ours, self.gone = Counting(ours), 0
        self.link = Link(self.ours, config, lambda text: heard(self, text), self._left)

    def _left(self) -> None:
        self.gone += 1

    def read(self) -> bytes:
        data = b""
        while True:
            try:
                more = self.peer.recv(1 << 20)
            except BlockingIOError:
                return data
            if not more:
                return data
            data += more


@pytest.fixture
def heard() -> list[tuple[Pair, str]]:
    return []


@pytest.fixture
def pair(heard: list[tuple[Pair, str]]) -> Iterator[Callable[[], Pair]]:
    made: list[Pair] = []

    def make() -> Pair:
        made.append(Pair(lambda who, text: heard.append((who, text))))
        return made[-1]

    yield make
    for one in made:
        one.link.drop()
        one.peer.close()
    turn()


def turn(times: int = 5) -> None:
    for _turn in range(times):
        gevent.sleep(0.001)


def test_one_peer_s_many_messages_do_not_hold_up_another_s_one(pair: Callable[[], Pair], heard: list) -> None:
    """Seen to fail without the sleep in `Link._take`: the other's was the 102nd."""
    first, many, last = pair(), pair(), pair()
    many.peer.sendall(sent(TEXT, b"a") * 100)
    for one in (first, last):  # whichever the loop looks at first
        one.peer.sendall(sent(TEXT, b"b"))
    turn(300)
    assert len(heard) == 102
    assert [who for who, _text in heard].index(first) < 4
    assert [who for who, _text in heard].index(last) < 4


def test_others_are_read_while_one_peer_floods(pair: Callable[[], Pair]) -> None:
    """Seen to fail without the sleep in `Link._take`, and with `TURN_S = 0`: gevent comes back from a sleep(0) many
    times before it looks at the sockets."""
    order: list[str] = []
    other = Pair(lambda _who, _text: order.append("other"))

    def speak(_who: Pair, _text: str) -> None:
        if not order:
            other.peer.sendall(sent(TEXT, b"b"))
        order.append("flood")

    flood = Pair(speak)
    flood.peer.sendall(sent(TEXT, b"a") * 500)
    turn(50)
    assert order.index("other") < 10
    for one in (flood, other):
        one.link.drop()
        one.peer.close()


def test_what_is_read_of_one_peer_in_a_second_is_bounded(heard: list) -> None:
    """Seen to fail with `CHUNK_S = 0`."""
    one = Pair(lambda _who, text: heard.append(text), Config(frame_bytes=100_000))
    left, begin = sent(TEXT, b"a" * 100_000) * 20, time.monotonic()
    while len(heard) < 20:
        with suppress(BlockingIOError):
            left = left[one.peer.send(left[:50_000]) :]
        turn(1)
    assert time.monotonic() - begin > 0.4  # 122 chunks
    one.link.drop()
    one.peer.close()


def test_frames_that_bring_nothing_are_counted(pair: Callable[[], Pair]) -> None:
    """Seen to fail without the count in `Link._take`."""
    one = pair()
    one.peer.sendall(sent(PING) * (IDLE_FRAMES_IN_A_SECOND + 1))
    turn(300)
    assert one.link.closed
    assert one.read().endswith(b"\x88\x02\x03\xf0")  # 1008


def test_what_piles_up_goes_out_in_one_send(pair: Callable[[], Pair]) -> None:
    """Seen to fail with a flush in `Link.write`: three sends."""
    one = pair()
    for text in (b"first", b"second", b"third"):
        one.link.write(text)
    assert one.ours.sends == []
    turn()
    assert one.ours.sends == [16]
    assert one.read() == b"firstsecondthird"


def test_an_event_s_frame_is_made_once_for_everybody() -> None:
    """Seen to fail without the frame that `frame_of` keeps with the packet."""
    packet = Packet(MESSAGE, '2["feed",{}]')
    assert frame_of(packet) is frame_of(packet)
    assert frame_of(packet) == b'\x81\x0d42["feed",{}]'


def test_a_slow_reader_gets_everything_in_order_and_whole(pair: Callable[[], Pair]) -> None:
    """Seen to fail without the rest of a send that the kernel took in part, without the watcher for its room (both in
    `Link.flush`), and, the second time, where what had gone out counted on."""
    one = pair()
    for _time in range(2):  # more than the bound in all, never so much at once
        wanted, got = b"", b""
        for number in range(900):
            data = b"%04d" % number * 256
            one.link.write(data)
            wanted += data
        turn()
        assert 0 < sum(one.ours.sends[-1:]) < len(wanted)
        for _turn in range(200):
            got += one.read()
            turn(1)
        assert got == wanted
        assert not one.link.closed


def test_who_does_not_read_is_cut_at_the_bound(pair: Callable[[], Pair]) -> None:
    """Seen to fail without the bound in `Link.write`, and without the call of `gone` in `Link._shut`."""
    one = pair()
    for _number in range(3000):
        one.link.write(bytes(1024))
        turn(1)
    assert one.link.closed
    assert one.gone == 1


def test_the_end_is_told_once_and_what_was_written_arrives(pair: Callable[[], Pair]) -> None:
    """Seen to fail without what `Link._linger` sends, with a `drop` after the close that was not asked whether all is
    over already, with a `write` that was not, and without the call of `gone`."""
    one = pair()
    one.link.write(b"farewell")
    one.link.close(1001)
    one.link.drop()
    one.link.write(b"too late")
    turn()
    assert one.read() == b"farewell\x88\x02\x03\xe9"
    assert one.gone == 1


def test_nothing_is_read_while_a_message_is_handled(heard: list) -> None:
    """The kernel's buffer is the queue: what a peer sends meanwhile costs the hub no memory. Seen to fail with a
    watcher that goes on in `Link._wake`."""
    free = gevent.event.Event()

    def slow(_who: Pair, text: str) -> None:
        heard.append(text)
        free.wait()

    one = Pair(slow)
    one.peer.sendall(sent(TEXT, b"a"))
    turn()
    one.peer.sendall(sent(TEXT, b"b") + sent(PING))
    turn()
    assert heard == ["a"]
    free.set()
    turn()
    assert heard == ["a", "b"]
    one.link.drop()
    one.peer.close()
