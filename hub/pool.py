"""Slow work (password hashing, spreadsheets, images) beside the event loop, in the hub's own thread pool. What computes
in Python for long has a process of its own: `Database.read_apart`."""

import os
import sys
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from functools import cache
from typing import Any, ParamSpec, TypeVar, cast

import gevent
from gevent.monkey import is_module_patched
from gevent.threadpool import ThreadPool

P = ParamSpec("P")
T = TypeVar("T")

SWITCH_S = 0.000_5
BREATH_S = 0.000_1
WRITING_THREADS = 4


def yield_to_the_loop() -> None:
    """A thread that computes gives the interpreter back to the loop sooner than usual (5 ms): the loop lets go of it at
    every statement of SQLite, and would wait so long each time. Called by gunicorn in each worker at its start."""
    sys.setswitchinterval(SWITCH_S)


def is_cooperative() -> bool:
    """Whether a loop runs here that others wait for; not on the command line and in most tests."""
    return bool(is_module_patched("socket"))


def breathe() -> None:
    """Let others go on, in the midst of something long. Not `sleep(0)`: it lets on only those who are ready already, up
    to fifty times before the loop asks whether a request or an answer has arrived."""
    if is_cooperative():
        gevent.sleep(BREATH_S)


def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in a real thread while other greenlets go on; directly where nothing is cooperative, and there as well
    without the request, the application and the language of whoever asks."""
    return _run(lambda: gevent.get_hub().threadpool, work, args, kwargs)


def run_writing(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same for whoever is the one who writes meanwhile: in threads that no password and no picture keeps busy, for
    everybody who posts would wait for it as well."""
    return _run(lambda: _for_writers(os.getpid()), work, args, kwargs)


@cache
def _for_writers(_process: int) -> ThreadPool:
    return ThreadPool(WRITING_THREADS)


def _run(threads: Callable[[], ThreadPool], work: Callable[..., T], args: Any, kwargs: Any) -> T:
    if not is_cooperative():
        return Context().run(work, *args, **kwargs)
    outcome = threads().apply(_try, (work, args, kwargs))
    if isinstance(outcome, _Fault):
        raise outcome.fault
    return cast(T, outcome)


@dataclass(frozen=True)
class _Fault:
    fault: Exception


def _try(work: Callable[..., object], args: Any, kwargs: Any) -> object:
    """gevent writes every exception of a thread into the log with its trace, also one that is but an answer."""
    try:
        return work(*args, **kwargs)
    except Exception as fault:
        return _Fault(fault)
