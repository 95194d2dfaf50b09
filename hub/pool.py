"""Slow work (password hashing, spreadsheets, search) beside the event loop, in the hub's own thread pool."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gevent
from gevent.monkey import is_module_patched

P = ParamSpec("P")
T = TypeVar("T")


def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in a real thread while other greenlets go on; directly where nothing is cooperative."""
    if not is_module_patched("socket"):
        return work(*args, **kwargs)
    return gevent.get_hub().threadpool.apply(work, args, kwargs)
