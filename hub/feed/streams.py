"""Names of streams. Built and read only here."""

from typing import Literal, NamedTuple

from hub.ids import number_of

MOST_STREAMS = 1000  # of one page or call; nobody in the largest prefecture reads so many rooms

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
    id_ = number_of(number)
    return None if id_ is None or kind not in ("room", "notes", "user") else StreamName(kind, id_)  # type: ignore[arg-type]
