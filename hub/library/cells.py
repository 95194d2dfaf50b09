"""Cells of spreadsheets: no cell that the hub writes is taken for a formula; whatever it wrote comes back as it was."""

import re
from collections.abc import Mapping

from hub.sheets.guarding import unguarded

_LATER = re.compile(r"(?P<name>.+)#(?P<part>[2-9]|[1-9]\d)")
MOST_CHARS = 30_000  # a cell of Excel ends at 32,767


def joined(columns: list[str]) -> str:
    """A row of a table as one line, its columns between | signs."""
    said = [column.replace("\\", "\\\\").replace("|", "\\|") for column in columns]
    while said and not said[-1]:
        said.pop()
    return "|".join(said) or "|"


def split(line: str) -> list[str]:
    """The columns of such a line."""
    parts = re.findall(r"((?:[^|\\]|\\.|\\$)*)(?:\||$)", line, re.DOTALL)[:-1] if line else []
    return [re.sub(r"\\([|\\])", r"\1", part).strip() for part in parts]


def spread(name: str, lines: list[str]) -> dict[str, str]:
    """Lines in one cell, or where they are too many for Excel in further columns `name#2`, `name#3`…"""
    cells: list[list[str]] = [[]]
    for line in lines:
        if cells[-1] and sum(map(_excel_chars, cells[-1])) + len(cells[-1]) + _excel_chars(line) > MOST_CHARS:
            cells.append([])
        cells[-1].append(line)
    return {name if n == 0 else f"{name}#{n + 1}": "\n".join(cell) for n, cell in enumerate(cells)}


def _excel_chars(text: str) -> int:
    """Excel counts a rare kanji or an emoji as two."""
    return len(text) + sum(char > "\uffff" for char in text)


def gathered(cells: Mapping[str, str]) -> dict[str, str]:
    """Further columns come back to the first one."""
    found: dict[str, str] = {}
    for name, cell in cells.items():
        later = _LATER.fullmatch(name)
        first = later["name"] if later else name
        text = unguarded(cell)
        found[first] = (
            f"{found[first]}\n{text}" if later and found.get(first) and text else found.get(first, "") or text
        )
    return found
