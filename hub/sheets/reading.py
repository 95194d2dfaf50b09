"""Reading a table that somebody sent: its rows, and in words what would be lost or has to be known."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from hub.confined.asking import ask
from hub.confined.refusal import Broken, Refused, TooMuch
from hub.sheets.limits import MOST_BYTES, READING
from hub.sheets.wording import fault_words, note_words, refusal_words

_ROW = re.compile(r"(?:Row )?(\d+)(?:行|:)")


class UnreadableSheet(Exception):
    """The file as a whole cannot be read; the text says why, in words."""


@dataclass(frozen=True)
class Row:
    """`number` as the spreadsheet program shows it; `cells` by heading, without blanks around them."""

    number: int
    cells: dict[str, str]
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """`faults`: what cannot be taken in as it stands, with its row; nothing of the table is to be taken in then.
    `notes`: what whoever takes it in has to know before."""

    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)  # rows with such faults, of which nothing more can be said


def read_sheet(path: Path) -> Sheet:
    """The rows below the headings, empty ones left out. Raises UnreadableSheet, Unavailable."""
    sheet, empty = Sheet(), dict[str, str]()
    for kind, *said in read_apart("sheet", path):
        if kind == "row":
            number, hidden, cells = said
            sheet.rows.append(Row(number, empty | cells, hidden))
        elif kind == "head":
            empty = dict.fromkeys(said[0], "")
        elif kind == "fault":
            sheet.faults.append(fault_words(*said))
            sheet.unread.add(said[1].get("row", 0))
        else:
            sheet.notes.append(note_words(*said))
    return sheet


def in_order(faults: list[str]) -> list[str]:
    """By the row with which each begins; what is about the table as a whole comes first."""

    def row(fault: str) -> int:
        found = _ROW.match(fault)
        return int(found[1]) if found else 0

    return sorted(faults, key=row)


def read_items(path: Path) -> list[tuple[int, Any]]:
    """Of a file of JSON or JSON Lines: line or place, and what stands there. Raises UnreadableSheet, Unavailable."""
    return [(number, value) for _kind, number, value in read_apart("records", path)]


def read_apart(task: str, path: Path) -> list[Any]:
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableSheet(_("ファイルが大きすぎます（%(n)sMBまで）。", n=MOST_BYTES // 2**20))
    try:
        return ask(task, READING, path=str(path.absolute()))
    except Refused as refusal:
        raise UnreadableSheet(refusal_words(refusal.code, refusal.values)) from None
    except TooMuch:
        raise UnreadableSheet(refusal_words("too_much", {})) from None
    except Broken:
        raise UnreadableSheet(refusal_words("broken", {})) from None
