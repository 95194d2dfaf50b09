"""Processes of the hub's own beside a worker."""

import os
import signal
import sys
from collections.abc import Mapping

from hub.config import ROOT


def spawn_python(module: str, environment: Mapping[str, str], *descriptors: int) -> int:
    """The id of a new `python -m module`, with `descriptors` as its 0, 1 and so on.

    Not by fork: neither the event loop nor the threads of the worker are fit to be doubled."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", module],
        {**environment, "PYTHONPATH": path},
        file_actions=[(os.POSIX_SPAWN_DUP2, given, number) for number, given in enumerate(descriptors)],
        setsigmask=[],
        setsigdef=[signal.SIGTERM, signal.SIGPIPE],
    )
