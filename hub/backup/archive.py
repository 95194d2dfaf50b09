"""The backup's file: a tar of `manifest.json`, the data base, and every content that the data base names.

A content never changes and is not removed while a backup holds the vault, so that the files of the data base's moment
are all there however long the copying takes."""

import hashlib
import json
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from hub.backup.bases import Base, base_of
from hub.clock import iso, utc_now
from hub.config import Config, StartupFault
from hub.db import Database
from hub.files.images import RENDITIONS, SUFFIX
from hub.files.vault import Vault
from hub.installation import raise_access_version
from hub.migrations.runner import migrate, refuse_unknown
from hub.records.audit import record

FORMAT = 1
MANIFEST, DUMP = "manifest.json", "database"
MOST_MANIFEST_BYTES = 64 * 1024
_NAME = re.compile(rf"files/([0-9a-f]{{64}})(?:\.({'|'.join(RENDITIONS)})\{SUFFIX})?")


@dataclass(frozen=True)
class Manifest:
    """`missing`: contents that the data base names and the vault does not have, or has damaged."""

    database: str
    schema: str
    epoch: str
    created_at: str
    format: int = FORMAT
    files: int = 0
    bytes: int = 0
    missing: tuple[str, ...] = ()


def write_backup(database: Database, config: Config, target: Path) -> Manifest:
    """Nothing stands under the target's name before all of it is there. Raises StartupFault, OSError."""
    base, vault = base_of(database), Vault(config.files)
    # The folder goes with all that was written when something fails; nobody else may look into it.
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, vault.held():
        snapshot = base.dump(Path(folder) / DUMP)
        manifest = Manifest(base.kind, snapshot.schema, snapshot.epoch, iso(utc_now()))
        part = Path(folder) / "backup"
        part.touch(0o600)
        with tarfile.open(part, "w") as archive:
            archive.add(Path(folder) / DUMP, DUMP)
            manifest = _add_files(archive, vault, snapshot.digests, manifest)
            _add_text(archive, MANIFEST, json.dumps(asdict(manifest), indent=1))
        part.replace(target)
    return manifest


def _add_files(archive: tarfile.TarFile, vault: Vault, digests: list[str], manifest: Manifest) -> Manifest:
    missing, count, size = [], 0, 0
    for digest in digests:
        path = vault.path(digest)
        if not path.is_file() or _digest(path) != digest:
            missing.append(digest)
            continue
        for part in (path, *(p for p in vault.renditions(digest).values() if p.is_file())):
            archive.add(part, f"files/{part.name}", recursive=False)
        count, size = count + 1, size + path.stat().st_size
    return replace(manifest, files=count, bytes=size, missing=tuple(missing))


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        entry = tarfile.TarInfo(name)
        entry.size = file.tell()
        file.seek(0)
        archive.addfile(entry, file)


def restore_backup(database: Database, config: Config, source: Path) -> Manifest:
    """Put everything back to the backup's moment, in one step for whoever looks on, and begin a new epoch.

    The files come first, beside those that are there; then the data base changes as a whole. Raises StartupFault when
    the file is none of ours, of another kind of data base, newer than this code, or damaged: nothing has changed then.
    """
    base, vault = base_of(database), Vault(config.files)
    config.instance_path.mkdir(parents=True, exist_ok=True)
    with _opened(source) as archive, tempfile.TemporaryDirectory(dir=config.instance_path) as folder, vault.held():
        manifest = _manifest(archive, base)
        dump = Path(folder) / DUMP
        _take_out(archive, vault, dump)
        base.load(dump, migrate)
    with database.transaction() as session:
        raise_access_version(session)
        record(session, None, "backup.restored", "installation", detail={"created_at": manifest.created_at})
    return manifest


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, "r:") as archive:
            yield archive
    except (tarfile.TarError, EOFError):
        raise StartupFault(f"{source} is no backup of this hub, or damaged") from None
    except FileNotFoundError:
        if source.exists():
            raise
        raise StartupFault(f"{source} is not there") from None


def _manifest(archive: tarfile.TarFile, base: Base) -> Manifest:
    try:
        found: dict[str, Any] = json.loads(_file(archive, archive.getmember(MANIFEST)).read(MOST_MANIFEST_BYTES * 1024))
        manifest = Manifest(**{**found, "missing": tuple(found["missing"])})
    except (KeyError, TypeError, ValueError):
        raise StartupFault("the backup has no manifest, or one of another version") from None
    if manifest.format != FORMAT:
        raise StartupFault("the backup has a format that this version does not know")
    if manifest.database != base.kind:
        raise StartupFault(f"the backup is of {manifest.database}, and this data base is {base.kind}")
    refuse_unknown(manifest.schema)
    return manifest


def _take_out(archive: tarfile.TarFile, vault: Vault, dump: Path) -> None:
    """Only what a backup of ours holds, under names that we make ourselves: nothing is unpacked by its own name."""
    for entry in archive:
        match = _NAME.fullmatch(entry.name)
        if entry.name == DUMP and entry.isfile():
            _copy(archive, entry, dump)
        elif match and entry.isfile():
            _place(archive, entry, vault, match[1], match[2])
        elif entry.name != MANIFEST:
            raise StartupFault("the backup holds something that does not belong there")
    if not dump.exists():
        raise StartupFault("the backup holds no data base")


def _place(archive: tarfile.TarFile, entry: tarfile.TarInfo, vault: Vault, digest: str, picture: str | None) -> None:
    with vault.incoming() as file:
        for chunk in _chunks(_file(archive, entry)):
            file.write(chunk)
        file.flush()
        fresh = Path(file.name)
        if picture:
            goal = vault.rendition(digest, picture)
            goal.parent.mkdir(parents=True, exist_ok=True)
            goal.write_bytes(fresh.read_bytes())
        elif _digest(fresh) == digest:
            vault.place(fresh, digest)
        else:
            raise StartupFault("a file of the backup is damaged")


def _copy(archive: tarfile.TarFile, entry: tarfile.TarInfo, goal: Path) -> None:
    with goal.open("wb") as out:
        for chunk in _chunks(_file(archive, entry)):
            out.write(chunk)


def _file(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    found = archive.extractfile(entry)
    if found is None:
        raise StartupFault("the backup is damaged")
    return found


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(1024 * 1024):
        yield chunk


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in _chunks(file):
            digest.update(chunk)
    return digest.hexdigest()
