"""Office files from inside: which application they belong to, and whether they hold what is not taken. Nothing is ever
unpacked; of a zip only its table of contents is read, and that only when it is of a sensible size."""

import mmap
import re
import struct
import zipfile
from pathlib import Path

from hub.files.refusal import FileRefused

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = b"PK\x05\x06"
_END64, _END64_BYTES = b"PK\x06\x06", 56
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
_END_BYTES = _END64_BYTES + _LOCATOR_BYTES + 22 + 65_535  # with the longest comment
MOST_ENTRIES = 5_000
MOST_TABLE_BYTES = 2 * 1024 * 1024
MOST_UNPACKED_BYTES = 1024**3
MOST_RATIO = 100  # of what is unpacked to what is packed; looked at from FREE_BYTES on
FREE_BYTES = 50 * 1024 * 1024
MOST_TYPES_BYTES = 1024 * 1024
_PROGRAM = re.compile(r"(?i)\.(exe|dll|scr|com|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|lnk|jar|cpl|reg)$")
_MAIN = {
    "wordprocessingml.document.main": "docx",
    "wordprocessingml.template.main": "docx",
    "spreadsheetml.sheet.main": "xlsx",
    "spreadsheetml.template.main": "xlsx",
    "presentationml.presentation.main": "pptx",
    "presentationml.slideshow.main": "pptx",
    "ms-word.document.macroEnabled.main": "docm",
    "ms-excel.sheet.macroEnabled.main": "xlsm",
    "ms-powerpoint.presentation.macroEnabled.main": "pptm",
}
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_OLE_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}


def has_zip_end(path: Path) -> bool:
    """Whether a zip ends where this file does, whatever it begins as."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_BYTES))
        return _END in file.read()


def inspect_zip(path: Path, *, macros: bool) -> str:
    """The usual ending of the Office file. Raises FileRefused."""
    _check_table(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(entries, path.stat().st_size)
            kind, has_macros = _open_document(archive, entries) or _office_open(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, ValueError, OSError, struct.error):
        raise FileRefused("broken") from None
    if has_macros and not macros:
        raise FileRefused("macro")
    return kind


def _check_table(path: Path) -> None:
    """The table of contents is read into memory as a whole: look at its size first."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_BYTES))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise FileRefused("broken")
    entries, table_bytes = _size_of_table(tail, at)
    if entries > MOST_ENTRIES or table_bytes > MOST_TABLE_BYTES:
        raise FileRefused("bomb")


def _size_of_table(tail: bytes, at: int) -> tuple[int, int]:
    """Entries and bytes, from the record that zipfile believes: that of a zip64, where there is one before its locator,
    whatever the plain one says. Some programs write both into small files as well."""
    locator = at - _LOCATOR_BYTES
    record = locator - _END64_BYTES
    if record >= 0 and tail.startswith(_LOCATOR, locator) and tail.startswith(_END64, record):
        return struct.unpack_from("<QQ", tail, record + 32)
    return struct.unpack_from("<HL", tail, at + 10)


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    # Packed parts that are longer together than the file lie over each other: a bomb with a harmless ratio.
    if packed > size or unpacked > MOST_UNPACKED_BYTES or (unpacked > FREE_BYTES and unpacked > MOST_RATIO * size):
        raise FileRefused("bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("encrypted")
    for entry in entries:
        if _PROGRAM.search(entry.filename):
            raise FileRefused("program")
        if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
            raise FileRefused("broken")


def _open_document(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> tuple[str, bool] | None:
    if not entries or entries[0].filename != "mimetype" or entries[0].file_size > 100:
        return None
    kind = _OPEN_DOCUMENT.get(archive.read(entries[0]))
    if kind is None:
        raise FileRefused("type")
    return kind, any(entry.filename.startswith(("Basic/", "Scripts/")) for entry in entries)


def _office_open(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> tuple[str, bool]:
    names = {entry.filename: entry for entry in entries}
    types = names.get("[Content_Types].xml")
    if types is None:
        raise FileRefused("type")
    with archive.open(types) as file:
        text = file.read(MOST_TYPES_BYTES).decode("utf-8", "replace")
    kind = next((kind for main, kind in _MAIN.items() if f"{main}+xml" in text), None)
    if kind is None:
        raise FileRefused("type")
    parts = {name.rsplit("/", 1)[-1].lower() for name in names}
    return kind, kind.endswith("m") or "macroenabled" in text.lower() or "vbaproject.bin" in parts


def inspect_ole(path: Path, *, macros: bool) -> str:
    """The same for the old binary formats, by the names of their streams."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def has(name: str) -> bool:
            return content.find(name.encode("utf-16-le") + b"\0\0") >= 0

        if has("EncryptedPackage"):
            raise FileRefused("encrypted")
        kind = next((kind for name, kind in _OLE_STREAMS.items() if has(name)), None)
        if kind is None:
            raise FileRefused("type")
        if not macros and (has("_VBA_PROJECT") or has("_VBA_PROJECT_CUR")):
            raise FileRefused("macro")
        return kind
