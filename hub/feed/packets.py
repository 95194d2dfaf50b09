"""The socket's packets: an event is a list that begins with the name of an event."""

from typing import Any

from socketio import packet

# Emitted by a client, `connect` and `disconnect` would reach the handlers of the connection itself: the hub would
# forget what the socket had opened, and the watcher could no longer close it. `*` is the library's word for every
# other event.
RESERVED = frozenset({"connect", "disconnect", "*"})


class StrictPacket(packet.Packet):  # type: ignore[misc]
    """Whatever cannot be a packet of a client becomes an event that nobody declared: it gets its ack and does nothing.
    An exception inside the library would fill the log; binary attachments, of which the hub has none, its memory."""

    data: Any

    @classmethod
    def data_is_binary(cls, _data: Any) -> bool:
        """Nothing in the hub sends bytes: the library would look for them in every value of what is sent."""
        return False

    def decode(self, encoded_packet: str | bytes) -> int:
        attachments = 0
        try:
            attachments = int(super().decode(encoded_packet) or 0)
        except (ValueError, TypeError, IndexError):
            self.packet_type = None
        if attachments or not self._is_expected():
            self.packet_type, self.data = packet.EVENT, ["malformed", None]
        return 0

    def _is_expected(self) -> bool:
        if self.packet_type == packet.EVENT:
            return _is_event(self.data)
        return self.packet_type in (packet.CONNECT, packet.DISCONNECT, packet.ACK)


def _is_event(data: object) -> bool:
    return isinstance(data, list) and bool(data) and isinstance(data[0], str) and data[0] not in RESERVED
