"""Isolation with two workers on one PostgreSQL, with and without Redis. Collected under `tests/services.py`."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.live import Live
from tests.server.person import Person
from tests.server.test_isolation import check_eviction, remove_grant, sign_out


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
