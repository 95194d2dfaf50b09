"""Rate limits of signed-in people: token buckets per person and per room, in this worker's memory.

One person's socket and requests stick to one worker, so a bucket per worker is a bucket per person.
Addresses are never limited here: a whole prefecture may share one.
"""

import threading
import time
from dataclasses import dataclass
from typing import cast

from flask import current_app

from hub.config import Config
from hub.errors import RateLimited


@dataclass
class _Bucket:
    tokens: float
    updated: float


class Buckets:
    """`capacity` at once, then one per `seconds`. Buckets that are full again are forgotten."""

    def __init__(self, capacity: int, seconds: float) -> None:
        self.capacity, self.seconds = capacity, seconds
        self._buckets: dict[int, _Bucket] = {}

    def take(self, key: int, now: float | None = None) -> None:
        """Raises RateLimited with the time until the next token."""
        now = time.monotonic() if now is None else now
        bucket = self._buckets.get(key) or _Bucket(self.capacity, now)
        tokens = min(self.capacity, bucket.tokens + (now - bucket.updated) / self.seconds)
        if tokens < 1:
            raise RateLimited((1 - tokens) * self.seconds)
        self._buckets[key] = _Bucket(tokens - 1, now)
        if len(self._buckets) > 10_000:
            self._forget_full(now)

    def _forget_full(self, now: float) -> None:
        refill = self.capacity * self.seconds
        self._buckets = {k: b for k, b in self._buckets.items() if now - b.updated < refill}


class Limits:
    """What one worker keeps. `commands` covers everything small (reactions, marks, typing)."""

    def __init__(self, config: Config) -> None:
        self.enabled = config.rate_limits
        self.posts = Buckets(config.posts_at_once, config.seconds_per_post)
        self.rooms = Buckets(config.room_posts_at_once, config.room_seconds_per_post)
        self.commands = Buckets(60, 0.2)
        self.uploads = Buckets(40, 1.0)
        self.searches = Buckets(config.searches_at_once, config.seconds_per_search)
        # New connections are let in one after the other: after a restart everybody comes back in the same instant.
        self.arrivals = threading.Lock()

    def post(self, staff_id: int) -> None:
        if self.enabled:
            self.posts.take(staff_id)

    def upload(self, staff_id: int) -> None:
        if self.enabled:
            self.uploads.take(staff_id)

    def room(self, room_id: int) -> None:
        if self.enabled:
            self.rooms.take(room_id)

    def search(self, staff_id: int) -> None:
        """Before anything that asks the reading process over HTTP: there is one for everybody of a worker."""
        if self.enabled:
            self.searches.take(staff_id)

    def command(self, staff_id: int) -> None:
        if self.enabled:
            self.commands.take(staff_id)


def limits() -> Limits:
    return cast(Limits, current_app.extensions["hub.limits"])
