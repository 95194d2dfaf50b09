"""The drawn covers of cases without a picture: every 分野 has a pattern of its own, made of a few tiles in the tones of
one hue of the design tokens (static/css/library/covers.css). A field always looks the same; nothing is stored."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

SIDE, ACROSS = 16, 4  # a tile's side in the pattern's own units, and how many tiles stand beside and above each other
HUES = 10
_QUARTERS = (
    "M0 0h16a16 16 0 0 1-16 16z",
    "M0 0h16v16a16 16 0 0 1-16-16z",
    "M16 0v16h-16a16 16 0 0 1 16-16z",
    "M0 0v16h16a16 16 0 0 0-16-16z",
)
_HALVES = ("M0 0h16l-16 16z", "M0 0h16v16z", "M16 0v16h-16z", "M0 0v16h16z")
_BANDS = ("M0 0h16v5h-16z", "M0 0h5v16h-5z", "M0 11h16v5h-16z", "M11 0h5v16h-5z")
_RINGS = (
    "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14z",
    "M8 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8z",
    "M0 0h16v16h-16z",
    "M8 6a2 2 0 1 0 0 4a2 2 0 1 0 0-4z",
)
_PEAKS = ("M0 16l8-16l8 16z", "M0 0l16 8l-16 8z", "M0 0l8 16l8-16z", "M16 0l-16 8l16 8z")
FAMILIES = (_QUARTERS, _HALVES, _BANDS, _RINGS, _PEAKS)


@dataclass(frozen=True)
class Tile:
    x: int
    y: int
    path: str
    tone: int  # 1 to 3


@dataclass(frozen=True)
class Pattern:
    """`number`: the field's id, 0 for cases in none."""

    number: int
    hue: int
    side: int
    tiles: tuple[Tile, ...]


def patterns(numbers: Iterable[int]) -> list[Pattern]:
    """For a page: each pattern that it uses, once."""
    return [pattern_of(number) for number in sorted(set(numbers))]


def pattern_of(number: int) -> Pattern:
    dice = hashlib.sha256(f"cover {number}".encode()).digest()
    first, second = FAMILIES[number % len(FAMILIES)], FAMILIES[(number + 1 + dice[0] % 4) % len(FAMILIES)]
    tiles = []
    for n in range(ACROSS * ACROSS):
        x, y = n % ACROSS, n // ACROSS
        throw = dice[1 + min(x, ACROSS - 1 - x) + 2 * y]  # the right half mirrors the left one's choice
        shape = (second if throw % 3 == 0 else first)[(throw // 4 + x + y) % 4]
        if throw % 7:
            tiles.append(Tile(x * SIDE, y * SIDE, shape, throw // 8 % 3 + 1))
    return Pattern(number, number % HUES, SIDE * ACROSS, tuple(tiles))
