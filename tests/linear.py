"""Whether something takes about twice the time for twice the text, on a machine on which other things run too.

A square would take sixteen times as long for four times the text; what is asked for is less than half of that. The time
is the process's own, the best of several, and only counts where it is long enough to be measured."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hub.text_chars import TextRefused

MOST_RATIO, TRIES = 7.5, 4


def took(read: Callable[[str], Any], text: str) -> float:
    begin = time.process_time()
    with suppress(TextRefused):
        read(text)
    return time.process_time() - begin


def too_slow(read: Callable[[str], Any], unit: str, chars: int, floor_s: float, end: str = "") -> str:
    """How it grows, when that is faster than the text; empty when it is not, or too quick to be measured."""
    long, short = (unit * chars)[:chars] + end, (unit * chars)[: chars // 4] + end
    best, least = took(read, long), 1e9
    for _try in range(TRIES):
        if best <= floor_s:
            return ""
        least = min(least, took(read, short), took(read, short))
        if best <= MOST_RATIO * least:
            return ""
        best = min(best, took(read, long))
    return f"{unit!r}: {least * 1000:.0f} ms for {chars // 4} characters, {best * 1000:.0f} for {chars}"
