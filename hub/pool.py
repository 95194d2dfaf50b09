"""Slow work (password hashing, spreadsheets, images) beside the event loop, in the hub's own thread pool. What computes
in Python for long has a process of its own: `Database.read_apart`."""

import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gevent
from gevent.monkey import is_module_patched

P = ParamSpec("P")
T = TypeVar("T")

SWITCH_S = 0.000_5


def yield_to_the_loop() -> None:
    """A thread that computes gives the interpreter back to the loop sooner than usual (5 ms): the loop lets go of it at
    every statement of SQLite, and would wait so long each time. Called by gunicorn in each worker at its start."""
    sys.setswitchinterval(SWITCH_S)


def is_cooperative() -> bool:
    """Whether a loop runs here that others wait for; not on the command line and in most tests."""
    return bool(is_module_patched("socket"))


def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in a real thread while other greenlets go on; directly where nothing is cooperative."""
    if not is_cooperative():
        return work(*args, **kwargs)
    return gevent.get_hub().threadpool.apply(work, args, kwargs)
