"""WebSocket frames (RFC 6455): a strict parser whose limits apply to what a frame's header declares, before any of its
payload is kept."""

from collections.abc import Iterator
from typing import Any

from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode, ParseFailed

MOST_FRAGMENTS = 1024  # of one message; a browser makes a few dozen of the largest that is allowed

Message = str | bytes | tuple[int, str]
made = FrameProtocol(client=False, extensions=[])  # makes the frames of everybody: it keeps nothing of them


class _Decoder(FrameDecoder):
    """Refuses by the header, and hands on whole frames only."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(client=False, extensions=[])
        self.most_bytes = most_bytes
        self.bytes = self.fragments = 0  # of the message that is under way

    def extension_processing(self, opcode: Opcode, rsv: Any, payload_len: int) -> None:
        super().extension_processing(opcode, rsv, payload_len)
        if opcode.iscontrol():
            return
        if opcode is not Opcode.CONTINUATION:
            self.bytes = self.fragments = 0
        self.bytes += payload_len
        self.fragments += 1
        if self.bytes > self.most_bytes or self.fragments > MOST_FRAGMENTS:
            raise ParseFailed("too much for one message", CloseReason.MESSAGE_TOO_BIG)

    def parse_header(self) -> bool:
        parsed = bool(super().parse_header())
        if parsed and self.header:
            self.payload_required = self.header.payload_len
        return parsed


class Parser(FrameProtocol):
    """Bytes in, whole messages and control frames out. Raises ParseFailed, whose `code` is the code to close with."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(client=False, extensions=[])
        self._frame_decoder: _Decoder = _Decoder(most_bytes)
        self._parts: list[Any] = []

    def feed(self, data: bytes) -> Iterator[tuple[Opcode, Message] | None]:
        """(opcode, payload) of each message or control frame, None for a frame that completes nothing."""
        self.receive_bytes(data)
        for frame in self.received_frames():
            if frame.opcode.iscontrol():
                yield frame.opcode, frame.payload
                continue
            self._parts.append(frame.payload)
            if not frame.message_finished:
                yield None
                continue
            parts, self._parts = self._parts, []
            yield frame.opcode, parts[0] if len(parts) == 1 else type(parts[0])().join(parts)

    @property
    def unfinished(self) -> bool:
        """Whether a frame or a message has begun and not ended."""
        decoder = self._frame_decoder
        return bool(self._parts or decoder.header or len(decoder.buffer))
