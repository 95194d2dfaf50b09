"""What every worker looks after from time to time: files that wait for the scanner, uploads that were never sent, and
contents that no attachment shows any more. Several workers may do it at once: rows are locked, never doubled."""

import time
from datetime import timedelta
from typing import cast

import sqlalchemy as sa
import structlog
from flask import Flask

from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.extensions import socketio
from hub.files.attaching import homeless
from hub.files.models import Attachment, Blob
from hub.files.scanner import Scanner
from hub.files.services import settle
from hub.files.vault import Vault, is_older

log = structlog.get_logger()

TICK_S = 20.0
UNSENT_KEPT = timedelta(days=1)
MOST_A_TICK = 200


class Caretaker:
    """One per worker. `tick` is what the loop calls; tests call it themselves."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.running = False
        self._swept = 0.0

    def ensure_running(self) -> None:
        config = cast(Config, self.app.extensions["hub.config"])
        if self.running or config.testing:
            return
        self.running = True
        socketio.start_background_task(self.run)

    def run(self) -> None:
        while True:
            socketio.sleep(TICK_S)
            try:
                with self.app.app_context():
                    self.tick()
            except Exception:
                log.exception("caretaker")

    def tick(self) -> None:
        self.release_held()
        self.drop_unsent()
        self.collect()
        if time.monotonic() - self._swept > 3600 or not self._swept:
            self._swept = time.monotonic()
            self.sweep_orphans()

    def release_held(self) -> None:
        """Show what waits to the scanner, oldest first; tell those who wait what came of it."""
        scanner = cast(Scanner, self.app.extensions["hub.scanner"])
        waiting = sa.select(Blob.digest).where(Blob.scan == "held").order_by(Blob.created_at, Blob.digest)
        with self._database.read() as session:  # all of them: what can never be judged must not fill a batch for ever
            held = session.scalars(waiting).all()
        for digest in held:
            verdict = scanner.scan(self._vault.path(digest)) if scanner.configured else "unscanned"
            if verdict == "held":
                if scanner.answers():
                    continue  # only this one cannot be judged
                return  # away still: the others can wait as well
            with self._database.transaction() as session:
                settle(session, digest, verdict, of=("held",))
            if verdict == "infected":
                self._vault.remove(digest)

    def drop_unsent(self) -> None:
        """Uploads of yesterday that hang on nothing."""
        old = (Attachment.created_at < utc_now() - UNSENT_KEPT, *homeless())
        with self._database.transaction() as session:
            session.execute(sa.delete(Attachment).where(*old))

    def collect(self) -> None:
        """Take away the bytes that nothing shows, unless a backup holds them."""
        with self._database.read() as session:
            unused = session.scalars(sa.select(Blob.digest).where(_unused()).limit(MOST_A_TICK)).all()
        with self._vault.removing() as may:
            for digest in unused if may else ():
                with self._database.transaction() as session:
                    # Locked first: an upload of the same content waits here, and puts it back afterwards.
                    session.execute(sa.select(Blob.digest).where(Blob.digest == digest).with_for_update())
                    deleted = session.execute(sa.delete(Blob).where(Blob.digest == digest, _unused()))
                    if deleted.rowcount:  # type: ignore[attr-defined]
                        self._vault.remove(digest)

    def sweep_orphans(self) -> None:
        """Bytes without a row: a process died between the two, or an older data base was restored."""
        before = utc_now() - UNSENT_KEPT
        self._vault.sweep_incoming(before)
        with self._vault.removing() as may:
            old = [(d, path) for d, path in self._vault.contents() if is_older(path, before)] if may else []
            with self._database.read() as session:
                known = {d for d, _p in old if session.get(Blob, d) is not None}
            for digest, path in old:
                if digest not in known:
                    path.unlink(missing_ok=True)

    @property
    def _database(self) -> Database:
        return cast(Database, self.app.extensions["hub.db"])

    @property
    def _vault(self) -> Vault:
        return cast(Vault, self.app.extensions["hub.vault"])


def _unused() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(Attachment.digest == Blob.digest)
