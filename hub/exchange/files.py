"""Rows as files: JSON, CSV as Excel opens it in Japanese, .xlsx. No cell is taken for a formula.

Rows are added part by part and written part by part, so that the cases of a whole prefecture are never all in memory,
and no part takes long.
"""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from openpyxl import Workbook

from hub.library.cells import joined, spread
from hub.library.records import DEMO, LISTS, TABLES
from hub.sheets.cells import written
from hub.sheets.guarding import guarded
from hub.sheets.writing import CSV_TYPE, XLSX_TYPE

# Codes, months and figures: `cases import` reads 12998, Apr-24 and 1,200,000 as well.
UNDERSTOOD = frozenset(
    "organisation_code population started_on ended_on cost_initial cost_yearly confirm_every_months".split()
)
FORMATS = {"json": "application/json; charset=utf-8", "csv": CSV_TYPE, "xlsx": XLSX_TYPE}


class Export:
    """`title` names the sheet of a workbook (at most 31 characters). Every row has the `mark`, so that copies have it
    too. Rows are put aside in a file as they come: which columns there are is known at the end."""

    def __init__(self, format_: str, columns: tuple[str, ...], title: str, mark: str = "") -> None:
        self.format, self.title, self.mark = format_, title, mark
        self.columns = (*columns, DEMO) if mark else columns
        self.rows = 0
        self._names: dict[str, None] = dict.fromkeys(self.columns)
        self._aside = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - open as long as this is

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            marked = row | {DEMO: self.mark} if self.mark else row
            said = marked if self.format == "json" else self._cells(marked)
            self._aside.write(json.dumps(said) + "\n")
            self.rows += 1

    def write(self, out: IO[bytes]) -> None:
        """To be called once, at the end."""
        self._aside.seek(0)
        lines = map(json.loads, self._aside)
        {"json": self._write_json, "csv": self._write_csv, "xlsx": self._write_xlsx}[self.format](lines, out)
        self._aside.close()

    def _cells(self, row: dict[str, Any]) -> dict[str, str]:
        cells = {name: cell for column in self.columns for name, cell in _cells(column, row[column]).items()}
        self._names |= dict.fromkeys(cells)
        return cells

    def _table(self, lines: Iterable[dict[str, str]]) -> Iterator[list[str]]:
        """Headings first; a column whose cells are too long for Excel is followed by `name#2`. In a CSV, what a program
        would take for a number or a day is kept from it, but where reading understands what it makes of it."""
        order = {column: n for n, column in enumerate(self.columns)}
        names = sorted(self._names, key=lambda name: (order[name.partition("#")[0]], len(name), name))
        keeps = [self.format == "csv" and name not in UNDERSTOOD for name in names]
        yield names
        for cells in lines:
            yield [guarded(cells.get(name, ""), values=keep) for name, keep in zip(names, keeps, strict=True)]

    def _write_csv(self, lines: Iterable[dict[str, str]], out: IO[bytes]) -> None:
        text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        for line in self._table(lines):
            writer.writerow(line)
        text.flush()
        text.detach()

    def _write_json(self, lines: Iterable[dict[str, Any]], out: IO[bytes]) -> None:
        before = b"[\n"
        for row in lines:
            indented = "\n".join(f" {line}" for line in json.dumps(row, ensure_ascii=False, indent=1).split("\n"))
            out.write(before + indented.encode())
            before = b",\n"
        out.write(b"\n]\n" if self.rows else b"[]\n")

    def _write_xlsx(self, lines: Iterable[dict[str, str]], out: IO[bytes]) -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet(self.title[:31])
        sheet.freeze_panes = "C2"
        for line in self._table(lines):
            sheet.append([written(cell) for cell in line])
        book.save(out)


def _cells(column: str, value: Any) -> dict[str, str]:
    if value is None:
        return {column: ""}
    if column in TABLES:
        return spread(column, [_line(row, TABLES[column]) for row in value])
    if column in LISTS:
        return spread(column, [value] if isinstance(value, str) else list(value))
    return {column: str(value)}


def _line(row: Any, fields: tuple[str, ...]) -> str:
    if not isinstance(row, dict):
        return joined([str(row)])
    return joined(["" if row.get(name) is None else str(row[name]) for name in fields])
