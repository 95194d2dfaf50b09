"""Several events for the readers of one stream: what a batch of posts brings them leaves in one write each."""

from collections.abc import Sequence
from typing import Any

from engineio.packet import MESSAGE, Packet
from socketio import Manager
from socketio.packet import EVENT

from hub.feed.transport.engine import Engine

BYTES_OF_A_SIGN, PART_OF_BACKLOG = 3, 4


class Together(Manager):  # type: ignore[misc]  # the library has no types
    """The manager of a worker's sockets."""

    def emit_all(self, name: str, several: Sequence[Any], room: str) -> bool:
        """In order, to the sockets of this worker that are in the room. False, and nothing is sent, where it is so much
        that readers who keep up would be cut for what waits for them."""
        if not isinstance(self.server.eio, Engine):
            for data in several:
                Manager.emit(self, name, data, namespace="/", room=room)
            return True
        members = [eio_sid for _sid, eio_sid in self.get_participants("/", room)]
        if not members:
            return True
        texts = [self.server.packet_class(EVENT, data=[name, data]).encode() for data in several]
        if sum(map(len, texts)) * BYTES_OF_A_SIGN > self.server.eio.config.backlog_bytes // PART_OF_BACKLOG:
            return False
        self.server.eio.send_all(members, [Packet(MESSAGE, text) for text in texts])
        return True
