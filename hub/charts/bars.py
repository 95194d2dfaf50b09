"""Bars: figures of one kind as lengths. Pure geometry, in per cent of the width; the words stand beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["before", "after", "share"]
LEAST = 1.5  # per cent: what is not nothing is seen


@dataclass(frozen=True)
class Bar:
    """`width` in per cent of the longest one, or of the whole for a share. `kind` says how it is filled."""

    kind: Kind
    width: float


def bars(figures: Sequence[tuple[Kind, float]]) -> list[Bar]:
    """As long as the figures are, none below zero; the greatest fills the width."""
    most = max((figure for _kind, figure in figures), default=0)
    return [Bar(kind, _width(figure, most)) for kind, figure in figures]


def share(per_cent: float) -> Bar:
    return Bar("share", _width(per_cent, 100))


def _width(figure: float, most: float) -> float:
    if figure <= 0 or most <= 0:
        return 0
    return round(max(LEAST, 100 * min(figure / most, 1)), 1)
