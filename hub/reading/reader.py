"""Asking the reading process from the greenlets of a worker: one question at a time, in a fair order, and again when
the process has ended.

Questions wait by the moment when they are due: an index that is kept lets people go first, but not for ever.
"""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

import gevent
import structlog
from gevent.event import AsyncResult

from hub.errors import Conflict, HubError, RateLimited, Unavailable
from hub.reading.child import Child
from hub.reading.registry import Reading
from hub.reading.wire import Fault, Gone, pack

log = structlog.get_logger()

MOST_WAITING, MOST_OF_ONE, REST_S = 200, 6, 5.0


class ReadingEnded(Unavailable):
    """The process ended at this question, twice, or took too long for it."""


class ReadingFailed(Exception):
    """A fault of the code in the reading process; the log says which."""


@dataclass(order=True)
class _Asked:
    due: float
    number: int
    reading: Reading = field(compare=False)
    asker: int = field(compare=False)
    question: bytes = field(compare=False, repr=False)
    answer: Any = field(compare=False, default_factory=AsyncResult)


class Reader:
    """One for each database of a worker. `ask` may be called by any greenlet of the loop, by no other thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.idle = timedelta(days=1)  # after which a sign-in is over; the application knows better
        self.meaning = True  # what HUB_SEARCH_MEANING says
        self._child: Child | None = None
        self._waiting: list[_Asked] = []
        self._numbers = count()
        self._serving = False
        self._rests_until = 0.0
        # For /metrics.
        self.starts = 0
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @property
    def is_up(self) -> bool:
        return self._child is not None and not self._child.is_over()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def ask(self, reading: Reading, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The function's result. Raises what it raises for people, SignedOut for whose right ended while it waited,
        Unavailable without a process or when it takes too long, Conflict when the same person has asked anew meanwhile,
        RateLimited when too much of theirs waits already, ReadingFailed."""
        asker = args[0].sign_in_id if reading.is_of_actor else 0
        due = time.monotonic() + reading.yields_s
        asked = _Asked(due, next(self._numbers), reading, asker, pack((reading.name, args, kwargs)))
        self._overtake(asked)
        if asker and sum(other.asker == asker for other in self._waiting) >= MOST_OF_ONE:
            raise RateLimited(1)
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable
        heappush(self._waiting, asked)
        self._ensure_serving()
        try:
            return asked.answer.get(timeout=reading.patience_s)
        except gevent.Timeout:
            self._drop(asked, Unavailable())
            raise Unavailable from None

    def tend(self) -> None:
        """Start the process anew when it has ended, before somebody waits for it."""
        if not self.is_up:
            self._ensure_serving()

    def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _overtake(self, newer: _Asked) -> None:
        for asked in tuple(self._waiting) if newer.reading.newest_only else ():
            if (asked.reading.name, asked.asker) == (newer.reading.name, newer.asker):
                self._drop(asked, Conflict())
                self.outcomes[asked.reading.name, "overtaken"] += 1

    def _drop(self, asked: _Asked, fault: HubError) -> None:
        """What nobody waits for any more takes no place in the queue. It may be under way already."""
        asked.answer.set_exception(fault)
        if asked in self._waiting:
            self._waiting.remove(asked)
            heapify(self._waiting)

    def _ensure_serving(self) -> None:
        if not self._serving:
            self._serving = True
            gevent.spawn(self._serve)

    def _serve(self) -> None:
        try:
            if not self.is_up:
                self._start()
            while self._waiting:
                self._settle(heappop(self._waiting))
        finally:
            self._serving = False

    def _settle(self, asked: _Asked) -> None:
        begun, outcome = time.monotonic(), "ok"
        try:
            asked.answer.set(self._exchange(asked))
        except HubError as fault:
            outcome = "unavailable" if isinstance(fault, Unavailable) else "refused"
            asked.answer.set_exception(fault)
        except Exception as fault:
            outcome = "failed"
            asked.answer.set_exception(fault)
        self.outcomes[asked.reading.name, outcome] += 1
        self.seconds[asked.reading.name] += time.monotonic() - begun

    def _exchange(self, asked: _Asked) -> Any:
        """What was under way when the process ended is asked once more."""
        for _attempt in range(2):
            child = self._child or self._start()
            if child is None:
                raise Unavailable
            try:
                with gevent.Timeout(asked.reading.limit_s):
                    return _result(asked.reading.name, child.ask(asked.question))
            except Gone:
                log.warning("the reading process has ended", reading=asked.reading.name)
                self.close()
            except gevent.Timeout:
                log.warning("the reading process was ended: it took too long", reading=asked.reading.name)
                self.close()
                break
        raise ReadingEnded

    def _start(self) -> Child | None:
        """None when it does not start; then it is left in peace for a while."""
        self.close()
        if time.monotonic() < self._rests_until:
            return None
        try:
            self._child = Child(self._url, self.idle, meaning=self.meaning)
        except (Gone, OSError):
            self._rests_until = time.monotonic() + REST_S
            log.exception("the reading process does not start")
            return None
        self.starts += 1
        return self._child


def _result(name: str, answer: tuple[bool, Any]) -> Any:
    done, value = answer
    if done:
        return value
    if isinstance(value, Fault):
        log.error("a fault in the reading process", reading=name, kind=value.kind, where=value.where)
        raise ReadingFailed(f"{name}: {value.kind}")
    raise value
