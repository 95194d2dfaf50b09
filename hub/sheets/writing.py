"""Tables as files: CSV as Excel opens it in Japanese, and .xlsx."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from hub.sheets.cells import written

Value = str | int | float
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(table: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(table)
    return out.getvalue().encode("utf-8-sig")


def values_file(sheets: Mapping[str, Sequence[Sequence[Value]]]) -> bytes:
    """A workbook to be read: its sheets by name, the headings in the first row of each; numbers stay numbers.
    Texts that people wrote were `guarded`."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        for line in lines:
            sheet.append([written(cell) if isinstance(cell, str) else cell for cell in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def template_file(sheets: dict[str, list[list[str]]], widths: Sequence[int]) -> bytes:
    """A workbook to be filled in: its sheets by name, the headings in the first row of each; all cells are text, so
    that no program makes something else of what is typed."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        for line in lines:
            sheet.append([written(cell) for cell in line])
        for number, width in enumerate(widths, start=1):
            column = sheet.column_dimensions[get_column_letter(number)]
            column.width, column.number_format = width, "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
