"""The loop of each worker that keeps the index: woken by every commit of its own process, and looking twice a second
for what others wrote, once a minute for what came by its date, and whether the reading process is there."""

import time
from typing import cast

import structlog
from flask import Flask
from gevent.event import Event
from sqlalchemy.exc import SQLAlchemyError

from hub.config import Config
from hub.db import Database
from hub.errors import HubError
from hub.extensions import socketio
from hub.search.indexer import work_off
from hub.search.outbox import when_written
from hub.search.people_by_date import name_people_by_date

log = structlog.get_logger()

TICK_S, TOGETHER_S, FAULT_S = 0.5, 0.05, 5.0
DATES_S = 60.0  # so long at most a person is found who is posted nowhere any more, or under the old section


class IndexKeeper:
    def __init__(self, app: Flask) -> None:
        self.app = app
        self.running = False
        self._written = Event()
        self._dates_due = 0.0

    def ensure_running(self) -> None:
        """Start the loop of this worker unless it runs. Tests and commands take the steps themselves."""
        if not self.running and not cast(Config, self.app.extensions["hub.config"]).testing:
            self.running = True
            when_written(self._written.set)
            socketio.start_background_task(self.run)

    def run(self) -> None:
        database = cast(Database, self.app.extensions["hub.db"])
        while True:
            database.reader.tend()
            self._written.wait(TICK_S)
            self._written.clear()
            socketio.sleep(TOGETHER_S)  # several posts at once become one step
            try:
                self._look_at_dates(database)
                while work_off(database):
                    socketio.sleep(0)
            except (SQLAlchemyError, HubError) as fault:
                log.warning("search: a step of the index did not end", kind=type(fault).__name__)
                socketio.sleep(FAULT_S)
            except Exception:
                log.exception("search")
                socketio.sleep(FAULT_S)

    def _look_at_dates(self, database: Database) -> None:
        if time.monotonic() >= self._dates_due:
            self._dates_due = time.monotonic() + DATES_S
            name_people_by_date(database)


def install(app: Flask) -> None:
    keeper = IndexKeeper(app)
    app.extensions["hub.search"] = keeper

    @app.before_request
    def keep_index() -> None:
        keeper.ensure_running()
