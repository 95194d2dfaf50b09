"""How much there was of something in the last second."""

import time


class Recent:
    """Counts in seconds of the monotonic clock and remembers the one before."""

    def __init__(self) -> None:
        self._second = self._now = self._before = 0

    def note(self, number: int) -> None:
        self._turn()
        self._now += number

    def number(self) -> int:
        """The greater of this second's and the last one's: a second that has just begun is not taken for rest."""
        self._turn()
        return max(self._now, self._before)

    def _turn(self) -> None:
        second = int(time.monotonic())
        if second != self._second:
            self._before = self._now if second == self._second + 1 else 0
            self._second, self._now = second, 0
