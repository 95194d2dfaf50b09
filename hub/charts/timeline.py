"""A time axis: months that people wrote (2024-04, 2024年4月, 2021年度, 2020) as places on a line. Pure geometry."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WHEN = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<fiscal>年度)?(?:\s*[-/.年]\s*(?P<month>1[0-2]|0?[1-9]))?")
MOST_TICKS = 8


@dataclass(frozen=True)
class Tick:
    x: float
    year: int


@dataclass(frozen=True)
class Axis:
    """From the beginning of `first` to the end of `last`, between `left` and `right` in SVG units."""

    first: int
    last: int
    left: int
    right: int

    def x(self, when: float) -> float:
        return round(self.left + (self.right - self.left) * (when - self.first) / (self.last + 1 - self.first), 1)

    @property
    def ticks(self) -> list[Tick]:
        """Every year, or every second, fifth, tenth one where they would crowd."""
        years = range(self.first, self.last + 2)
        step = next((n for n in (1, 2, 5, 10, 20) if len(years) / n <= MOST_TICKS), 50)
        return [Tick(self.x(year), year) for year in years if (year - self.first) % step == 0]


def when_of(text: str) -> float | None:
    """2024.25 of 2024-04 and of 2024年度, which begins in April; None where no year is said."""
    found = _WHEN.search(text)
    if found is None:
        return None
    month = int(found["month"] or (4 if found["fiscal"] else 1))
    return int(found["year"]) + (month - 1) / 12


def axis_of(moments: Iterable[float], left: int, right: int) -> Axis | None:
    """None when there is no moment to be shown."""
    years = [int(moment) for moment in moments]
    return Axis(min(years), max(years), left, right) if years else None
