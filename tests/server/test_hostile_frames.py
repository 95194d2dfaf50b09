"""P3, P5 and S2: hostile peers on raw sockets against the real server. Limits hold before anything is put
together. Each docstring names the protection that was switched off to see the test fail."""

import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.live import Live
from tests.server.conftest import new_server
from tests.server.raw import BINARY, CONTINUATION, PING, TEXT, Raw, masked
from tests.server.watching import figures, harmless, threads_of, worker_of

PATIENCE_S = 2.0
GARBAGE = [
    "", "4", "42", "42x", "4²", "40/nowhere,", "41", "43", "431[]", "44{}", "45-", "451-[]", "4" + "9" * 200,
    "2probe", "5", "6", "42" + "1" * 101 + "[]", '42["connect",{}]', '42["disconnect"]', '42["*",1]', "42[]", "42{}",
    "42[[1]]", "4٣[]",
]  # fmt: skip


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """With rate limits, as in use, and less patience than in use."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    yield from new_server(folder, HUB_PATIENCE_S=str(PATIENCE_S))


def joined(live: Live, staff: int = 0, **options: int) -> Raw:
    return Raw(live.port, live.world["staff"][staff]["cookie"], **options).join()


def refused_with(raw: Raw, within: float = 5) -> int | None:
    assert raw.ended(within) is not None, "the server goes on listening"
    return raw.closed_with


def test_p3_deflate_is_offered_and_not_negotiated(live: Live) -> None:
    """Seen to fail with `Sec-WebSocket-Extensions: permessage-deflate` in the answer of handshake.py."""
    with harmless(live, "P3 deflate offered"):
        offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
        with Raw(live.port, live.world["staff"][0]["cookie"], offer) as raw:
            assert raw.status == 101
            assert "extensions" not in raw.answer.lower()
            raw.send(masked(TEXT, bytes(1000), bits=0x40))
            assert refused_with(raw) == 1002


def test_p3_a_frame_of_a_gigabyte_is_refused_by_its_header(live: Live) -> None:
    """Seen to fail without `_Decoder.extension_processing`."""
    with harmless(live, "P3 1 GB declared"), joined(live) as raw:
        raw.send(masked(TEXT, declared=1 << 30))
        assert refused_with(raw) == 1009


def test_p3_endless_fragments_are_cut_at_the_limit(live: Live) -> None:
    """Seen to fail without the sum of bytes in `_Decoder`."""
    with harmless(live, "P3 endless fragments"), joined(live) as raw:
        raw.send(masked(TEXT, b"4", fin=False))
        sent = 0
        while sent < 50_000_000 and raw.send(masked(CONTINUATION, b"a" * 16_000, fin=False)):
            sent += 16_000
        assert sent < 8_000_000  # the limit and what the kernel's buffers took
        assert refused_with(raw) in (1009, None)  # None: the reset overtook the frame


def test_p3_fragments_of_one_byte_are_cut(live: Live) -> None:
    """Seen to fail without the count of fragments in `_Decoder`."""
    with harmless(live, "P3 fragments of 1 byte"), joined(live) as raw:
        raw.send(masked(TEXT, b"4", fin=False) + masked(CONTINUATION, b"a", fin=False) * 3000)
        assert refused_with(raw, 20) == 1009


def test_p3_an_unfinished_message_is_cut_in_time(live: Live) -> None:
    """Seen to fail without `unfinished_since` in `Member.check`."""
    with harmless(live, "P3 unfinished message"), joined(live) as raw:
        raw.send(masked(TEXT, b"42", fin=False))
        took = raw.ended(PATIENCE_S + 5)
        assert took is not None
        assert raw.closed_with == 1008
        figures.append(f"{'':44} cut after {took:.1f} s (patience {PATIENCE_S} s)")


def test_p3_whole_messages_in_tiny_fragments_without_end(live: Live) -> None:
    """Seen to fail without the count of idle frames in `Link._take`: each message is small enough."""
    with harmless(live, "P3 whole messages in tiny fragments"), joined(live) as raw:
        message = masked(TEXT, b"3", fin=False) + masked(CONTINUATION, fin=False) * 500 + masked(CONTINUATION)
        for _message in range(100):
            raw.send(message)
        assert refused_with(raw) in (1008, None)


@pytest.mark.parametrize(("size", "number"), [(0, 3_000), (200_000, 60)])
def test_p3_packets_without_end_cost_the_others_little(live: Live, size: int, number: int) -> None:
    """They are taken as fast as there is time for them, and the connection lives: what follows is answered. What holds
    here is seen to fail in tests/feed/transport/test_link.py."""
    with harmless(live, f"P3 {number} packets of {size} bytes"), joined(live) as raw:
        packet = masked(TEXT, b"3" + b" " * size)
        for _packet in range(number):
            assert raw.send(packet)
        assert raw.ask("feed:close", {"streams": []})["ok"]


def test_p3_a_flood_of_pings(live: Live) -> None:
    """Seen to fail without the count of idle frames in `Link._take`."""
    with harmless(live, "P3 flood of pings"), joined(live) as raw:
        # Whenever the second ends in which they are counted, more than the allowed 2,000 are in one.
        raw.send(masked(PING, b"x") * 5_000)
        assert refused_with(raw) == 1008


def test_p3_binary_messages_and_attachments_without_end(live: Live) -> None:
    """Seen to fail without the refusal of bytes in `Link._handle` and of attachments in `StrictPacket.decode`."""
    with harmless(live, "P3 binary attachments"), joined(live) as raw:
        raw.say('45999999999-7["message:post",{"_placeholder":true,"num":0}]')
        assert raw.ack(7)["error"]["code"] == "invalid"
        raw.send(masked(BINARY, bytes(200_000)))
        assert refused_with(raw) == 1003


def test_p3_attachments_by_polling(live: Live) -> None:
    """Seen to fail without the kinds of packets in `Member.receive`."""
    with harmless(live, "P3 binary by polling"):
        http, address = polling(live)
        assert http.post(address, data='451-["x",{"_placeholder":true,"num":0}]', timeout=5).status_code == 200
        http.post(address, data="b" + "QUJD" * 40_000, timeout=5)
        assert http.post(address, data="3", timeout=5).status_code == 400
        http.close()


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("17 packets", "\x1e".join(["3"] * 17)),
        ("a packet of 300 kB", "3" * 300_000),
        ("no UTF-8", b"\xff\xfe"),
        ("an unknown kind", "x"),
    ],
)
def test_p3_what_a_poll_must_not_bring(live: Live, what: str, body: str | bytes) -> None:
    """Seen to fail, each by itself, without the number of packets and the size in `Member.handle_post_request`, and
    without the refusal of unknown kinds in `Member.receive`: the answer was 200."""
    with harmless(live, f"P3 poll with {what}"):
        for _attempt in range(20):
            http, address = polling(live)
            http.post(address, data=body, timeout=5)
            assert http.post(address, data="3", timeout=5).status_code == 400
            http.close()


def polling(live: Live, staff: int = 0) -> tuple[requests.Session, str]:
    """Somebody signed in by polling."""
    http = requests.Session()
    http.headers["Cookie"] = live.world["staff"][staff]["cookie"]
    base = f"{live.url}/socket.io/?EIO=4&transport=polling"
    address = f"{base}&sid={json.loads(http.get(base, timeout=5).text[1:])['sid']}"
    assert http.post(address, data="40", timeout=5).status_code == 200
    assert http.get(address, timeout=5).text.startswith("40")
    return http, address


def test_p3_a_post_that_does_not_end(live: Live) -> None:
    """Seen to fail without the time-out around the reading of the body in `Member.handle_post_request`."""
    with harmless(live, "P3 unfinished POST"):
        http, address = polling(live)
        with Raw(live.port, timeout=PATIENCE_S + 5, head=_post_head(live, address, http)) as raw:
            assert raw.status == 400
        http.close()


def _post_head(live: Live, address: str, http: requests.Session) -> list[str]:
    path = address.removeprefix(live.url)
    return [
        f"POST {path} HTTP/1.1",
        "Host: x",
        f"Cookie: {http.headers['Cookie']}",
        "Content-Length: 1000",
        "Connection: close",
    ]


def test_s2_who_never_signs_in_is_cut_and_cannot_take_the_room_of_others(live: Live) -> None:
    """Seen to fail without `alone_since` in `Member.check`, and without `_room_for_strangers`."""
    threads = threads_of(worker_of(live))
    with harmless(live, "S2 300 sockets that never CONNECT"):
        opened = [Raw(live.port) for _ in range(300)]
        assert [raw.status for raw in opened] == [101] * 200 + [503] * 100
        assert threads_of(worker_of(live)) <= threads + 2
        with joined(live) as known:
            assert known.ask("feed:open", {"streams": []})["ok"]
        took = [raw.ended(PATIENCE_S + 6) for raw in opened[:200]]
        assert None not in took
        figures.append(f"{'':44} all cut, the last after {max(t for t in took if t):.1f} s")
        for raw in opened:
            raw.socket.close()


def test_s2_who_is_refused_and_stays_is_cut(live: Live) -> None:
    """Seen to fail without `alone_since` in `Member.check`."""
    with harmless(live, "S2 refused, and stays"):
        raw = Raw(live.port)
        with pytest.raises(PermissionError, match="signed_out"):
            raw.join()
        assert raw.ended(PATIENCE_S + 3) is not None
        http = requests.Session()
        base = f"{live.url}/socket.io/?EIO=4&transport=polling"
        address = f"{base}&sid={json.loads(http.get(base, timeout=5).text[1:])['sid']}"
        begin = time.monotonic()
        assert http.get(address, timeout=PATIENCE_S + 3).text == "1"
        assert time.monotonic() - begin < PATIENCE_S + 2
        raw.socket.close()
        http.close()


def test_a_close_frame_is_answered_with_its_code(live: Live) -> None:
    """Seen to fail without the branch of CLOSE in `Link._handle`."""
    with joined(live) as raw:
        raw.send(masked(8, struct.pack("!H", 1001)))
        assert refused_with(raw) == 1001
    with joined(live) as raw:
        raw.send(masked(TEXT, b"42\xff"))
        assert refused_with(raw) == 1007
    with joined(live) as raw:
        raw.send(masked(TEXT, b'421["feed:open",', fin=False) + masked(PING, b"here") + masked(0, b'{"streams":[]}]'))
        assert raw.frame() == (10, b"here")
        assert raw.ack(1)["ok"]


def test_p5_garbage_in_a_loop_does_not_fill_the_log(live: Live) -> None:
    """Seen to fail without the `except` of `StrictPacket.decode`: 2 KB of stack trace for each."""
    with harmless(live, f"P5 {len(GARBAGE) * 4} packets of garbage"):
        raw = joined(live, 1)
        for text in GARBAGE * 4:
            try:
                raw.say(text)
                raw.ask("feed:open", {"streams": []})
            except (ConnectionError, ValueError):  # cut, or an ack of the garbage itself
                raw.socket.close()
                raw = joined(live, 1)
        raw.socket.close()
