"""Old Office files made small: a file system of 512-byte sectors with some streams in it."""

import struct

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """Sector 0 holds the table, then come the names, then the streams, each too long for the small pieces."""
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    rows = [_row("Root Entry", 5, END, 0)]
    folders = -(-(len(padded) + 1) // 4)
    table, body, at = [FAT], b"", 1 + folders
    table += [n + 2 for n in range(folders - 1)] + [END]
    for name, content in padded.items():
        sectors = -(-len(content) // 512)
        rows.append(_row(name, 2, at, len(content)))
        table += [at + n + 1 for n in range(sectors - 1)] + [END]
        body += content.ljust(sectors * 512, b"\0")
        at += sectors
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += b"\0" * 10 + struct.pack("<LLLLLLLL", 1, 1, 0, 4096, END, 0, END, 0)
    head += struct.pack("<109L", 0, *[FREE] * 108)
    assert (len(head), len(table) <= 128) == (512, True)
    numbers = struct.pack("<128L", *table, *[FREE] * (128 - len(table)))
    return head + numbers + b"".join(rows).ljust(folders * 512, b"\0") + body


def _row(name: str, kind: int, start: int, size: int) -> bytes:
    said = name.encode("utf-16-le")
    row = said.ljust(64, b"\0") + struct.pack("<HBB", len(said) + 2, kind, 1) + struct.pack("<LLL", *[FREE] * 3)
    return row.ljust(116, b"\0") + struct.pack("<LLL", start, size, 0)


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def workbook(*sheet_kinds: int, protected: bool = False) -> bytes:
    """An .xls whose list of sheets names these kinds: 0 a sheet, 1 one of Excel 4 macros, 2 a chart, 6 a module."""
    sheets = [record(0x85, struct.pack("<LBB", 0, 0, kind) + b"\x05\0Sheet") for kind in sheet_kinds]
    lock = record(0x2F, b"\0" * 6) if protected else b""
    return compound({"Workbook": record(0x809, b"\0" * 16) + lock + b"".join(sheets) + record(0x0A)})
