"""A worker that is told to end closes its connections in waves, and nothing that was acknowledged is missed by them."""

import secrets
import signal
import threading
import time
from collections import Counter

from hub.feed.leaving import WAVE_S, WAVES
from tests.live import Live
from tests.server.raw import Raw
from tests.server.watching import figures

READERS = 48


class Reader(threading.Thread):
    """Reads until it is cut; `ended_at` and the seqs that came before."""

    def __init__(self, live: Live, number: int, stream: str) -> None:
        super().__init__(daemon=True)
        self.raw = Raw(live.port, live.world["staff"][number % 5]["cookie"], timeout=60).join()
        assert self.raw.ask("feed:open", {"streams": [stream]})["ok"]
        self.ended_at = 0.0

    def run(self) -> None:
        self.raw.ended(60)
        self.ended_at = time.monotonic()


def test_sockets_are_closed_in_waves_and_nobody_misses_anything(live: Live) -> None:
    """Seen to fail with one wave instead of WAVES, and without `watch_for_the_end` in
    gunicorn.conf.py: the sockets broke without a close frame."""
    stream = f"room:{live.world['room_id']}"
    readers = [Reader(live, number, stream) for number in range(READERS)]
    for reader in readers:
        reader.start()
    with Raw(live.port, live.world["staff"][0]["cookie"]).join() as writer:
        payload = {"thread_id": live.world["thread_id"], "body": "止める前に", "client_id": secrets.token_hex(8)}
        seq = writer.ask("message:post", payload)["data"]["seq"]
    assert live.process is not None
    begin = time.monotonic()
    live.process.send_signal(signal.SIGTERM)
    assert live.process.wait(20) == 0
    took = time.monotonic() - begin
    for reader in readers:
        reader.join(20)
    assert {reader.raw.closed_with for reader in readers} == {1001}
    ends = sorted(reader.ended_at - begin for reader in readers)
    assert ends[-1] - ends[0] >= WAVES * WAVE_S / 2
    largest = max(Counter(int(end / WAVE_S) for end in ends).values())
    assert largest <= READERS / 2, "a stampede"
    figures.append(
        f"{f'a worker ends with {READERS} sockets':<44} closed over {ends[-1] - ends[0]:.1f} s, at most {largest} in"
        f" {WAVE_S} s; ended after {took:.1f} s"
    )
    live.start()
    with Raw(live.port, live.world["staff"][2]["cookie"]).join() as back:
        assert back.ask("feed:open", {"streams": [stream]})["data"]["heads"][stream] == seq
