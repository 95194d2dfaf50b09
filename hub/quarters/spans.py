"""四半期: three months of a fiscal year that begins in April."""

from dataclasses import dataclass
from datetime import date, datetime

from hub.clock import fiscal_year, start_of_japan_day

FIRST_YEAR, LAST_YEAR = 2000, 2198


@dataclass(frozen=True, order=True)
class Quarter:
    """`number` is 1 (April to June) to 4 (January to March)."""

    year: int
    number: int

    @property
    def first_month(self) -> int:
        return 1 if self.number == 4 else 1 + 3 * self.number

    @property
    def last_month(self) -> int:
        return self.first_month + 2

    @property
    def first_day(self) -> date:
        return date(self.year + (self.number == 4), self.first_month, 1)

    @property
    def begins(self) -> datetime:
        return start_of_japan_day(self.first_day)

    @property
    def ends(self) -> datetime:
        """The moment after its last day."""
        return self.next.begins

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def before(self) -> "Quarter":
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def key(self) -> str:
        """As it stands in addresses: `2026-3`."""
        return f"{self.year}-{self.number}"


def quarter_of(day: date) -> Quarter:
    return Quarter(fiscal_year(day), (day.month - 4) % 12 // 3 + 1)


def quarter_named(key: str) -> Quarter | None:
    """None where there is no such quarter."""
    year, dash, number = key.partition("-")
    plain = len(year) == 4 and year.isascii() and year.isdigit() and number in ("1", "2", "3", "4")
    found = Quarter(int(year), int(number)) if dash and plain else None
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None
