"""The end of a worker: connections are closed in waves, so that not everybody comes back in the same instant. What is
posted meanwhile goes over HTTP or waits in the browser, and whoever comes back catches up."""

import random
from typing import Any

import gevent

from hub.extensions import socketio
from hub.feed.transport.engine import Engine
from hub.feed.transport.member import GOING_AWAY

LOOK_S = 0.1
WAVES, WAVE_S = 12, 0.25  # within gunicorn's graceful_timeout
PATIENCE_S = WAVES * WAVE_S + 1

_waves: list[gevent.Greenlet] = []


def watch_for_the_end(worker: Any) -> None:
    """Called by gunicorn in each worker at its start. Open polls would keep it from ending: nothing else ends them."""
    _waves.append(gevent.spawn(_wait, worker))


def finish() -> None:
    """Called by gunicorn when the worker has nothing left to do."""
    gevent.joinall(_waves, timeout=PATIENCE_S)


def _wait(worker: Any) -> None:
    while worker.alive:
        gevent.sleep(LOOK_S)
    engine = socketio.server.eio
    if isinstance(engine, Engine):  # the library's own is cut by gunicorn
        close_in_waves(engine)


def close_in_waves(engine: Engine) -> None:
    engine.most_members = 0
    members = list(engine.sockets.values())
    random.shuffle(members)
    for wave in range(WAVES):
        for member in members[wave::WAVES]:
            member.close(code=GOING_AWAY)
        if engine.sockets:
            gevent.sleep(WAVE_S)
