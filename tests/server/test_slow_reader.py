"""P4: somebody who does not read is cut at a bound, whether or not they say that they are alive, and loses nothing."""

import secrets
import threading
import time
from collections.abc import Callable

import requests

from tests.live import Live
from tests.server.raw import TEXT, Raw, masked
from tests.server.watching import figures, harmless

BODY = "𠮷" * 9_900  # four bytes each
MOST_POSTS = 600
POSTS = 70  # more than the kernel takes, less than the bound


def test_p4_who_does_not_read_is_cut_and_catches_up(live: Live) -> None:
    """Seen to fail without the bound in `Link.write`: nobody was cut. Long posts one after the other hold up a
    bystander by themselves, so the time before is taken with them as well, everybody reading."""
    stream = f"room:{live.world['room_id']}"
    with harmless(live, "P4 reader that only sends PONG", lambda: _write(live, 30)):
        slow = Raw(live.port, live.world["staff"][1]["cookie"], receive_bytes=4096).join()
        head = slow.ask("feed:open", {"streams": [stream]})["data"]["heads"][stream]
        alive = threading.Thread(target=_pong, args=(slow,), daemon=True)
        alive.start()
        posts = _write(live, MOST_POSTS, alive.is_alive)
        assert not alive.is_alive(), "nobody was cut"
        figures.append(f"{'':44} cut after {posts} posts of {len(BODY.encode())} bytes")
        slow.socket.close()
    assert _seqs(live, stream, head) == list(range(head + 1, head + 1 + posts))


def test_p4_a_slow_reader_gets_whole_frames(live: Live) -> None:
    """Seen to fail with `self._out[:count] = []` after a partial send in `Link.flush`: frames were truncated."""
    stream = f"room:{live.world['room_id']}"
    slow = Raw(live.port, live.world["staff"][1]["cookie"], receive_bytes=4096).join()
    head = slow.ask("feed:open", {"streams": [stream]})["data"]["heads"][stream]
    _write(live, POSTS)
    slow.ask("feed:open", {"streams": []})
    seqs = [data["seq"] for name, data in slow.events if name == "feed" and data["type"] == "message:posted"]
    assert seqs == list(range(head + 1, head + POSTS + 1))
    slow.socket.close()


def _write(live: Live, most: int, go_on: Callable[[], bool] = lambda: True) -> int:
    """Post one after the other; how many."""
    posts = 0
    with Raw(live.port, live.world["staff"][0]["cookie"]).join() as writer:
        while posts < most and go_on():
            posts += 1
            post = {"thread_id": live.world["thread_id"], "body": BODY, "client_id": secrets.token_hex(8)}
            assert writer.ask("message:post", post)["ok"]
    return posts


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
