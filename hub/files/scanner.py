"""clamd, when one is configured: every file is shown to it before anybody else may have it."""

import socket
import struct
from pathlib import Path
from typing import Literal

Verdict = Literal["clean", "infected", "held"]
LIMIT = "Heuristics.Limits.Exceeded"
CHUNK_BYTES = 64 * 1024
CONNECT_S, ANSWER_S = 5.0, 120.0


class Scanner:
    """`address` is host:port or the path of a socket; nothing = there is no scanner."""

    def __init__(self, address: str) -> None:
        self.address = address

    @property
    def configured(self) -> bool:
        return bool(self.address)

    def scan(self, path: Path) -> Verdict:
        """`held` when the scanner is away, or cannot say: then nobody may have the file yet."""
        try:
            with self._connect() as connection:
                connection.sendall(b"zINSTREAM\0")
                with path.open("rb") as file:
                    while chunk := file.read(CHUNK_BYTES):
                        connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                connection.sendall(struct.pack("!L", 0))
                return _verdict(_answer(connection))
        except OSError:
            return "held"

    def answers(self) -> bool:
        try:
            with self._connect() as connection:
                connection.sendall(b"zPING\0")
                return _answer(connection) == "PONG"
        except OSError:
            return False

    def _connect(self) -> socket.socket:
        if "/" in self.address:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(CONNECT_S)
            connection.connect(self.address)
        else:
            host, _colon, port = self.address.rpartition(":")
            connection = socket.create_connection((host.strip("[]"), int(port)), CONNECT_S)
        connection.settimeout(ANSWER_S)
        return connection


def _answer(connection: socket.socket) -> str:
    found = b""
    while len(found) < 4096 and not found.endswith(b"\0") and (part := connection.recv(4096)):
        found += part
    return found.strip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    """Anything but a clear word (an error, a limit of the scanner) is no clean bill. What it did not look through to
    its end it reports as found: nothing was."""
    if LIMIT in answer:
        return "held"
    if answer.endswith(" FOUND"):
        return "infected"
    return "clean" if answer == "stream: OK" else "held"
