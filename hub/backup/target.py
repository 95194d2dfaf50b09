"""What a restore would overwrite: named, compared with the backup, and kept before it goes."""

import os
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from hub import private
from hub.backup.archive import write_backup
from hub.backup.manifest import Manifest
from hub.clock import iso, utc_now
from hub.config import Config, StartupFault
from hub.db import Database
from hub.files.vault import Vault
from hub.tables import Base, UtcDateTime

# Columns that speak of what is to come, or of what only looking at a page changes.
NOT_WRITTEN = frozenset(
    {"ends_at", "expires_at", "from_at", "until_at", "seen_at", "paused_until", "postings_until", "beat_at"}
)
MOST_NAMED = 3


class Target:
    """The database and the vault as they are now; also where there are none yet."""

    def __init__(self, database: Database, config: Config) -> None:
        self.database, self.config, self.vault = database, config, Vault(config.files)
        private.make_folder(config.instance_path)

    def name(self) -> str:
        return f"{self.database.engine.url.render_as_string()} and {self.config.files}"

    def lost(self, manifest: Manifest) -> list[str]:
        """What a restore would take away, in words; nothing when all that is there stands in the backup as well.

        Raises StartupFault when the folder of attachments is another database's."""
        with self.database.engine.connect() as connection:
            tables = set(sa.inspect(connection).get_table_names())
            life = _life(connection) if "installation" in tables else None
            self._refuse_foreign(life)
            if life is None:
                return ["a folder of attachments that is in use"] if self.vault.mark() else []
            newer = _newer(connection, tables, manifest) if _somebody(connection) else []
            if newer or not _somebody(connection):
                return newer
            return [] if life[0] == manifest.epoch else ["the database of another life"]

    def keep(self, beside: Path) -> Path | None:
        """Back up what is there, beside the backup or, where nobody may write there, in the instance folder. None when
        nothing is there. Raises StartupFault."""
        try:
            with self.database.engine.connect() as connection:
                if "installation" not in sa.inspect(connection).get_table_names() or not _somebody(connection):
                    return None
            folder = beside if os.access(beside, os.W_OK) else self.config.instance_path
            path = folder / f"before-restore-{utc_now():%Y%m%dT%H%M%S.%fZ}.tar"  # never the name of one that is there
            write_backup(self.database, self.config, path)
        except (SQLAlchemyError, OSError, StartupFault) as fault:
            words = getattr(fault, "strerror", None) or str(fault).splitlines()[0]
            raise StartupFault(
                f"what is there could not be backed up ({words}); --without-backup restores all the same"
            ) from None
        return path

    def _refuse_foreign(self, life: tuple[str, str | None] | None) -> None:
        mark = self.vault.mark()
        if mark is not None and life is not None and life[1] not in (None, mark):
            raise StartupFault(f"the folder of attachments {self.vault.root} belongs to another installation")


def _life(connection: sa.Connection) -> tuple[str, str | None] | None:
    """Epoch and the vault's id; of a database of before the id there is none."""
    columns = {column["name"] for column in sa.inspect(connection).get_columns("installation")}
    vault = "vault_id" if "vault_id" in columns else "NULL"
    row = connection.execute(sa.text(f"SELECT epoch, {vault} FROM installation")).first()  # noqa: S608
    return (row[0], row[1]) if row else None


def _somebody(connection: sa.Connection) -> bool:
    return connection.execute(sa.text("SELECT 1 FROM staff LIMIT 1")).first() is not None


def _newer(connection: sa.Connection, tables: set[str], manifest: Manifest) -> list[str]:
    """Kinds of rows that were written after the backup, the newest first, each with its moment."""
    begun = datetime.fromisoformat(manifest.created_at)
    found: list[tuple[datetime, str]] = []
    for table in Base.metadata.sorted_tables:
        there = {c["name"] for c in sa.inspect(connection).get_columns(table.name)} if table.name in tables else set()
        for column in table.columns:
            if isinstance(column.type, UtcDateTime) and column.name in there - NOT_WRITTEN:
                newest = connection.execute(sa.select(sa.func.max(column))).scalar()
                if newest is not None and newest > begun:
                    found.append((newest, table.name))
    names = {name: at for at, name in sorted(found)}
    return [f"{name} of {iso(at)}" for name, at in sorted(names.items(), key=lambda pair: pair[1], reverse=True)]
