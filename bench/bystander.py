"""Somebody else in the same loop, who notes how long they were kept from running. Under `python -m gevent.monkey`."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import gevent


class Gap(NamedTuple):
    """Milliseconds by the clock, and of this process's own work: other programs on the machine do not lengthen that."""

    clock: float
    work: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} ms by the clock, {self.work:.1f} ms of work"


@contextmanager
def watching() -> Iterator[Callable[[], Gap]]:
    """Yields what tells the longest gaps until then."""
    clock, work = [0.0], [0.0]
    last = [time.perf_counter(), time.thread_time()]

    def look() -> None:
        now = [time.perf_counter(), time.thread_time()]
        clock.append(now[0] - last[0])
        work.append(now[1] - last[1])
        last[:] = now

    def stand_by() -> None:
        while True:
            gevent.sleep(0.000_2)
            look()

    def worst() -> Gap:
        gevent.sleep(0.001)
        return Gap(max(clock) * 1000, max(work) * 1000)

    other = gevent.spawn(stand_by)
    gevent.sleep(0.01)
    clock[:], work[:] = [0.0], [0.0]
    look()
    yield worst
    other.kill()
