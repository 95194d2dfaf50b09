"""What worker and reading process say to each other, over a pair of sockets that nobody else holds: a length, and a
pickle of so many bytes. Each believes the other, and nothing that comes from outside gets here but as plain values."""

import pickle
import struct
from dataclasses import dataclass
from typing import Any

_LENGTH = struct.Struct("!I")
PART = 65_536


class Gone(Exception):
    """The other side has ended."""


@dataclass(frozen=True)
class Fault:
    """An error that is not for people: its kind and where it happened, without its message, which may hold what
    somebody wrote."""

    kind: str
    where: str


def pack(value: object) -> bytes:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(data)) + data


def receive(pipe: Any) -> Any:
    """The next value. `pipe`: a socket, of Python's own or of gevent. Raises Gone."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, length))  # noqa: S301 - the other end is ours


def send(pipe: Any, data: bytes) -> None:
    """Raises Gone."""
    try:
        pipe.sendall(data)
    except OSError as fault:
        raise Gone from fault


def _exactly(pipe: Any, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        try:
            part = pipe.recv(min(count - len(data), PART))
        except OSError as fault:
            raise Gone from fault
        if not part:
            raise Gone
        data += part
    return bytes(data)
