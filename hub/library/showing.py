"""What the card of a case shows of its content: one effect, and the picture on its cover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ShownEffect:
    """One measured figure: what is measured, how much it was before (where that is known) and is now, with the unit."""

    metric: str
    before: str
    after: str
    unit: str


def effect_to_show(effects: Sequence[Mapping[str, Any]]) -> ShownEffect | None:
    """Of the rows as they are stored: the first that says what it was before, else the first with a figure."""
    rows = [row for row in effects if str(row.get("value") or "").strip()]
    row = next((row for row in rows if row.get("before")), rows[0] if rows else None)
    if row is None:
        return None
    return ShownEffect(row["metric"], grouped(row.get("before") or ""), grouped(row["value"]), row["unit"])


def grouped(figure: str) -> str:
    """62307 is 62,307; what is no plain number stays as it was written."""
    whole, point, rest = figure.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.isascii() and whole.isdigit() and len(whole) < 16 else figure
