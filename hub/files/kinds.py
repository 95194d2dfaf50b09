"""What a file is, by its content against a list of what may be attached. Its name and what the browser says of it are
not asked, except to tell a CSV from other text."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import filetype

from hub.files import office
from hub.files.refusal import FileRefused
from hub.zips import has_zip_end

HEAD_BYTES = 8192
CHUNK_BYTES = 1024 * 1024


class Kind(NamedTuple):
    """`extensions` are the endings that fit, the usual one first."""

    kind: str
    media_type: str
    extensions: tuple[str, ...]


_BY_MAGIC = {
    "image/jpeg": Kind("image", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
    "image/png": Kind("image", "image/png", ("png",)),
    "image/gif": Kind("image", "image/gif", ("gif",)),
    "image/webp": Kind("image", "image/webp", ("webp",)),
    "application/pdf": Kind("pdf", "application/pdf", ("pdf",)),
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_BY_OFFICE = {
    "docx": Kind("document", f"{_OFFICE}wordprocessingml.document", ("docx",)),
    "xlsx": Kind("sheet", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",)),
    "pptx": Kind("slides", f"{_OFFICE}presentationml.presentation", ("pptx",)),
    "docm": Kind("document", "application/vnd.ms-word.document.macroEnabled.12", ("docm",)),
    "xlsm": Kind("sheet", "application/vnd.ms-excel.sheet.macroEnabled.12", ("xlsm",)),
    "pptm": Kind("slides", "application/vnd.ms-powerpoint.presentation.macroEnabled.12", ("pptm",)),
    "doc": Kind("document", "application/msword", ("doc", "dot")),
    "xls": Kind("sheet", "application/vnd.ms-excel", ("xls", "xlt")),
    "ppt": Kind("slides", "application/vnd.ms-powerpoint", ("ppt", "pps")),
    "odt": Kind("document", f"{_OPEN}text", ("odt",)),
    "ods": Kind("sheet", f"{_OPEN}spreadsheet", ("ods",)),
    "odp": Kind("slides", f"{_OPEN}presentation", ("odp",)),
}
_TEXT = Kind("text", "text/plain", ("txt", "log", "md", "text"))
_CSV = Kind("text", "text/csv", ("csv", "tsv"))
_MARKUP = ("<!doctype", "<html", "<svg", "<script", "<?xml", "<body", "<iframe", "<head", "<math", "<?php")
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}


def kind_of(path: Path, name: str, *, macros: bool) -> Kind:
    """Raises FileRefused. `macros`: whether Office files with macros are taken."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise FileRefused("empty")
    if head.startswith(office.ZIP):
        return _BY_OFFICE[office.inspect_zip(path, macros=macros)]
    if head.startswith(office.OLE):
        return _BY_OFFICE[office.inspect_ole(path, macros=macros)]
    known = _BY_MAGIC.get(filetype.guess_mime(head) or "")
    if known is None:
        _require_text(path, head)
        known = _CSV if name.lower().endswith((".csv", ".tsv")) else _TEXT
    elif has_zip_end(path):
        raise FileRefused("two_in_one")
    return known


def _require_text(path: Path, head: bytes) -> None:
    """Plain text in one of the encodings that are met here, and no page or drawing that a browser could run."""
    for encoding in _encodings(head):
        try:
            start = _decodes(path, encoding)
        except ValueError:
            continue
        lowered = start.lower()
        if any(mark in lowered for mark in _MARKUP):
            break
        return
    raise FileRefused("type")


def _encodings(head: bytes) -> tuple[str, ...]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8-sig", "cp932")


def _decodes(path: Path, encoding: str) -> str:
    """The first characters; raises ValueError when it is no text in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    start = ""
    for chunk in (*_chunks(path), b""):
        text = decoder.decode(chunk, final=not chunk)
        if any(ord(c) in _CONTROLS for c in set(text)):
            raise ValueError("control character")
        start = start or text[:HEAD_BYTES]
    return start


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
