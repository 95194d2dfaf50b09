"""Office files from inside: which application they belong to, and whether they hold what is not taken. Nothing is ever
unpacked; of a zip only its table of contents is read, and that only when it is of a sensible size."""

import mmap
import re
import zipfile
from pathlib import Path

from hub.files.refusal import FileRefused
from hub.zips import DAMAGE, ZipRefused, check_contents, check_entries

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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


def inspect_zip(path: Path, *, macros: bool) -> str:
    """The usual ending of the Office file. Raises FileRefused."""
    try:
        check_contents(path)
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            check_entries(entries, path.stat().st_size)
            if any(_PROGRAM.search(entry.filename) for entry in entries):
                raise FileRefused("program")
            kind, has_macros = _open_document(archive, entries) or _office_open(archive, entries)
    except ZipRefused as refusal:
        raise FileRefused(refusal.reason) from None
    except DAMAGE:
        raise FileRefused("broken") from None
    if has_macros and not macros:
        raise FileRefused("macro")
    return kind


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
