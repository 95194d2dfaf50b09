"""Text with separators as programs here write it: in UTF-8, in the Shift_JIS of Windows, in UTF-16 (Excel's Unicode
text), in EUC-JP or ISO-2022-JP; with commas or tabs."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from hub.confined.refusal import Refused
from hub.sheets.limits import MOST_CELL_CHARS, MOST_COLUMNS, MOST_ROWS

_SWITCH = b"\x1b$"  # with which ISO-2022-JP begins to be Japanese
_KANA = re.compile("[ぁ-んァ-ヶー]")
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80\uf8f0-\uf8f3]")  # the last: nothing in cp932


def read_delimited(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows as a spreadsheet program counts them. Raises Refused, also for a quotation mark that is never closed: all
    that follows it would be one cell."""
    text = decoded(path.read_bytes())
    if _ODD.search(text):
        raise Refused("no_text")
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))  # one for the whole process: it only grows
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    number = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused("quote", row=number + 1) from None
        number += 1
        if number > MOST_ROWS * 2:
            raise Refused("rows", n=MOST_ROWS)
        if len(row) > MOST_COLUMNS and any(cell.strip() for cell in row[MOST_COLUMNS:]):
            raise Refused("columns", n=MOST_COLUMNS)
        _refuse_swallowed(row, number)
        yield number, row


def _refuse_swallowed(row: list[str], number: int) -> None:
    """A cell that holds more than any cell may has swallowed the rows after a quotation mark."""
    if any(len(cell) > MOST_CELL_CHARS for cell in row):
        raise Refused("long", row=number, n=MOST_CELL_CHARS)


def _separator(text: str) -> str:
    head = text.lstrip("\n\r").partition("\n")[0]
    return "\t" if head.count("\t") > head.count(",") else ","


def decoded(raw: bytes) -> str:
    """Raises Refused where the bytes are no text in any of them."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _as(raw, "utf-16") or _refuse()
    if _SWITCH in raw and raw.isascii():
        return _as(raw, "iso2022_jp") or _as(raw, "iso2022_jp_ext") or _as(raw, "iso2022_jp_2004") or _refuse()
    found = _as(raw, "utf-8-sig")
    if found is not None:
        return found
    return _likelier(_as(raw, "cp932"), _as(raw, "euc_jp"))


def _likelier(windows: str | None, unix: str | None) -> str:
    """Much of EUC-JP can be read as Shift_JIS, as nonsense without the kana that stand in every Japanese text."""
    if windows is None or unix is None:
        return windows or unix or _refuse()
    return unix if len(_KANA.findall(unix)) > len(_KANA.findall(windows)) else windows


def _as(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse() -> str:
    raise Refused("encoding")
