"""A backup each night: named by its moment, checked, and the oldest taken away."""

import re
from pathlib import Path

from hub import private
from hub.backup.archive import write_backup
from hub.backup.manifest import Manifest
from hub.backup.restoring import check_backup
from hub.clock import utc_now
from hub.config import Config
from hub.db import Database

_OURS = re.compile(r"hub-\d{8}T\d{6}Z\.tar")  # its order is that of time


def write_round(database: Database, config: Config, folder: Path, keep: int) -> Manifest:
    """Add a backup to the folder; then only the newest `keep` of ours stay. One that is not whole takes none away.
    Raises StartupFault, OSError."""
    private.make_folder(folder)
    path = folder.absolute() / f"hub-{utc_now():%Y%m%dT%H%M%S}Z.tar"
    manifest = write_backup(database, config, path)
    check_backup(path)
    if not manifest.missing:
        for old in sorted(p for p in path.parent.iterdir() if _OURS.fullmatch(p.name))[:-keep]:
            old.unlink()
    return manifest
