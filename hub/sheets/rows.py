"""From a file to rows by their headings, in the process that is confined (`hub/confined/`).

What is said, one after the other: ["fault", code, values] for what would be lost or changed, ["note", code, values] for
what has to be known before anything is taken in, ["row", number, hidden, {heading: text}].
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from hub.confined.refusal import Refused
from hub.sheets.delimited import read_delimited
from hub.sheets.limits import MOST_CELL_CHARS, MOST_ROWS
from hub.sheets.workbook import Cell, Grid, read_workbook

ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0"
MOST_TOLD = 500  # faults of one file; whoever has so many has chosen the wrong file
# What a spreadsheet program leaves in a cell where something could not be computed.
ERRORS = re.compile(r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|####*)|Err:\d{3}|#+")
Said = list[Any]


def lines_of(path: str) -> Iterator[Said]:
    """Raises Refused when the file as a whole cannot be read."""
    yield from said_of(grid_of(Path(path)))


def grid_of(path: Path) -> Grid:
    """By what the file is, not by what it is called."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(ZIP):
        return read_workbook(path)
    if head.startswith(OLE):
        raise Refused("old")
    if path.suffix.lower() == ".xlsx":
        raise Refused("broken")
    grid = Grid()
    for number, cells in read_delimited(path):
        found = {column: Cell(cell) for column, cell in enumerate(cells, start=1) if cell.strip()}
        if found:
            grid.rows[number] = found
        if len(grid.rows) > MOST_ROWS + 1:
            raise Refused("rows", n=MOST_ROWS)
    return grid


def said_of(grid: Grid) -> Iterator[Said]:
    if not grid.rows:
        raise Refused("empty")
    first = min(grid.rows)
    headings, said = _headings(grid, first)
    own = sorted(number for number in grid.rows if number != first)
    said += _unmerged(grid, first)
    if grid.others:
        said.append(["note", "sheets", {"name": grid.name, "n": len(grid.others)}])
    said += _hidden(grid, headings, own)
    rows: list[Said] = []
    for number in own:
        cells, faults = _row(number, grid.rows[number], headings)
        said += faults if len(said) < MOST_TOLD else []
        rows.append(["row", number, number in grid.hidden, cells])
    yield from said
    yield ["head", [name for name in headings.values() if name]]
    yield from rows


def _headings(grid: Grid, first: int) -> tuple[dict[int, str], list[Said]]:
    """Column -> heading, as plain as people mean it: full-width letters and breaks in it do not count."""
    found: dict[int, str] = {}
    said: list[Said] = []
    for column, cell in sorted(grid.rows[first].items()):
        name = "".join(unicodedata.normalize("NFKC", cell.text).split())
        if cell.flaw:
            said.append(["fault", cell.flaw, {"row": first, "column": get_column_letter(column), "text": cell.text}])
        elif name in found.values():
            said.append(["fault", "twice", {"name": name}])
        found[column] = name
    return found, said


def _unmerged(grid: Grid, first: int) -> list[Said]:
    """What is written once for several rows belongs to each of them; across columns nobody can say to which."""
    said: list[Said] = []
    for left, top, right, bottom in grid.merged:
        cell = grid.rows.get(top, {}).get(left)
        if cell is None:
            continue
        if left != right or top <= first < bottom:
            values = {"row": top, "column": get_column_letter(left), "text": cell.text[:40]}
            said.append(["fault", "merged", values])
            continue
        below = range(top + 1, bottom + 1)
        for number in below if len(below) < len(grid.rows) else [n for n in grid.rows if top < n <= bottom]:
            if number in grid.rows:  # a row that has nothing of its own is no row
                grid.rows[number].setdefault(left, cell)
    return said


def _hidden(grid: Grid, headings: dict[int, str], own: list[int]) -> list[Said]:
    said: list[Said] = []
    rows = [number for number in own if number in grid.hidden]
    if rows:
        said.append(["note", "hidden_rows", {"rows": rows[:20], "n": len(rows)}])
    columns = [name for column, name in headings.items() if any(a <= column <= z for a, z in grid.hidden_columns)]
    if columns:
        said.append(["note", "hidden_columns", {"names": columns[:20], "n": len(columns)}])
    return said


def _row(number: int, cells: dict[int, Cell], headings: dict[int, str]) -> tuple[dict[str, str], list[Said]]:
    found: dict[str, str] = {}
    said: list[Said] = []
    for column, cell in sorted(cells.items()):
        name, letter = headings.get(column, ""), get_column_letter(column)
        flaw = cell.flaw or ("error" if ERRORS.fullmatch(cell.text.strip()) else "")
        flaw = flaw or ("" if name else "no_heading") or ("long" if len(cell.text) > MOST_CELL_CHARS else "")
        if flaw:
            values = {"row": number, "column": name or letter, "text": cell.text[:40], "n": MOST_CELL_CHARS}
            said.append(["fault", flaw, values])
        else:
            found[name] = cell.text.strip()
    return found, said
