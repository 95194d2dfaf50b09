"""Slow work (password hashing, spreadsheets, images) beside the event loop, in the hub's own thread pool. What computes
in Python for long has a process of its own: `Database.read_apart`."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gevent
from gevent.monkey import is_module_patched

P = ParamSpec("P")
T = TypeVar("T")


def is_cooperative() -> bool:
    """Whether a loop runs here that others wait for; not on the command line and in most tests."""
    return bool(is_module_patched("socket"))


def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in a real thread while other greenlets go on; directly where nothing is cooperative."""
    if not is_cooperative():
        return work(*args, **kwargs)
    return gevent.get_hub().threadpool.apply(work, args, kwargs)
