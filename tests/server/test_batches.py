"""Batches under fault: many people post in the same instant, and the server is killed or its disk is full in the midst
of it. Nothing acknowledged is lost, nothing is there twice, and no number is left out."""

import json
import os
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
import sqlalchemy as sa

from hub.feed.models import FeedEvent
from hub.threads.models import Message
from hub.writing import BUSY
from tests.live import Live
from tests.server.conftest import TWICE, new_server
from tests.server.faulty import full_disk, small_disk
from tests.server.raw import Raw
from tests.server.test_isolation import database_of
from tests.server.watching import figures

SOCKETS = 40
KILLS = max(3, int(os.environ.get("HUB_SOAK_KILLS", "3")) // 4)


@pytest.fixture
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("batches")
    with ExitStack() as stack:
        if not TWICE:
            stack.enter_context(small_disk(folder, 100))
        yield from new_server(folder, HUB_RATE_LIMITS="off")


class Crowd:
    """Everybody posts at once, each on a socket of their own; what was not acknowledged is said again as it was."""

    def __init__(self, live: Live, **more: object) -> None:
        """`more` goes with each post."""
        self.live, self.more = live, more
        self.stored: set[str] = set()
        self.open: dict[str, int] = {}  # sent, and not acknowledged: by whose socket

    @contextmanager
    def connected(self) -> Iterator[list[Raw]]:
        with ExitStack() as stack:
            people = self.live.world["staff"]
            cookies = [people[n % len(people)]["cookie"] for n in range(SOCKETS)]
            yield [stack.enter_context(Raw(self.live.port, cookie)).join() for cookie in cookies]

    def say(self, sockets: list[Raw], bodies: dict[str, int]) -> set[str]:
        """The codes of refusals. Raises ConnectionError when the server has gone."""
        asked = []
        for body, number in bodies.items():
            raw = sockets[number]
            raw.calls += 1
            self.open[body] = number
            payload = {"thread_id": self.live.world["thread_id"], "body": body, "client_id": body, **self.more}
            raw.say(f"42{raw.calls}{json.dumps(['message:post', payload])}")
            asked.append((raw, raw.calls, body))
        refused = set()
        for raw, call, body in asked:
            answer = raw.ack(call)
            if answer["ok"]:
                self.open.pop(body, None)
                self.stored.add(body)
            else:
                refused.add(answer["error"]["code"])
        return refused

    def say_again(self) -> None:
        """Each by the same person, over new connections, until everything is acknowledged."""
        with self.connected() as sockets:
            while self.open:
                assert self.say(sockets, dict(self.open)) == set()


def new_bodies() -> dict[str, int]:
    return {f"post-{secrets.token_hex(8)}": number for number in range(SOCKETS)}


def check(live: Live, crowd: Crowd, what: str) -> None:
    """Seen to fail with an answer given before the commit (lost), and without receipts (doubled)."""
    thread_id = int(live.world["thread_id"])
    with database_of(live) as database, database.read() as session:
        rows = session.execute(sa.select(Message.body, Message.position).where(Message.thread_id == thread_id)).all()
        events = session.execute(sa.select(FeedEvent.stream, FeedEvent.seq, FeedEvent.at, FeedEvent.type)).all()
    found = Counter(body for body, _position in rows)
    assert [body for body in crowd.stored if found[body] != 1] == []
    assert sorted(position for _body, position in rows) == list(range(1, len(rows) + 1))
    for stream in {stream for stream, *_rest in events}:
        seqs = sorted(seq for of, seq, *_rest in events if of == stream)
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    batches = Counter(at for *_rest, at, type_ in events if type_ == "message:posted")
    assert max(batches.values()) >= BUSY  # else it was no batch that was hit
    figures.append(f"{what:44} {len(crowd.stored)} posts stored once, the largest batch {max(batches.values())}")


def test_the_server_is_killed_in_the_midst_of_batches(live: Live) -> None:
    crowd = Crowd(live)
    for _kill in range(KILLS):
        killer = threading.Timer(random.uniform(0.3, 0.9), live.kill)
        with crowd.connected() as sockets:
            killer.start()
            with suppress(ConnectionError, TimeoutError):
                while True:
                    crowd.say(sockets, new_bodies())
        killer.join()
        assert crowd.open
        live.start()
        crowd.say_again()
    check(live, crowd, f"{KILLS} kills in batches")


def test_the_disk_is_full_in_the_midst_of_batches(live: Live) -> None:
    """Whoever is refused is told so and nothing of theirs is there; later the same posts are taken."""
    crowd = Crowd(live)
    with crowd.connected() as sockets:
        assert crowd.say(sockets, new_bodies()) == set()
        with full_disk(live):
            refused, until = set[str](), time.monotonic() + 20
            while not refused and time.monotonic() < until:
                refused = crowd.say(sockets, new_bodies())
            assert refused == {"unavailable"}
            assert live.answers()
    crowd.say_again()
    check(live, crowd, "disk full in batches")
