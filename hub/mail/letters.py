"""What a mail says, before it is one: in the reader's words, addresses still without the name of the hub."""

from dataclasses import dataclass
from typing import NamedTuple


class Item(NamedTuple):
    """One thing in a mail. `path`: where it is, below the address of the hub. `quote`: words of people, which stand
    there only where the prefecture allows it."""

    text: str
    path: str = ""
    note: str = ""
    quote: str = ""


class Part(NamedTuple):
    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Letter:
    """`lines` stand at the head; `button` is the one thing to do, its words and its path. `reason`: why it came, the
    last line. `kind`: what its reader can end with one click, "" for what nobody can. `thread_id`: mails of one are
    held together by mail programs. `marks`: of what it names as waiting, which the next digest need not repeat."""

    subject: str
    lines: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    button: tuple[str, str] | None = None
    reason: str = ""
    kind: str = ""
    thread_id: int | None = None
    marks: tuple[str, ...] = ()
