"""What browsers are given of scripts and styles: each kind in one file, joined and packed once.

From a clone, whoever works on the hub sees a change at the next page: there the files are looked at again. A release is
not looked at: a process that is still running during an upgrade goes on with the scripts that belong to it."""

import hashlib
import threading
import time
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub.assets.scripts import join_scripts
from hub.assets.styles import join_styles

LOOK_S = 0.5
GZIP = 31  # for zlib: with the head and the end of gzip
SCRIPT, STYLE, MAP = "app.js", "app.css", "app.js.map"


@dataclass(frozen=True)
class Joined:
    """A file that stands nowhere: as it is, packed, and of what kind."""

    text: bytes
    packed: bytes
    media_type: str


@dataclass(frozen=True)
class Stock:
    """`mark` is of all names and contents of the folder: machines that serve the same files agree on it."""

    mark: str
    joined: dict[str, Joined]


class Shelf:
    """One for each application; processes that are forked from one another share what it holds."""

    def __init__(self, folder: Path, *, watched: bool) -> None:
        """Raises ValueError when the scripts or styles are written as they cannot be joined."""
        self.folder, self.watched = folder, watched
        self._lock = threading.Lock()
        self._seen, self._looked = signature_of(folder), time.monotonic()
        self._stock = stock_of(folder, self._seen)

    def stock(self) -> Stock:
        """What is served now. While a change does not hold together, what was before it."""
        if self.watched and time.monotonic() - self._looked > LOOK_S:
            with self._lock:
                self._look()
        return self._stock

    def _look(self) -> None:
        self._looked, seen = time.monotonic(), signature_of(self.folder)
        if seen != self._seen:
            self._stock, self._seen = stock_of(self.folder, seen), seen


def signature_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes whenever a file does, without reading any."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        state = path.stat()
        found.append((path.relative_to(folder).as_posix(), state.st_size, state.st_mtime_ns))
    return tuple(found)


@cache
def stock_of(folder: Path, _seen: tuple[tuple[str, int, int], ...]) -> Stock:
    script, source_map = join_scripts(folder, folder / "js" / "main.js")
    script += f"//# sourceMappingURL={MAP}\n"
    style = join_styles(folder, folder / "css" / "main.css")
    return Stock(
        mark_of(folder),
        {
            SCRIPT: _pack(script, "text/javascript"),
            STYLE: _pack(style, "text/css"),
            MAP: _pack(source_map, "application/json"),
        },
    )


def mark_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _pack(text: str, media_type: str) -> Joined:
    plain = text.encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    return Joined(plain, packer.compress(plain) + packer.flush(), media_type)
