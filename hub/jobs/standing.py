"""Standing work: a function that is called again and again as long as the process runs."""

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


def keep_doing(line: Standing, database: Database) -> None:
    woken = Event()
    if line.when_woken is not None:
        line.when_woken(woken.set)
    while True:
        woken.wait(line.pause_s)
        woken.clear()
        if line.together_s:
            socketio.sleep(line.together_s)
        try:
            while line.step(database):
                breathe()
        except (SQLAlchemyError, HubError) as fault:
            log.warning("a step of standing work did not end", work=line.name, kind=type(fault).__name__)
            socketio.sleep(FAULT_S)
        except Exception:
            log.exception("standing work", work=line.name)
            socketio.sleep(FAULT_S)
