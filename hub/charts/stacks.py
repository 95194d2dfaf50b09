"""Stacked bars: how a number divides into kinds. Pure geometry in SVG units."""

from collections.abc import Mapping
from dataclasses import dataclass

WIDTH = 240
NARROWEST_LETTER = 18  # below which a part has no room for its letter


@dataclass(frozen=True)
class Part:
    """One kind: where it begins, how wide it is, and whether a letter fits in."""

    key: str
    count: int
    x: float
    width: float

    @property
    def lettered(self) -> bool:
        return self.width >= NARROWEST_LETTER


def stack(counts: Mapping[str, int], most: int) -> list[Part]:
    """The kinds side by side, in their order; `most` fills the width, so that several bars can be compared."""
    found, x = [], 0.0
    for key, count in counts.items():
        if count > 0:
            width = WIDTH * count / max(most, 1)
            found.append(Part(key, count, round(x, 1), round(width, 1)))
            x += width
    return found
