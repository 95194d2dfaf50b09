"""One reader's documents numbered through, block after block, audience after audience: document n is bit n of a row."""

from bisect import bisect_right
from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

from hub.search.blocks import SLOTS
from hub.search.store import SHIFT, place_of, slot_of

_start = attrgetter("start")


class Part(NamedTuple):
    """A block of an audience: where it begins in a row of bits, and how long it is there, in bytes."""

    audience_id: int
    block: int
    start: int
    size: int


class Numbering:
    """`length` is that of a row of bits, in bytes: each block takes as many as its audience has slots there."""

    def __init__(self, shelves: Iterable[tuple[int, int]]) -> None:
        """From audiences and their next free slots."""
        self.length = 0
        self.shelves: list[tuple[int, int, int]] = []  # audience, number of its first document, how many slots
        self._ordered: list[Part] = []
        for audience_id, next_slot in shelves:
            self.shelves.append((audience_id, self.length * 8, next_slot))
            for block in range(-(-next_slot // SLOTS)):
                slots = min(SLOTS, next_slot - block * SLOTS)
                self._ordered.append(Part(audience_id, block, self.length, -(-slots // 8)))
                self.length += self._ordered[-1].size
        self._parts = {(part.audience_id, part.block): part for part in self._ordered}

    def part(self, audience_id: int, block: int) -> Part:
        return self._parts[audience_id, block]

    def number(self, place: int) -> int:
        slot = slot_of(place)
        return self._parts[place >> SHIFT, slot // SLOTS].start * 8 + slot % SLOTS

    def place(self, number: int) -> int:
        part = self._ordered[bisect_right(self._ordered, number >> 3, key=_start) - 1]
        return place_of(part.audience_id, part.block * SLOTS + number - part.start * 8)
