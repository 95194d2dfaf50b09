"""What every worker looks at each half second, Redis or not: has access changed, has somebody's time run out, has
another process written? Sockets whose access ended are closed; heads that others raised are announced."""

import time
from typing import cast

import sqlalchemy as sa
import structlog
from flask import Flask, current_app
from sqlalchemy.orm import Session

from hub.config import Config
from hub.db import Database
from hub.errors import Unavailable
from hub.extensions import socketio
from hub.feed.connections import Connections
from hub.feed.epoch import newest_event, write_watermark
from hub.feed.examining import Examiner
from hub.feed.log import heads
from hub.feed.models import FeedEvent
from hub.feed.publish import announced, emit_locally
from hub.installation import current_epoch

log = structlog.get_logger()

TICK_S = 0.5
HEADS_EVERY_S = 25.0
RECENT_S = 60.0
PAUSE_S = 10.0


class Watcher:
    """One per worker. `tick` is what the loop calls; tests call it themselves."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.running = False
        self._examiner = Examiner(app)
        self._seen_event = 0
        self._marked_event = 0  # what the watermark says; not `_seen_event`, which begins with what was there before
        self._mark_due = 0.0
        self._seen_epoch = ""
        self._active: dict[str, float] = {}  # stream -> when it last had an event
        self._heads_sent = time.monotonic()

    def begin(self) -> None:
        """To be called before the first socket opens a stream: whatever comes after this moment is announced."""
        database, _open_ones = self._parts()
        with database.read() as session:
            self._seen_event = newest_event(session)

    def run(self) -> None:
        while True:
            socketio.sleep(TICK_S)
            try:
                with self.app.app_context():
                    self.tick()
            except Unavailable:
                continue  # said where it happened
            except Exception:
                log.exception("watcher")

    def tick(self) -> None:
        self._examiner.examine()
        database, _open_ones = self._parts()
        with database.read() as session:
            self._announce(session)

    def _parts(self) -> tuple[Database, Connections]:
        extensions = self.app.extensions
        return cast(Database, extensions["hub.db"]), cast(Connections, extensions["hub.connections"])

    def _announce(self, session: Session) -> None:
        """Name the new heads of streams that got events since the last tick, and from time to time all recent ones."""
        self._notice_another_life(session)
        newest = newest_event(session)
        if newest > self._seen_event:
            query = sa.select(FeedEvent.stream).where(FeedEvent.id > self._seen_event).distinct()
            streams = list(session.scalars(query))
            self._active |= dict.fromkeys(streams, time.monotonic())
            self._send_heads(session, [s for s, head in heads(session, streams).items() if head > announced.get(s, 0)])
        self._seen_event = newest
        if newest != self._marked_event and time.monotonic() >= self._mark_due:
            self._mark(current_epoch(session), newest)
        if time.monotonic() - self._heads_sent >= HEADS_EVERY_S:
            self._heads_sent = time.monotonic()
            oldest = self._heads_sent - RECENT_S
            self._active = {stream: at for stream, at in self._active.items() if at >= oldest}
            self._send_heads(session, list(self._active))

    def _mark(self, epoch: str, newest: int) -> None:
        """A full disk keeps nobody from being told or cut."""
        try:
            write_watermark(cast(Config, self.app.extensions["hub.config"]).instance_path, epoch, newest)
            self._marked_event = newest
        except OSError as fault:
            log.warning("watcher: the watermark cannot be written", why=fault.strerror)
            self._mark_due = time.monotonic() + PAUSE_S

    def _notice_another_life(self, session: Session) -> None:
        """A backup was restored while the hub runs: every page that is open learns of the new epoch at once."""
        epoch, seen = current_epoch(session), self._seen_epoch
        self._seen_epoch = epoch
        if seen in ("", epoch):
            return
        announced.clear()
        _database, open_ones = self._parts()
        self._active = {}
        self._send_heads(session, sorted({stream for c in open_ones.all() for stream in c.streams}))

    def _send_heads(self, session: Session, streams: list[str]) -> None:
        epoch = current_epoch(session)
        for stream, head in heads(session, streams).items():
            emit_locally("feed:heads", {"epoch": epoch, "heads": {stream: head}}, to=stream)


def ensure_watching() -> None:
    """Start the loop of this worker unless it runs. Tests call `tick` themselves."""
    watcher = cast(Watcher, current_app.extensions["hub.watcher"])
    if not watcher.running and not cast(Config, current_app.extensions["hub.config"]).testing:
        watcher.running = True
        watcher.begin()
        socketio.start_background_task(watcher.run)
