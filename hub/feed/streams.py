"""Names of streams. Built and read only here."""

from typing import Literal, NamedTuple

StreamKind = Literal["room", "notes", "user"]


class StreamName(NamedTuple):
    kind: StreamKind
    id: int


def room_stream(room_id: int) -> str:
    return f"room:{room_id}"


def notes_stream(room_id: int) -> str:
    return f"notes:{room_id}"


def user_stream(staff_id: int) -> str:
    return f"user:{staff_id}"


def parse_stream(key: str) -> StreamName | None:
    """None for anything that is not exactly the name of a stream (`room:007` and `room:１` are not)."""
    kind, _, number = key.partition(":")
    if kind not in ("room", "notes", "user") or not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    if number != str(int(number)):
        return None
    return StreamName(kind, int(number))  # type: ignore[arg-type]
