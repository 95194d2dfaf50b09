"""Tables that people send: CSV as Excel or anything else writes it, and .xlsx. Cells are text; no formula is run."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000


class UnreadableSheet(Exception):
    """The file as a whole cannot be read; the text says why, in words."""


@dataclass(frozen=True)
class Row:
    """`number` as the spreadsheet program shows it; `cells` by heading, without blanks around them."""

    number: int
    cells: dict[str, str]


def read_sheet(path: Path) -> list[Row]:
    """The rows below the headings, empty ones left out. Raises UnreadableSheet."""
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableSheet(_("ファイルが大きすぎます(%(n)sMBまで)。", n=MOST_BYTES // 2**20))
    lines = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    headings = [h.strip() for h in next(lines, [])]
    if not any(headings):
        raise UnreadableSheet(_("見出しの行がありません。"))
    rows = []
    for number, line in enumerate(lines, start=2):
        cells = {h: c.strip() for h, c in zip(headings, line, strict=False) if h}
        if any(cells.values()):
            rows.append(Row(number, cells))
        if len(rows) > MOST_ROWS:
            raise UnreadableSheet(_("行が多すぎます(%(n)s行まで)。", n=f"{MOST_ROWS:,}"))
    return rows


def _csv(path: Path) -> Iterator[list[str]]:
    """UTF-8 with or without a mark, else the Shift_JIS of Windows."""
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return csv.reader(io.StringIO(text, newline=""))
    raise UnreadableSheet(_("文字コードがUTF-8でもShift_JISでもありません。"))


def _xlsx(path: Path) -> Iterator[list[str]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, OSError):
        raise UnreadableSheet(_("Excelのファイル(.xlsx)として読めません。")) from None
    return ([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))


def _text(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without a point, dates as 2026-04-01."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
