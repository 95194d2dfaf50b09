"""Telling the runner of this process that there may be something to do. Others look for themselves, once a second."""

from collections.abc import Callable

_calls: list[Callable[[], None]] = []


def when_woken(call: Callable[[], None]) -> None:
    """`call` is the runner of this process; whoever was it before is none any more."""
    _calls[:] = [call]


def wake() -> None:
    for call in _calls:
        call()
