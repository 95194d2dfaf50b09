"""Rows as files: JSON, CSV as Excel opens it in Japanese, .xlsx. No cell is taken for a formula."""

import csv
import io
import json
from typing import Any

from openpyxl import Workbook

from hub.library.cells import guarded, joined, spread
from hub.library.records import DEMO, LISTS, TABLES

FORMATS = {
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(format_: str, rows: list[dict[str, Any]], columns: tuple[str, ...], title: str, mark: str = "") -> bytes:
    """`title` names the sheet of a workbook (at most 31 characters). Every row carries the `mark`, and so does whatever
    is copied out of the file."""
    if mark:
        rows, columns = [row | {DEMO: mark} for row in rows], (*columns, DEMO)
    if format_ == "json":
        return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()
    table = _table(rows, columns)
    return _csv(table) if format_ == "csv" else _xlsx(table, title)


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> list[list[str]]:
    """Headings first; a column whose cells are too long for Excel is followed by `name#2`."""
    lines = [[cell for column in columns for cell in _cells(column, row[column]).items()] for row in rows]
    names = list(dict.fromkeys([*columns, *(name for line in lines for name, _text in line)]))
    order = {column: n for n, column in enumerate(columns)}
    names.sort(key=lambda name: (order[name.partition("#")[0]], len(name), name))
    found = [dict(line) for line in lines]
    return [names, *([guarded(cells.get(name, "")) for name in names] for cells in found)]


def _cells(column: str, value: Any) -> dict[str, str]:
    if value is None:
        return {column: ""}
    if column in TABLES:
        fields = list(TABLES[column].__dataclass_fields__)
        return spread(column, [_line(row, fields) for row in value])
    if column in LISTS:
        return spread(column, [value] if isinstance(value, str) else list(value))
    return {column: str(value)}


def _line(row: Any, fields: list[str]) -> str:
    if not isinstance(row, dict):
        return joined([str(row)])
    return joined(["" if row.get(name) is None else str(row[name]) for name in fields])


def _csv(table: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(table)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(table: list[list[str]], title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "C2"
    for line in table:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
