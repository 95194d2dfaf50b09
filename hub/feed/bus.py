"""The message queue between workers, at arm's length: nobody who posts waits for Redis.

The library's own manager publishes in the middle of an emit; a Redis that hangs held up every ack for ten seconds. Here
one task publishes, in order, what the others leave. When it fails, what waits is thrown away: the log is the truth, and
the other workers' watchers announce from the database what the queue did not bring.
"""

from collections.abc import Sequence
from queue import Full, Queue
from typing import Any

from socketio import RedisManager

from hub.feed.publish import counts
from hub.feed.together import Together

MOST_WAITING = 1_000
PAUSE_S = 1.0


class Bus(Together, RedisManager):  # type: ignore[misc]  # the library has no types
    def __init__(self, url: str) -> None:
        super().__init__(url, channel="hub")
        self.waiting: Queue[Any] = Queue(MOST_WAITING)
        self.running = False

    def emit_all(self, name: str, several: Sequence[Any], room: str) -> bool:
        if not super().emit_all(name, several, room):
            return False
        for data in several:  # in the shape of the library's own emit
            message = {"method": "emit", "event": name, "data": [data], "binary": False, "namespace": "/", "room": room}
            self._publish(message | {"skip_sid": None, "callback": None, "host_id": self.host_id})
        return True

    def _publish(self, data: Any) -> None:
        if not self.running:
            self.running = True
            self.server.start_background_task(self._publish_all)
        try:
            self.waiting.put_nowait(data)
        except Full:
            counts["failed"] += 1

    def _publish_all(self) -> None:
        while True:
            if super()._publish(self.waiting.get()) is not None:
                continue  # the number of workers that listen
            counts["failed"] += 1 + self._forget()
            self.server.sleep(PAUSE_S)

    def _forget(self) -> int:
        number = self.waiting.qsize()
        for _ in range(number):
            self.waiting.get()
        return number
