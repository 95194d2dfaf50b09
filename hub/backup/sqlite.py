"""Copying and replacing an SQLite database, by SQLite's own copying of pages."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from hub.backup.bases import DIGESTS, FACTS, Migrate, Snapshot, access_version_of
from hub.config import StartupFault
from hub.db import Database
from hub.installation import new_epoch


class SqliteBase:
    kind = "sqlite"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.path = Path(database.engine.url.database or "")

    def dump(self, target: Path) -> Snapshot:
        # All pages in one step: one read transaction, which in WAL mode keeps no writer waiting.
        with closing(sqlite3.connect(self.path)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            epoch, schema, event = copy.execute(FACTS).fetchone()
            return Snapshot(epoch, schema, event, [row[0] for row in copy.execute(DIGESTS)])

    def load(self, dump: Path, migrate: Migrate) -> None:
        fresh = Database(f"sqlite:///{dump}")
        try:
            migrate(fresh)
            with fresh.transaction() as session:
                values = {"epoch": new_epoch(), "version": access_version_of(self.database) + 1}
                session.execute(sa.text("UPDATE installation SET epoch = :epoch, access_version = :version"), values)
        except sa.exc.SQLAlchemyError:
            raise StartupFault("the database of the backup is damaged") from None
        finally:
            fresh.engine.dispose()
        with closing(sqlite3.connect(dump)) as copy, closing(sqlite3.connect(self.path, timeout=60)) as live:
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            copy.backup(live)
            live.execute("PRAGMA journal_mode = WAL")
