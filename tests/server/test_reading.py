"""Searching beside a real worker: its process may be killed, and posting goes on while it computes."""

import os
import signal
import threading
import time
from pathlib import Path
from urllib.parse import quote

from tests.live import Live
from tests.server.person import Person
from tests.server.watching import worker_of

POSTS, ACK_S = 10, 2.0


def reading_of(live: Live, besides: int = 0) -> int:
    """The process id of the worker's reading process, once it runs."""
    worker, end = worker_of(live), time.monotonic() + 60
    while time.monotonic() < end:
        for thread in Path(f"/proc/{worker}/task").iterdir():
            for child in map(int, (thread / "children").read_text().split()):
                if child != besides and b"hub.reading_process" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return child
        time.sleep(0.05)
    raise AssertionError(f"no reading process:\n{live.log()[-2000:]}")


def total(person: Person, text: str) -> int:
    return int(person.get(f"/search?q={quote(text)}")["total"])


def found_within(person: Person, text: str, seconds: float) -> float:
    begun = time.monotonic()
    while total(person, text) == 0:
        assert time.monotonic() - begun < seconds, text
        time.sleep(0.02)
    return time.monotonic() - begun


def metric(live: Live, person: Person, name: str) -> float:
    return sum(float(row.split()[1]) for row in person.text("/metrics").splitlines() if row.startswith(name))


def test_a_killed_process_is_replaced_and_nobody_notices(live: Live) -> None:
    person = Person(live.url, live.world["staff"][0]["cookie"]).connect()
    assert person.post(live.world["thread_id"], "付箋の色について")["ok"]
    found_within(person, "付箋", 20)
    killed = reading_of(live)
    os.kill(killed, signal.SIGKILL)
    assert total(person, "付箋") == 1
    os.kill(reading_of(live, killed), signal.SIGKILL)
    assert person.post(live.world["thread_id"], "虫眼鏡の貸出について")["ok"]
    found_within(person, "虫眼鏡", 20)
    assert metric(live, person, "hub_reading_starts_total") >= 3
    assert metric(live, person, "hub_reading_up") == 1


def test_posting_goes_on_while_a_search_computes(live: Live) -> None:
    """The process is stopped in the midst of a search: acks, pages and the feed do not wait for it."""
    person = Person(live.url, live.world["staff"][0]["cookie"]).connect()
    assert person.post(live.world["thread_id"], "回覧板の電子化")["ok"]
    found_within(person, "回覧板", 20)
    reading, totals = reading_of(live), []
    os.kill(reading, signal.SIGSTOP)
    searcher = threading.Thread(target=lambda: totals.append(total(person, "回覧板")))
    try:
        searcher.start()
        time.sleep(0.3)
        for n in range(POSTS):
            begun = time.monotonic()
            assert person.post(live.world["thread_id"], f"つづき{n}")["ok"]
            assert time.monotonic() - begun < ACK_S
        assert person.text(f"/threads/{live.world['thread_id']}")
        assert totals == []
    finally:
        os.kill(reading, signal.SIGCONT)
    searcher.join(20)
    assert totals == [1]


def wait_for_the_end_of(process: int) -> None:
    end = time.monotonic() + 60  # it may be about to start, on a machine on which much else does
    while os.path.exists(f"/proc/{process}"):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_it_ends_with_its_worker_however_that_ends(live: Live) -> None:
    """The worker alone is killed: gunicorn starts another, with a process of its own."""
    worker, reading = worker_of(live), reading_of(live)
    os.kill(worker, signal.SIGKILL)
    wait_for_the_end_of(reading)
    end = time.monotonic() + 30
    while not live.answers():
        assert time.monotonic() < end
        time.sleep(0.1)
    reading = reading_of(live, reading)
    assert live.process is not None
    live.process.send_signal(signal.SIGTERM)
    assert live.process.wait(20) == 0
    wait_for_the_end_of(reading)
    live.start()
