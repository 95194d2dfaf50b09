"""Buckets: so many at once, and then one in so many seconds."""

import pytest

from hub.errors import RateLimited
from hub.security.limits import Buckets


def test_so_many_at_once_and_then_one_by_one() -> None:
    buckets = Buckets(capacity=3, seconds=2.0)
    for _ in range(3):
        buckets.take(1, now=100.0)
    with pytest.raises(RateLimited) as wait:
        buckets.take(1, now=100.5)
    assert wait.value.retry_after_s == pytest.approx(1.5)
    buckets.take(1, now=102.0)
    with pytest.raises(RateLimited):
        buckets.take(1, now=102.0)


def test_waiting_as_long_as_told_is_enough() -> None:
    buckets = Buckets(capacity=1, seconds=0.7)
    now = 5.0
    buckets.take(1, now)
    for _ in range(20):
        with pytest.raises(RateLimited) as wait:
            buckets.take(1, now)
        now += wait.value.retry_after_s + 1e-9
        buckets.take(1, now)


def test_a_refusal_costs_nothing_and_rest_never_gives_more_than_the_capacity() -> None:
    buckets = Buckets(capacity=2, seconds=1.0)
    for _ in range(2):
        buckets.take(1, now=0.0)
    for _ in range(10):
        with pytest.raises(RateLimited):
            buckets.take(1, now=0.5)
    buckets.take(1, now=1.0)
    for _ in range(2):
        buckets.take(1, now=1_000.0)
    with pytest.raises(RateLimited):
        buckets.take(1, now=1_000.0)


def test_one_persons_haste_is_nobody_elses() -> None:
    buckets = Buckets(capacity=1, seconds=60.0)
    for person in range(50):
        buckets.take(person, now=0.0)
    with pytest.raises(RateLimited):
        buckets.take(7, now=1.0)


def test_what_is_full_again_is_forgotten_and_what_is_not_is_kept() -> None:
    buckets = Buckets(capacity=1, seconds=10.0)
    for person in range(10_001):
        buckets.take(person, now=0.0)
    buckets.take(20_000, now=5.0)
    with pytest.raises(RateLimited):
        buckets.take(3, now=6.0)
    buckets.take(20_001, now=12.0)
    assert len(buckets._buckets) == 2
