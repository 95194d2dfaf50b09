"""Files and folders that nobody else on the machine reads, whatever the umask is: what people told each other lies in
them, and the keys to it."""

import os
from pathlib import Path
from typing import IO

FILE, FOLDER = 0o600, 0o700


def make_folder(path: Path) -> None:
    """The folder with those above it, as far as they are not there."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=FOLDER, exist_ok=True)


def make_file(path: Path) -> None:
    """An empty file, unless it is there."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, FILE))


def open_to_write(path: Path) -> IO[bytes]:
    """Written anew; one that others could read is theirs no longer."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE)
    os.fchmod(handle, FILE)
    return os.fdopen(handle, "wb")


def write(path: Path, content: bytes) -> None:
    with open_to_write(path) as out:
        out.write(content)


def close_to_others(path: Path) -> None:
    """Of what an earlier version made as the umask said. What somebody else owns is theirs to say."""
    try:
        found = path.stat()
        if found.st_uid == os.geteuid() and found.st_mode & 0o077:
            path.chmod(found.st_mode & 0o700)
    except (FileNotFoundError, PermissionError):
        return
