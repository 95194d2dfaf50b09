"""Putting a backup back, and looking through one without touching anything."""

import re
import tarfile
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import IO

from hub import private
from hub.backup.archive import DUMP, chunks
from hub.backup.happenings import BackupRestored
from hub.backup.manifest import MANIFEST, SEAL, Manifest, Sums, content, manifest_of, opened
from hub.backup.postgresql import base_of
from hub.config import Config, StartupFault
from hub.db import Database
from hub.events.happenings import happened
from hub.files.claiming import claim
from hub.files.images import RENDITIONS, SUFFIX
from hub.files.vault import Vault
from hub.migrations.runner import migrate, refuse_unknown

_NAME = re.compile(rf"files/([0-9a-f]{{64}})(?:\.({'|'.join(RENDITIONS)})\{SUFFIX})?")


def check_backup(source: Path) -> Manifest:
    """Read all of it against the sums of its manifest. Raises StartupFault when one bit is not as it was written."""
    with opened(source) as archive:
        manifest = manifest_of(archive)
        sums = Sums(manifest)
        for entry, match in _parts(archive):
            digest = _read(archive, entry, None)
            sums.check(entry.name, digest)
            _compare(match, digest)
        sums.end()
    return manifest


def restore_backup(database: Database, config: Config, source: Path) -> Manifest:
    """Put everything back to the backup's moment, in one step for whoever looks on, and begin a new epoch.

    The files come first, beside those that are there; then the database changes as a whole. Raises StartupFault when
    the file is none of ours, of another kind of database, newer than this code, or damaged: nothing has changed then.
    """
    base, vault = base_of(database), Vault(config.files)
    private.make_folder(config.instance_path)
    with opened(source) as archive, tempfile.TemporaryDirectory(dir=config.instance_path) as folder, vault.held():
        manifest = manifest_of(archive)
        if manifest.database != base.kind:
            raise StartupFault(f"the backup is of {manifest.database}, and this database is {base.kind}")
        refuse_unknown(manifest.schema)
        dump = Path(folder) / DUMP
        _take_out(archive, vault, dump, Sums(manifest))
        base.load(dump, migrate)
    with database.transaction() as session:
        claim(session, vault)
        happened(session, None, BackupRestored(detail={"created_at": manifest.created_at}))
    return manifest


def _parts(archive: tarfile.TarFile) -> list[tuple[tarfile.TarInfo, re.Match[str] | None]]:
    """What a backup of ours holds, but for the manifest: the database and files under names that we know. Nothing is
    unpacked by its own name. Raises StartupFault."""
    found = []
    for entry in archive.getmembers():
        match = _NAME.fullmatch(entry.name)
        if (entry.name == DUMP or match) and entry.isfile():
            found.append((entry, match))
        elif entry.name not in (MANIFEST, SEAL):
            raise StartupFault("the backup holds something that does not belong there")
    if not any(entry.name == DUMP for entry, _match in found):
        raise StartupFault("the backup holds no database")
    return found


def _take_out(archive: tarfile.TarFile, vault: Vault, dump: Path, sums: Sums) -> None:
    for entry, match in _parts(archive):
        if match is None:
            with private.open_to_write(dump) as out:
                sums.check(entry.name, _read(archive, entry, out))
            continue
        with vault.incoming() as file:
            digest = _read(archive, entry, file)
            file.flush()
            sums.check(entry.name, digest)
            _compare(match, digest)
            _place(vault, Path(file.name), match[1], match[2])
    sums.end()


def _place(vault: Vault, fresh: Path, digest: str, picture: str | None) -> None:
    if picture is None:
        vault.place(fresh, digest)
        return
    goal = vault.rendition(digest, picture)
    private.make_folder(goal.parent)
    private.write(goal, fresh.read_bytes())


def _compare(match: re.Match[str] | None, digest: str) -> None:
    """A content's name is its digest, whatever the manifest says."""
    if match and match[2] is None and match[1] != digest:
        raise StartupFault("a file of the backup is damaged")


def _read(archive: tarfile.TarFile, entry: tarfile.TarInfo, out: IO[bytes] | None) -> str:
    """The SHA-256 of a part, which is written to `out` meanwhile."""
    digest = sha256()
    for chunk in chunks(content(archive, entry)):
        digest.update(chunk)
        if out:
            out.write(chunk)
    return digest.hexdigest()
