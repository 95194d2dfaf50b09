"""What a backup says of itself: of which database and moment it is, and the SHA-256 of everything in it."""

import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from hub.config import StartupFault

FORMAT = 2  # 1 had no sums
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """`created_at` and `event`, the newest of the feed, are of the moment of the dump or before it. `missing`: contents
    that the database names and the vault does not have, or has damaged. `sums`: of every part, by its name."""

    database: str
    schema: str
    epoch: str
    created_at: str
    format: int = FORMAT
    event: int = 0
    files: int = 0
    bytes: int = 0
    missing: tuple[str, ...] = ()
    sums: dict[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """For people and programs: without the sums."""
        return {name: value for name, value in asdict(self).items() if name != "sums"}

    def text(self) -> str:
        return json.dumps(asdict(self), indent=1)


@contextmanager
def opened(source: Path) -> Iterator[tarfile.TarFile]:
    """Raises StartupFault for what is no backup, also when that shows only while it is read."""
    try:
        with tarfile.open(source, "r:") as archive:
            yield archive
    except (tarfile.TarError, EOFError):
        raise StartupFault(f"{source} is no backup of this hub, or damaged") from None
    except FileNotFoundError:
        if source.exists():
            raise
        raise StartupFault(f"{source} is not there") from None


def manifest_of(archive: tarfile.TarFile) -> Manifest:
    """Raises StartupFault when there is none, it is of another version, or it is not as it was written."""
    try:
        text = content(archive, archive.getmember(MANIFEST)).read(MOST_BYTES)
        found: dict[str, Any] = json.loads(text)
        manifest = Manifest(**{**found, "missing": tuple(found["missing"])})
        if manifest.format not in (1, FORMAT):
            raise StartupFault("the backup has a format that this version does not know")
        if manifest.format == 1:
            return manifest
        seal = content(archive, archive.getmember(SEAL)).read(64).decode("ascii", "replace")
    except (KeyError, TypeError, ValueError):
        raise StartupFault("the backup has no manifest, or one of another version") from None
    if seal != sha256(text).hexdigest():
        raise StartupFault("the manifest of the backup is damaged")
    return manifest


def content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    found = archive.extractfile(entry)
    if found is None:
        raise StartupFault("the backup is damaged")
    return found


class Sums:
    """Holds what is read against the manifest: every part once, each as it was written, and nothing besides."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest, self._open = manifest, set(manifest.sums)

    def check(self, name: str, digest: str) -> None:
        """Raises StartupFault."""
        if self.manifest.format == 1:
            return
        if name not in self._open:
            raise StartupFault("the backup holds something that does not belong there")
        self._open.remove(name)
        if self.manifest.sums[name] != digest:
            raise StartupFault(f"{_words(name)} of the backup is damaged")

    def end(self) -> None:
        """Raises StartupFault when something is not there."""
        if self._open:
            raise StartupFault(f"{_words(min(self._open))} of the backup is missing")


def _words(name: str) -> str:
    return "the database" if name == "database" else f"the file {name.removeprefix('files/')}"
