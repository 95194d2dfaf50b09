"""Isolation with two workers on one PostgreSQL, with and without Redis. Collected under `tests/services.py`."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.live import Live
from tests.server.person import Person
from tests.server.test_batches import Crowd, check, new_bodies
from tests.server.test_isolation import check_eviction, remove_grant, sign_out

ROUNDS = max(40, 50 * int(os.environ.get("HUB_SOAK_KILLS", "0")))  # of each of two crowds


@contextmanager
def second_worker(live: Live, redis: str) -> Iterator[Live]:
    """Two processes on the same data; without Redis they tell each other nothing but through the database."""
    live.kill()
    live.environment["HUB_REDIS_URL"] = redis
    other = Live(live.folder, **{k: v for k, v in live.environment.items() if k.startswith("HUB_")})
    other.world = live.world
    with other:
        live.start()
        yield other


@pytest.mark.parametrize("with_redis", [True, False], ids=["with Redis", "without Redis"])
@pytest.mark.parametrize("end", [sign_out, remove_grant])
def test_a_reader_at_another_worker_receives_nothing_more(live: Live, end: Callable, with_redis: bool) -> None:
    """Seen to fail, all four, without `_re_examine` in hub/feed/watch.py."""
    redis = os.environ["HUB_TEST_REDIS_URL"] if with_redis else ""
    with second_worker(live, redis) as other:
        writer = Person(live.url, live.world["staff"][0]["cookie"]).connect()
        reader = Person(other.url, live.world["staff"][1]["cookie"]).connect()
        check_eviction(live, writer, reader, end)


def test_two_workers_write_batches_into_one_thread(live: Live) -> None:
    """Nobody is refused: all take their locks in one order. One crowd asks on, the other answers, quotes and says
    thanks, so that state and followers move as well."""
    with second_worker(live, "") as other:
        first = Person(live.url, live.world["staff"][0]["cookie"]).connect()
        said = first.call("message:post", thread_id=live.world["thread_id"], body="はじめ", client_id="the-first")
        quoted = said["data"]["message_id"]
        crowds = [Crowd(live), Crowd(other, reply_to=quoted, settled=True)]
        refused: list[set[str]] = []

        def work(crowd: Crowd) -> None:
            with crowd.connected() as sockets:
                refused.extend(crowd.say(sockets, new_bodies()) for _round in range(ROUNDS))

        threads = [threading.Thread(target=work, args=(crowd,)) for crowd in crowds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set().union(*refused) == set()
        assert len(refused) == 2 * ROUNDS
    crowds[0].stored |= crowds[1].stored
    check(live, crowds[0], f"{2 * ROUNDS} batches of two workers")
