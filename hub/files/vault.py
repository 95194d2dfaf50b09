"""Where the bytes are: one folder for all workers, each content under its own SHA-256, written once and never changed.

`content/ab/<digest>` and beside it the drawn-anew pictures `<digest>.thumb.webp`; `incoming/` for what is on its way;
`vault-id` says to which database the folder belongs (claiming.py).
"""

import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from hub import private
from hub.files.images import RENDITIONS, SUFFIX

DIGEST = re.compile(r"[0-9a-f]{64}")
MARK = "vault-id"


class Vault:
    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str) -> Path:
        return self.root / "content" / digest[:2] / digest

    def rendition(self, digest: str, name: str) -> Path:
        path = self.path(digest)
        return path.with_name(f"{path.name}.{name}{SUFFIX}")

    def renditions(self, digest: str) -> dict[str, Path]:
        return {name: self.rendition(digest, name) for name in RENDITIONS}

    def incoming(self) -> IO[bytes]:
        """A file for what is being received, gone when it is closed."""
        folder = self._folder("incoming")
        return tempfile.NamedTemporaryFile(dir=folder)

    def place(self, source: Path, digest: str) -> None:
        """Put a received content where it belongs. It is safe on disk once this returns."""
        goal = self.path(digest)
        private.make_folder(goal.parent)
        if goal.exists():
            os.utime(goal)  # wanted again: no orphan, whatever its age
        else:
            self._put(source, goal)
        # The names as well; also of what was there: whoever is placing it may not have come so far yet.
        for folder in (goal.parent, goal.parent.parent, self.root):
            _sync(folder)

    def _put(self, source: Path, goal: Path) -> None:
        _sync(source)
        try:
            os.link(source, goal)
        except FileExistsError:
            os.utime(goal)
        except OSError:  # a file system without links
            self._copy(source, goal)

    def _copy(self, source: Path, goal: Path) -> None:
        fresh = goal.with_name(f"{goal.name}.{os.getpid()}.part")
        with source.open("rb") as bytes_, private.open_to_write(fresh) as out:
            shutil.copyfileobj(bytes_, out)
        _sync(fresh)
        fresh.replace(goal)

    def remove(self, digest: str) -> None:
        for path in (self.path(digest), *self.renditions(digest).values()):
            path.unlink(missing_ok=True)

    def contents(self) -> Iterator[tuple[str, Path]]:
        """Everything stored, by digest; pictures belong to the content beside which they lie."""
        for path in (self.root / "content").glob("??/*"):
            digest = path.name.partition(".")[0]
            if DIGEST.fullmatch(digest):
                yield digest, path

    def sweep_incoming(self, before: datetime) -> None:
        """Take away what a killed process left behind."""
        for path in self._folder("incoming").iterdir():
            if is_older(path, before):
                path.unlink(missing_ok=True)

    def mark(self) -> str | None:
        """The id of this folder; None when it has none yet."""
        try:
            return (self.root / MARK).read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def put_mark(self, id_: str) -> None:
        private.make_folder(self.root)
        with tempfile.NamedTemporaryFile("w", dir=self.root, delete=False, encoding="ascii") as file:
            file.write(f"{id_}\n")
        _sync(Path(file.name))
        Path(file.name).replace(self.root / MARK)
        _sync(self.root)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is removed meanwhile, by any process: for a backup."""
        with self._lock().open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield

    @contextmanager
    def removing(self) -> Iterator[bool]:
        """False while somebody holds everything: then nothing may be removed."""
        with self._lock().open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _lock(self) -> Path:
        private.make_folder(self.root)
        lock = self.root / "lock"
        private.make_file(lock)
        return lock

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        private.make_folder(folder)
        return folder


def is_older(path: Path, before: datetime) -> bool:
    """Whether it was last touched before that moment."""
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def _sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as fault:
        if fault.errno != errno.EINVAL:  # a file system that cannot do it for folders
            raise
    finally:
        os.close(handle)
