"""What all connections of a worker share: the limits, and the sweep that sends what has piled up."""

from dataclasses import dataclass
from typing import Any

import gevent


@dataclass(frozen=True)
class Settings:
    message_bytes: int  # largest frame and assembled message
    backlog_bytes: int  # what may wait unsent for one reader
    patience_s: float  # for an unfinished message, and for a connection that nobody has signed in on


class Sweep:
    """Once in each turn of the loop, everything that was written meanwhile is sent, one send() for each connection."""

    def __init__(self) -> None:
        self._waiting: list[Any] = []

    def add(self, link: Any) -> None:
        if not self._waiting:
            gevent.get_hub().loop.run_callback(self._send)
        self._waiting.append(link)

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        for link in waiting:
            if not link.closed:
                link.flush()
