"""A WebSocket client on a bare socket, which can send what no library would."""

import base64
import json
import os
import socket
import struct
import time
from contextlib import suppress
from typing import Any

PATH = "/socket.io/?EIO=4&transport=websocket"
TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


def masked(opcode: int, payload: bytes = b"", *, fin: bool = True, bits: int = 0, declared: int | None = None) -> bytes:
    """A client's frame. `declared` is a length that its header claims, whatever the payload."""
    length = len(payload) if declared is None else declared
    head = bytes([(0x80 if fin else 0) | bits | opcode])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 65536:
        head += bytes([0xFE]) + struct.pack("!H", length)
    else:
        head += bytes([0xFF]) + struct.pack("!Q", length)
    return head + bytes(4) + payload  # a key of zeros masks nothing


class Raw:
    """`answer` is the head of the handshake's response. Reading raises ConnectionError at the end of the connection,
    TimeoutError when nothing comes."""

    def __init__(
        self,
        port: int,
        cookie: str = "",
        *headers: str,
        path: str = PATH,
        head: list[str] | None = None,
        receive_bytes: int = 0,
        timeout: float = 15,
    ) -> None:
        """`head` is sent instead of the request for a WebSocket."""
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
            *([f"Cookie: {cookie}"] if cookie else []),
            *headers,
        ]
        self.socket.sendall("\r\n".join([*(head or lines), "", ""]).encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.answer = head.decode("latin-1")
        self.status = int(self.answer.split()[1])
        self.calls = 0
        self.events: list[list[Any]] = []
        self.closed_with: int | None = None

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_fault: object) -> None:
        self.socket.close()

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionResetError
        self.buffer += data

    def frame(self) -> tuple[int, bytes]:
        while True:
            length, start = (self.buffer[1] & 127 if len(self.buffer) > 1 else 0), 2
            if length == 126 and len(self.buffer) >= 4:
                length, start = struct.unpack("!H", self.buffer[2:4])[0], 4
            elif length == 127 and len(self.buffer) >= 10:
                length, start = struct.unpack("!Q", self.buffer[2:10])[0], 10
            if len(self.buffer) >= start + length and len(self.buffer) > 1 and not (length > 125 and start == 2):
                opcode, payload = self.buffer[0] & 15, self.buffer[start : start + length]
                self.buffer = self.buffer[start + length :]
                return opcode, payload
            self._more()

    def text(self) -> str:
        """The next packet, pings answered."""
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                self.closed_with = struct.unpack("!H", payload[:2])[0]
                raise ConnectionResetError
            if payload == b"2":
                self.say("3")
            elif opcode == TEXT:
                return payload.decode()

    def say(self, text: str) -> None:
        self.socket.sendall(masked(TEXT, text.encode()))

    def send(self, data: bytes) -> bool:
        """False when the server has ended the connection. Raises TimeoutError when it takes nothing more."""
        try:
            self.socket.sendall(data)
        except ConnectionError:
            return False
        return True

    def join(self) -> "Raw":
        """CONNECT; raises PermissionError with the refusal's word."""
        while not self.text().startswith("0"):
            pass
        self.say("40")
        answer = self.text()
        if not answer.startswith("40"):
            raise PermissionError(json.loads(answer[2:])["message"])
        return self

    def ask(self, event: str, payload: Any) -> dict[str, Any]:
        """The ack of an event; other events that come meanwhile are kept."""
        self.calls += 1
        self.say(f"42{self.calls}{json.dumps([event, payload])}")
        return self.ack(self.calls)

    def ack(self, number: int) -> dict[str, Any]:
        while True:
            text = self.text()
            if text.startswith(f"43{number}["):
                answer: dict[str, Any] = json.loads(text[len(f"43{number}") :])[0]
                return answer
            if text.startswith("42"):
                self.events.append(json.loads(text[2:]))

    def ended(self, within: float) -> float | None:
        """Read until the server ends the connection; the seconds that took, None when it does not."""
        begin = time.monotonic()
        self.socket.settimeout(within)
        with suppress(TimeoutError):
            try:
                while True:
                    self.text()
            except ConnectionError:
                return time.monotonic() - begin
        return None
