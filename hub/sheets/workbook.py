"""An .xlsx, row by row, as it is and not as it says it is: neither its dimension nor its order is believed.

openpyxl knows the package and the formats of numbers. The rows are read here, because it drops what has to be told:
that a row is hidden, that a formula has no stored result, which cells are one."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from openpyxl.packaging.manifest import Override
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import coordinate_to_tuple
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse  # that of defusedxml

from hub.confined.refusal import Refused
from hub.sheets.cells import JAPANESE_FORMATS, form_of, iso_text, number_text, text_of
from hub.sheets.limits import MOST_CELLS, MOST_COLUMNS, MOST_PART_BYTES, MOST_ROWS
from hub.zips import DAMAGE, ZipRefused, check_contents, check_entries

_NS = f"{{{SHEET_MAIN_NS}}}"
_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
Box = tuple[int, int, int, int]  # first column, first row, last column, last row


@dataclass
class Cell:
    """`flaw`: error (#N/A and its like, `text` says which), formula (without a stored result), damaged, or nothing."""

    text: str
    flaw: str = ""


@dataclass
class Grid:
    """Cells by row and column, both from 1, without empty ones."""

    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Box] = field(default_factory=list)
    name: str = ""
    others: list[str] = field(default_factory=list)  # further sheets that are not hidden


def read_workbook(path: Path) -> Grid:
    """Its first sheet that is not hidden. Raises Refused."""
    try:
        check_contents(path)
        with zipfile.ZipFile(path) as archive:
            check_entries(archive.infolist(), path.stat().st_size)
        return _Book(path).grid()
    except ZipRefused as refusal:
        raise Refused({"bomb": "too_much"}.get(refusal.reason, refusal.reason)) from None
    except (*DAMAGE, InvalidFileException, ParseError, TypeError, IndexError, AttributeError, AssertionError):
        raise Refused("broken") from None


class _Book:
    def __init__(self, path: Path) -> None:
        self.reader = ExcelReader(str(path), read_only=True, keep_links=False)
        self.reader.read_manifest()
        self.reader.read_workbook()
        self.epoch: datetime = self.reader.wb.epoch
        self.strings = self._strings()
        self.forms = self._forms()

    def grid(self) -> Grid:
        sheets = [(sheet, rel) for sheet, rel in self.reader.parser.find_sheets() if "worksheet" in rel.Type]
        seen = [(sheet, rel) for sheet, rel in sheets if sheet.state == "visible"]
        if not seen:
            raise Refused("no_sheet")
        grid = Grid(name=seen[0][0].name, others=[sheet.name for sheet, _rel in seen[1:]])
        with self._part(seen[0][1].target) as file:
            self._take(file, grid)
        return grid

    def _part(self, name: str) -> IO[bytes]:
        if self.reader.archive.getinfo(name).file_size > MOST_PART_BYTES:
            raise Refused("too_much")
        return self.reader.archive.open(name)

    def _parts(self, kind: str) -> IO[bytes] | None:
        found: Override | None = self.reader.package.find(kind)  # type: ignore[no-untyped-call]
        name = found.PartName[1:] if found else ""
        return self._part(name) if name in self.reader.valid_files else None

    def _strings(self) -> list[str]:
        file = self._parts(SHARED_STRINGS)
        found: list[str] = []
        for node in _elements(file, "si") if file else ():
            found.append(_joined(node))
            if len(found) > MOST_CELLS:  # more than there may be cells to show them
                raise Refused("too_much")
        return found

    def _forms(self) -> list[str]:
        """The format of numbers of each style that a cell can name. Nothing else of the styles is looked at."""
        file = self._parts(_STYLES)
        own: dict[int, str] = {}
        forms: list[str] = []
        for node in _elements(file, "numFmts", "cellXfs") if file else ():
            if node.tag == f"{_NS}numFmts":
                own = {int(form.get("numFmtId", 0)): form_of(form.get("formatCode", "")) for form in node}
            else:
                ids = [int(style.get("numFmtId", 0)) for style in node]
                forms = [own.get(id_) or JAPANESE_FORMATS.get(id_) or BUILTIN_FORMATS.get(id_, "") for id_ in ids]
        return forms

    def _take(self, file: IO[bytes], grid: Grid) -> None:
        count, at = 0, 0
        for node in _elements(file, "row", "col", "mergeCell"):
            if node.tag == f"{_NS}mergeCell":
                grid.merged.append(_box(node.get("ref", "")))
            elif node.tag == f"{_NS}col":
                if _is_on(node.get("hidden")):
                    grid.hidden_columns.append((int(node.get("min", 0)), int(node.get("max", 0))))
            else:
                at = int(float(node.get("r") or at + 1))
                if _is_on(node.get("hidden")) or node.get("ht") == "0":
                    grid.hidden.add(at)
                cells = self._cells(node)
                count += len(cells)
                if cells:
                    grid.rows[at] = grid.rows.get(at, {}) | cells
                if len(grid.rows) > MOST_ROWS + 1:
                    raise Refused("rows", n=MOST_ROWS)
            if count > MOST_CELLS or len(grid.merged) > MOST_CELLS:  # of merged ones no row tells: they come after all
                raise Refused("too_much")

    def _cells(self, row: Element) -> dict[int, Cell]:
        found: dict[int, Cell] = {}
        column = 0
        for node in row:
            reference = node.get("r")
            column = coordinate_to_tuple(reference)[1] if reference else column + 1
            cell = self._cell(node)
            if cell.text.strip() or cell.flaw:
                if column > MOST_COLUMNS:
                    raise Refused("columns", n=MOST_COLUMNS)
                found[column] = cell
        return found

    def _cell(self, node: Element) -> Cell:
        kind, written = node.get("t", "n"), node.findtext(f"{_NS}v") or ""
        if node.find(f"{_NS}f") is not None and not written and kind != "str":
            return Cell("", "formula")
        if kind == "e":
            return Cell(written, "error")
        try:
            return Cell(self._text(node, kind, written))
        except (ValueError, IndexError, OverflowError):
            return Cell(written, "damaged")

    def _text(self, node: Element, kind: str, written: str) -> str:
        if kind == "inlineStr":
            inline = node.find(f"{_NS}is")
            return "" if inline is None else _joined(inline)
        if not written:
            return ""
        if kind == "s":
            return self.strings[int(written)]
        if kind == "str":
            return text_of(written)
        if kind == "b":
            return "TRUE" if _is_on(written) else "FALSE"
        style = int(node.get("s", 0))
        form = self.forms[style] if style < len(self.forms) else ""
        return iso_text(written, form) if kind == "d" else number_text(written, form, self.epoch)


def _elements(file: IO[bytes], *names: str) -> Iterator[Element]:
    """The elements of these names, one after the other; nothing that was read stays in memory."""
    wanted = {f"{_NS}{name}" for name in names}
    above: list[Element] = []
    inside = 0
    with file:
        for event, node in iterparse(file, ("start", "end")):
            if event == "start":
                above.append(node)
                inside += node.tag in wanted
                continue
            above.pop()
            if node.tag in wanted:
                inside -= 1
                yield node
            if not inside and above:
                above[-1].remove(node)


def _box(reference: str) -> Box:
    """Of whole columns and rows too, whose other side is not written."""
    left, top, right, bottom = range_boundaries(reference)
    return left or 1, top or 1, right or left or 1, bottom or top or 1


def _joined(node: Element) -> str:
    """The text of a string and of its runs, without the readings (ふりがな) that stand beside them."""
    parts = [child.text or "" for child in node if child.tag == f"{_NS}t"]
    runs = [run.findtext(f"{_NS}t") or "" for run in node if run.tag == f"{_NS}r"]
    return text_of("".join([*parts, *runs]))


def _is_on(value: Any) -> bool:
    return value in ("1", "true", "on")
