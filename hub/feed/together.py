"""Several events for the readers of one stream: what a batch of posts brings them leaves in one write each."""

from collections.abc import Sequence
from typing import Any

from engineio.packet import MESSAGE, Packet
from socketio import Manager
from socketio.packet import EVENT

from hub.feed.transport.engine import Engine


class Together(Manager):  # type: ignore[misc]  # the library has no types
    """The manager of a worker's sockets."""

    def emit_all(self, name: str, several: Sequence[Any], room: str) -> None:
        """In order, to the sockets of this worker that are in the room."""
        if not isinstance(self.server.eio, Engine):
            for data in several:
                Manager.emit(self, name, data, namespace="/", room=room)
            return
        members = [eio_sid for _sid, eio_sid in self.get_participants("/", room)]
        if members:
            texts = (self.server.packet_class(EVENT, data=[name, data]).encode() for data in several)
            self.server.eio.send_all(members, [Packet(MESSAGE, text) for text in texts])
