"""What has to be looked after from time to time (jobs.py): files that wait for the scanner, uploads that were never
sent, and contents that no attachment shows any more. Rows are locked: whoever uploads meanwhile loses nothing."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from flask import Flask

from hub import pool
from hub.clock import utc_now
from hub.db import Database
from hub.files.attaching import homeless
from hub.files.models import Attachment, Blob
from hub.files.scanner import Scanner
from hub.files.services import settle
from hub.files.vault import Vault, is_older

UNSENT_KEPT = timedelta(days=1)
MOST_A_TICK = 200


class Caretaker:
    """One per application."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def tick(self) -> None:
        self.release_held()
        self.drop_unsent()
        self.collect()

    def release_held(self) -> None:
        """Show what waits to the scanner, oldest first; tell those who wait what came of it."""
        scanner = cast(Scanner, self.app.extensions["hub.scanner"])
        copies = sa.select(Attachment.digest).where(Attachment.held.is_(True))
        wait = sa.or_(Blob.scan == "held", Blob.digest.in_(copies))
        waiting = sa.select(Blob.digest).where(wait).order_by(Blob.created_at, Blob.digest)
        with self._database.read() as session:  # all of them: what can never be judged must not fill a batch for ever
            held = session.scalars(waiting).all()
        for digest in held:
            verdict = scanner.scan(self._vault.path(digest)) if scanner.configured else "unscanned"
            if verdict == "held":
                if scanner.answers():
                    continue  # only this one cannot be judged
                return  # away still: the others can wait as well
            with self._database.transaction() as session:
                settle(session, digest, verdict, of=("held", "clean") if verdict == "infected" else ("held",))
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
        """Bytes without a row: a process died between the two, or an older database was restored."""
        before = utc_now() - UNSENT_KEPT
        pool.run(self._vault.sweep_incoming, before)
        with self._vault.removing() as may:
            old = pool.run(self._contents_before, before) if may else []
            known = self._database.read_in_thread(
                lambda session: {digest for digest, _path in old if session.get(Blob, digest) is not None}
            )
            for digest, path in old:
                if digest not in known:
                    path.unlink(missing_ok=True)

    def _contents_before(self, moment: datetime) -> list[tuple[str, Path]]:
        return [(digest, path) for digest, path in self._vault.contents() if is_older(path, moment)]

    @property
    def _database(self) -> Database:
        return cast(Database, self.app.extensions["hub.db"])

    @property
    def _vault(self) -> Vault:
        return cast(Vault, self.app.extensions["hub.vault"])


def _unused() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(Attachment.digest == Blob.digest)
