"""What a later version says otherwise, as readable pieces: what stayed, what was added, what was removed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from hub.library.content import LISTS, ROWS, Content, differences

Kind = Literal["same", "added", "removed"]
# Words of Latin text, single marks, runs of one Japanese script: short enough to read, long enough to mean something.
_WORD = re.compile(r"[A-Za-z0-9_]+|[ァ-ヶー]+|[一-龠々]+|[ぁ-ん]+|\s+|.", re.S)
_SENTENCE = re.compile(r"[^。\n]*(?:。|\n|$)")
MOST_WORDS = 1_500
KEPT_CHARS = 40


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Difference:
    """One field; `rows` of a table or list are pieces of one row each, `pieces` those of a text."""

    name: str
    pieces: list[Piece]
    rows: list[tuple[Kind, Any]]


def compare(old: Content, new: Content) -> list[Difference]:
    """The fields that differ, in the order of the form."""
    return [_difference(name, getattr(old, name), getattr(new, name)) for name in differences(old, new)]


def _difference(name: str, before: Any, after: Any) -> Difference:
    if name in ROWS or name in LISTS:
        return Difference(name, [], _rows(before, after))
    return Difference(name, pieces_of(_shown(before), _shown(after)), [])


def _shown(value: Any) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _rows(before: Sequence[Any], after: Sequence[Any]) -> list[tuple[Kind, Any]]:
    """Every row of both, each with what became of it."""
    keys = [[repr(row) for row in rows] for rows in (before, after)]
    found: list[tuple[Kind, Any]] = []
    for tag, i, j, k, m in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("same", row) for row in before[i:j]]
            continue
        found += [("removed", row) for row in before[i:j]]
        found += [("added", row) for row in after[k:m]]
    return found


def pieces_of(before: str, after: str) -> list[Piece]:
    """By words; long texts by sentences, so that the time stays bounded. Long stretches that stayed are shortened."""
    cut = _WORD if len(before) + len(after) <= MOST_WORDS else _SENTENCE
    words = [[w for w in cut.findall(text) if w] for text in (before, after)]
    found: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(words[0][i:j])))
            continue
        found += [Piece("removed", "".join(words[0][i:j]))] if j > i else []
        found += [Piece("added", "".join(words[1][k:m]))] if m > k else []
    return [_shortened(piece, n == 0, n == len(found) - 1) for n, piece in enumerate(found)]


def _shortened(piece: Piece, first: bool, last: bool) -> Piece:
    text = piece.text
    if piece.kind != "same" or len(text) <= 3 * KEPT_CHARS:
        return piece
    head = "" if first else text[:KEPT_CHARS]
    tail = "" if last else text[-KEPT_CHARS:]
    return Piece("same", f"{head} … {tail}".strip())
