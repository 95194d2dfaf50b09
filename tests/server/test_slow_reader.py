"""P4: somebody who does not read is cut at a bound, whether or not they say that they are alive, and loses nothing."""

import secrets
import threading
import time
from typing import Any

import requests

from tests.live import Live
from tests.server.raw import TEXT, Raw, masked
from tests.server.watching import figures, harmless

BODY = "市町村の相談" * 1500
MOST_POSTS = 600
POSTS = 100  # more than the kernel takes, less than the bound


def test_p4_who_does_not_read_is_cut_and_catches_up(live: Live) -> None:
    """Seen to fail without the bound in `Link.write`: nobody was cut."""
    stream = f"room:{live.world['room_id']}"
    with harmless(live, "P4 reader that only sends PONG"):
        slow = Raw(live.port, live.world["staff"][1]["cookie"], receive_bytes=4096).join()
        head = slow.ask("feed:open", {"streams": [stream]})["data"]["heads"][stream]
        alive = threading.Thread(target=_pong, args=(slow,), daemon=True)
        alive.start()
        writer, posts = Raw(live.port, live.world["staff"][0]["cookie"]).join(), 0
        while alive.is_alive() and posts < MOST_POSTS:
            posts += 1
            assert writer.ask("message:post", _post(live))["ok"]
        assert not alive.is_alive(), "nobody was cut"
        figures.append(f"{'':44} cut after {posts} posts of {len(BODY.encode())} bytes")
        writer.socket.close()
        slow.socket.close()
    assert _seqs(live, stream, head) == list(range(head + 1, head + 1 + posts))


def test_p4_a_slow_reader_gets_whole_frames(live: Live) -> None:
    """Seen to fail with `self._out[:count] = []` after a partial send in `Link._send_some`: frames were truncated."""
    stream = f"room:{live.world['room_id']}"
    slow = Raw(live.port, live.world["staff"][1]["cookie"], receive_bytes=4096).join()
    head = slow.ask("feed:open", {"streams": [stream]})["data"]["heads"][stream]
    with Raw(live.port, live.world["staff"][0]["cookie"]).join() as writer:
        for _post_number in range(POSTS):
            assert writer.ask("message:post", _post(live))["ok"]
    slow.ask("feed:open", {"streams": []})
    seqs = [data["seq"] for name, data in slow.events if name == "feed" and data["type"] == "message:posted"]
    assert seqs == list(range(head + 1, head + POSTS + 1))
    slow.socket.close()


def _post(live: Live) -> dict[str, Any]:
    return {"thread_id": live.world["thread_id"], "body": BODY, "client_id": secrets.token_hex(8)}


def _pong(slow: Raw) -> None:
    """Say that one is alive, without ever reading, until the connection ends."""
    while slow.send(masked(TEXT, b"3")):
        time.sleep(0.05)


def _seqs(live: Live, stream: str, after: int) -> list[int]:
    headers, seqs, more = {"Cookie": live.world["staff"][1]["cookie"], "Accept": "application/json"}, [after], True
    while more:
        address = f"{live.url}/feed/{stream}?after={seqs[-1]}&limit=50"
        page = requests.get(address, headers=headers, timeout=20).json()
        seqs += [event["seq"] for event in page["events"]]
        more = page["has_more"]
    return seqs[1:]
