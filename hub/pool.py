"""Slow work (password hashing, spreadsheets, search) beside the event loop, in the hub's own thread pool."""

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar

import gevent
from gevent.monkey import is_module_patched
from gevent.threadpool import ThreadPool

P = ParamSpec("P")
T = TypeVar("T")


def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in a real thread while other greenlets go on; directly where nothing is cooperative."""
    if not is_module_patched("socket"):
        return work(*args, **kwargs)
    return gevent.get_hub().threadpool.apply(work, args, kwargs)


def run_in_turn(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same for what computes in Python: one at a time, so that the loop shares the interpreter with one thread and
    not with as many as people search at once. Together they would not be done sooner."""
    if not is_module_patched("socket"):
        return work(*args, **kwargs)
    return _turns().apply(work, args, kwargs)


@cache
def _turns() -> ThreadPool:
    return ThreadPool(1)
