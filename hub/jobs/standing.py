"""Standing work: a function that is called again and again as long as the process runs."""

import time
from dataclasses import dataclass

import structlog
from gevent.event import Event
from sqlalchemy.exc import SQLAlchemyError

from hub.db import Database
from hub.errors import HubError
from hub.extensions import socketio
from hub.jobs.table import Standing
from hub.pool import breathe

log = structlog.get_logger()
FAULT_S = 5.0
# What gives way rests after a step for as long as it took, or for a multiple: at 50 writes a second four times as long,
# so that a fifth of the time is its own, at a hundred and more nine times.
GIVEN_FOR, MOST_TIMES, MOST_REST_S = 12, 9, 1.0


@dataclass
class WorkDone:
    """What this process did of one piece of standing work. `behind_since`: since when there has been something left to
    do, on the monotonic clock; None when it came to the end."""

    seconds: float = 0.0
    last_s: float = 0.0  # of the step before
    steps: int = 0
    faults: int = 0
    behind_since: float | None = None

    @property
    def behind_s(self) -> float:
        return 0.0 if self.behind_since is None else time.monotonic() - self.behind_since


def keep_doing(line: Standing, database: Database, progress: WorkDone) -> None:
    woken = Event()
    if line.when_woken is not None:
        line.when_woken(woken.set)
    while True:
        woken.wait(line.pause_s)
        woken.clear()
        if line.together_s:
            socketio.sleep(line.together_s)
        try:
            work_off(line, database, progress)
        except (SQLAlchemyError, HubError) as fault:
            log.warning("a step of standing work did not end", work=line.name, kind=type(fault).__name__)
            socketio.sleep(FAULT_S)
        except Exception:
            log.exception("standing work", work=line.name)
            socketio.sleep(FAULT_S)


def work_off(line: Standing, database: Database, progress: WorkDone) -> None:
    """Do steps until nothing is left. Raises what a step raises; the work then stays behind."""
    progress.behind_since = progress.behind_since or time.monotonic()
    while _step(line, database, progress):
        breathe()
        if line.gives_way and database.writer.is_pressed:
            times = max(1.0, min(MOST_TIMES, database.writer.a_second() / GIVEN_FOR))
            socketio.sleep(min(MOST_REST_S, times * progress.last_s))
    progress.behind_since = None


def _step(line: Standing, database: Database, progress: WorkDone) -> bool:
    begun = time.monotonic()
    try:
        return line.step(database)
    except Exception:
        progress.faults += 1
        raise
    finally:
        progress.steps += 1
        progress.last_s = time.monotonic() - begun
        progress.seconds += progress.last_s
