"""The prefecture as squares: every municipality one tile of the same size, laid out about as they lie (ADR 14).
Any figure that says one thing of each municipality can use it; `templates/macros/charts.html` draws it."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from hub.charts.tiles import corner, short_name, size_of
from hub.people.models import Organisation

Mark = TypeVar("Mark")
DATA = Path(__file__).parent / "data"
MOST_COLUMNS = 10


@dataclass(frozen=True)
class Tile(Generic[Mark]):
    """`column` and `row` count from 0; `mark` is what the figure says of the municipality, or None."""

    body: Organisation
    column: int
    row: int
    mark: Mark | None

    @property
    def corner(self) -> tuple[int, int]:
        return corner(self.column, self.row)

    @property
    def lines(self) -> list[str]:
        return short_name(self.body.name)


@dataclass(frozen=True)
class Map(Generic[Mark]):
    """The whole picture, and how many squares have each mark (`None`: no mark)."""

    tiles: list[Tile[Mark]]

    @property
    def size(self) -> tuple[int, int]:
        return size_of([(tile.column, tile.row) for tile in self.tiles])

    def count(self, attribute: str) -> Counter[str]:
        return Counter(getattr(tile.mark, attribute) if tile.mark else "" for tile in self.tiles)


@cache
def _layout() -> dict[str, tuple[int, int]]:
    """Places by 団体コード, of every prefecture that has a file `tiles-<number>.csv`."""
    places: dict[str, tuple[int, int]] = {}
    for path in sorted(DATA.glob("tiles-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            places |= {row["code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}
    return places


def tiles(bodies: Iterable[Organisation], marks: Mapping[int, Mark]) -> list[Tile[Mark]]:
    """From north-west to south-east. A body without a place (a new one, an invented one) comes below the others, in
    the order in which it was given."""
    layout, placed, loose = _layout(), [], []
    for body in bodies:
        place = layout.get(body.code or "")
        if place:
            placed.append(Tile(body, *place, marks.get(body.id)))
        else:
            loose.append(body)
    first = max((tile.row for tile in placed), default=-1) + (2 if placed else 1)
    placed.sort(key=lambda tile: (tile.row, tile.column))
    return placed + [
        Tile(body, n % MOST_COLUMNS, first + n // MOST_COLUMNS, marks.get(body.id)) for n, body in enumerate(loose)
    ]
