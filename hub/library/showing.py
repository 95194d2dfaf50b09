"""What the card of a case shows of its content: one effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.charts.figures import grouped
from hub.library.content import Effect
from hub.library.effects import as_figures


@dataclass(frozen=True)
class ShownEffect:
    """One measured figure: what is measured, how much it was before (where that is known) and is now, with the unit."""

    metric: str
    before: str
    after: str
    unit: str


def effect_to_show(effects: Sequence[Mapping[str, Any]]) -> ShownEffect | None:
    """Of the rows as they are stored: the first that says what it was before, else the first with a figure."""
    rows = [row for row in as_figures([Effect(**row) for row in effects]) if row.value]
    row = next((row for row in rows if row.before), rows[0] if rows else None)
    return ShownEffect(row.metric, grouped(row.before), grouped(row.value), row.unit) if row else None
