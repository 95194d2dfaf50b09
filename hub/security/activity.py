"""What counts as doing something, so that the idle time begins anew: pages, forms and commands; not what the browser
does by itself (feed, static files, asking how long the sign-in lasts, marking as read what scrolled into view)."""

from datetime import datetime
from typing import cast

import gevent
import structlog
from flask import current_app

from hub import pool
from hub.actor import Actor
from hub.clock import utc_now
from hub.db import Database
from hub.errors import Unavailable
from hub.security.sessions import TOUCH_EVERY, touch_all

log = structlog.get_logger()

AUTOMATIC_EVENTS = frozenset({"feed:open", "feed:close", "thread:read"})
MOST_REMEMBERED = 10_000
TOGETHER_S = 0.5  # a morning's six hundred people are written in a few statements


class Activity:
    """One per worker: at most one write a minute for each sign-in, and what comes at the same time is one write."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._touched: dict[int, datetime] = {}
        self._waiting: dict[int, datetime] = {}

    def note(self, sign_in_id: int) -> None:
        """A busy database must not cost anybody their page, nor the others their turn."""
        now, last = utc_now(), self._touched.get(sign_in_id)
        if last is not None and abs(now - last) < TOUCH_EVERY:
            return
        if len(self._touched) >= MOST_REMEMBERED:
            self._touched.clear()
        self._touched[sign_in_id] = now
        begun = bool(self._waiting)
        self._waiting[sign_in_id] = now
        if not pool.is_cooperative():
            self.write()
        elif not begun:
            gevent.spawn_later(TOGETHER_S, self.write)

    def write(self) -> None:
        waiting, self._waiting = self._waiting, {}
        try:
            self.database.write_apart(lambda session: touch_all(session, waiting))
            return
        except Unavailable:
            log.warning("activity not noted: the database is busy", number=len(waiting))
        except Exception:
            log.exception("activity not noted", number=len(waiting))
        for sign_in_id in waiting:
            self._touched.pop(sign_in_id, None)  # the next thing that they do is written


def note_activity(actor: Actor) -> None:
    if actor.sign_in_id:
        cast(Activity, current_app.extensions["hub.activity"]).note(actor.sign_in_id)
