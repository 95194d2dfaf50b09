"""Zip files from outside, as .xlsx and the other Office formats are: looked at before any of them is unpacked."""

import re
import struct
import zipfile
from pathlib import Path
from typing import Literal

_END = b"PK\x05\x06"
_END64, _END64_BYTES = b"PK\x06\x06", 56
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
_END_BYTES = _END64_BYTES + _LOCATOR_BYTES + 22 + 65_535  # with the longest comment
MOST_ENTRIES = 5_000
MOST_TABLE_BYTES = 2 * 1024 * 1024
MOST_UNPACKED_BYTES = 1024**3
MOST_RATIO = 100  # of what is unpacked to what is packed; looked at from FREE_BYTES on
FREE_BYTES = 50 * 1024 * 1024
# What reading such a file raises when it is damaged.
DAMAGE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, ValueError, OSError, EOFError, struct.error)


class ZipRefused(Exception):
    def __init__(self, reason: Literal["broken", "bomb", "encrypted"]) -> None:
        super().__init__(reason)
        self.reason: Literal["broken", "bomb", "encrypted"] = reason


def has_zip_end(path: Path) -> bool:
    """Whether a zip ends where this file does, whatever it begins as."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_BYTES))
        return _END in file.read()


def check_contents(path: Path) -> None:
    """The table of contents is read into memory as a whole: look at its size first. Raises ZipRefused."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_BYTES))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise ZipRefused("broken")
    entries, table_bytes = _size_of_contents(tail, at)
    if entries > MOST_ENTRIES or table_bytes > MOST_TABLE_BYTES:
        raise ZipRefused("bomb")


def _size_of_contents(tail: bytes, at: int) -> tuple[int, int]:
    """Entries and bytes, from the record that zipfile believes: that of a zip64, where there is one before its locator,
    whatever the plain one says. Some programs write both into small files as well."""
    locator = at - _LOCATOR_BYTES
    record = locator - _END64_BYTES
    if record >= 0 and tail.startswith(_LOCATOR, locator) and tail.startswith(_END64, record):
        return struct.unpack_from("<QQ", tail, record + 32)
    return struct.unpack_from("<HL", tail, at + 10)


def check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Raises ZipRefused. `size`: bytes of the file."""
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    # Packed parts that are longer together than the file lie over each other: a bomb with a harmless ratio.
    if packed > size or unpacked > MOST_UNPACKED_BYTES or (unpacked > FREE_BYTES and unpacked > MOST_RATIO * size):
        raise ZipRefused("bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ZipRefused("encrypted")
    for entry in entries:
        if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
            raise ZipRefused("broken")
