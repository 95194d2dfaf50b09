"""The old binary Office formats from inside: sheets of Excel 4 macros, embedded objects, DDE. Names of streams are
looked for as they stand; of a workbook the list of its sheets is read."""

import mmap
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from hub.confined.refusal import Refused

_FREE = 0xFFFFFFFA  # sector numbers from here on are none
# Names of what holds an object: a file that was packed in, one of Word's, one of Excel's.
_OBJECT = re.compile(r"\x01Ole10Native|_\d{8,}|(MBD|LNK)[0-9A-F]{8}")
_BOUNDSHEET, _FILEPASS, _EOF = 0x85, 0x2F, 0x0A
_MACRO_SHEET, _MODULE = 1, 6
_SLIDES_OBJECT = 0x1011


def look_into_ole(path: Path, *, macros: bool) -> None:
    """Raises Refused."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if any(content.find(word) >= 0 for word in (b"DDEAUTO", "DDEAUTO".encode("utf-16-le"))):
            raise Refused("outside")
        compound = _Compound(content)
        if any(map(_OBJECT.fullmatch, compound.names())):
            raise Refused("embedded")
        for name in ("Workbook", "Book"):
            _look_at_sheets(compound.stream(name), macros)
        if any(kind == _SLIDES_OBJECT for kind in _kinds_in_slides(compound.stream("PowerPoint Document"))):
            raise Refused("embedded")


def _look_at_sheets(stream: bytes, macros: bool) -> None:
    for kind, data in _records(stream):
        if kind == _FILEPASS:  # also with the password that Excel tries by itself
            raise Refused("encrypted")
        if kind == _BOUNDSHEET and len(data) > 5 and data[5] in (_MACRO_SHEET, _MODULE) and not macros:
            raise Refused("macro")


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Those of the whole workbook, which come before its sheets."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _EOF:
            return


def _kinds_in_slides(stream: bytes) -> Iterator[int]:
    at = 0
    while at + 8 <= len(stream):
        _version, kind, length = struct.unpack_from("<HHL", stream, at)
        yield kind
        at += 8 + length


class _Compound:
    """The file system inside the file. One without a head that could be read holds nothing that a program would find.
    No chain is longer than the file."""

    def __init__(self, content: mmap.mmap) -> None:
        self.content = content
        head = content[:512].ljust(512, b"\0")
        shift, small_shift = struct.unpack_from("<HH", head, 30)
        self.valid = shift in (9, 12) and small_shift == 6
        self.bytes = 1 << shift if self.valid else 512
        self.most = len(content) // self.bytes + 1
        self.root, self.small_below, self.small_table = (struct.unpack_from("<L", head, at)[0] for at in (48, 56, 60))
        self.table = self._table(head) if self.valid else []
        entries = self._chain(self.root)
        self.rows = [entries[at : at + 128] for at in range(0, len(entries) - 127, 128)]

    def names(self) -> list[str]:
        return [_name_of(row) for row in self.rows]

    def stream(self, name: str) -> bytes:
        """Nothing when there is none."""
        for row in self.rows:
            if _name_of(row) == name:
                start, size = struct.unpack_from("<LL", row, 116)
                return self._small(start, size) if size < self.small_below else self._chain(start)[:size]
        return b""

    def _sector(self, number: int) -> bytes:
        return self.content[(number + 1) * self.bytes : (number + 2) * self.bytes]

    def _table(self, head: bytes) -> list[int]:
        """The next sector of each sector."""
        listed = list(struct.unpack_from("<109L", head, 76))
        further = struct.unpack_from("<L", head, 68)[0]
        while further < _FREE and len(listed) < self.most + 109:
            more = _numbers(self._sector(further))
            listed += more[:-1]
            further = more[-1] if more else _FREE
        numbers: list[int] = []
        for number in listed:
            if number < _FREE and len(numbers) < self.most + self.bytes:
                numbers += _numbers(self._sector(number))
        return numbers

    def _chain(self, number: int) -> bytes:
        parts: list[bytes] = []
        while number < len(self.table) and len(parts) < self.most:
            parts.append(self._sector(number))
            number = self.table[number]
        return b"".join(parts)

    def _small(self, start: int, size: int) -> bytes:
        """A stream below the limit lies in 64-byte pieces of the root's own stream."""
        pieces = self._chain(struct.unpack_from("<L", self.rows[0], 116)[0])
        table = _numbers(self._chain(self.small_table))
        found: list[bytes] = []
        while start < len(table) and len(found) * 64 < size:
            found.append(pieces[start * 64 : (start + 1) * 64])
            start = table[start]
        return b"".join(found)[:size]


def _name_of(row: bytes) -> str:
    length = struct.unpack_from("<H", row, 64)[0]
    return row[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")


def _numbers(sector: bytes) -> list[int]:
    return list(struct.unpack_from(f"<{len(sector) // 4}L", sector))
