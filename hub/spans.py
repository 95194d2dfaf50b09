"""Stretches of a text that do not overlap."""

from bisect import bisect_left


class Spans:
    """Of many candidates the first wins. Each costs the same however many there are: a text may be full of them."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> bool:
        """Whether [start, end) was free, and is taken now."""
        at = bisect_left(self._starts, start)
        # An empty one inside of another overlaps it; at its border it does not.
        if at and self._ends[at - 1] > start or at < len(self._starts) and self._starts[at] < end:
            return False
        self._starts.insert(at, start)
        self._ends.insert(at, end)
        return True
