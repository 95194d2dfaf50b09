"""The backup's file: a tar of the database, every content that the database names, and `manifest.json`.

A content never changes and is not removed while a backup holds the vault, so that the files of the database's moment
are all there however long the copying takes."""

import io
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import IO

from hub import private
from hub.backup.manifest import MANIFEST, SEAL, Manifest
from hub.backup.postgresql import base_of
from hub.clock import iso, utc_now
from hub.config import Config
from hub.db import Database
from hub.files.vault import Vault

DUMP = "database"


def write_backup(database: Database, config: Config, target: Path) -> Manifest:
    """Nothing stands under the target's name before all of it is there. Raises StartupFault, OSError."""
    base, vault = base_of(database), Vault(config.files)
    # The folder goes with all that was written when something fails; nobody else may look into it.
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, vault.held():
        begun, dump = iso(utc_now()), Path(folder) / DUMP
        snapshot = base.dump(dump)
        manifest = Manifest(base.kind, snapshot.schema, snapshot.epoch, begun, event=snapshot.event)
        part = Path(folder) / "backup"
        private.make_file(part)
        with tarfile.open(part, "w") as archive:
            archive.add(dump, DUMP)
            manifest = _add_files(archive, vault, snapshot.digests, replace(manifest, sums={DUMP: digest_of(dump)}))
            text = manifest.text().encode()
            _add_bytes(archive, MANIFEST, text)
            _add_bytes(archive, SEAL, sha256(text).hexdigest().encode())
        part.replace(target)
    return manifest


def _add_files(archive: tarfile.TarFile, vault: Vault, digests: list[str], manifest: Manifest) -> Manifest:
    missing, sums, count, size = [], dict(manifest.sums), 0, 0
    for digest in digests:
        path = vault.path(digest)
        if not path.is_file() or digest_of(path) != digest:
            missing.append(digest)
            continue
        for part in (path, *(p for p in vault.renditions(digest).values() if p.is_file())):
            archive.add(part, f"files/{part.name}", recursive=False)
            sums[f"files/{part.name}"] = digest if part is path else digest_of(part)
        count, size = count + 1, size + path.stat().st_size
    return replace(manifest, files=count, bytes=size, missing=tuple(missing), sums=sums)


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(1024 * 1024):
        yield chunk


def digest_of(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        for chunk in chunks(file):
            digest.update(chunk)
    return digest.hexdigest()
