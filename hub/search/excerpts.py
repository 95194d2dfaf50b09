"""The part of a text that explains a hit, with the words that made it one marked, also when they are other words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.search.analysis import Word, fold, words
from hub.search.ranking import Asked

AROUND, LOOKED_AT, MOST_WORDS = 120, 4_000, 40
_MARKUP = re.compile(r"[*_`~]{2,}|^\s*(?:[#>|-]+|\d+\.)\s+|\|", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    text: str
    marked: bool = False


@dataclass(frozen=True)
class Excerpt:
    pieces: tuple[Piece, ...]
    via: tuple[tuple[str, str], ...] = ()  # (as it was asked, as it stands there)

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def explains(self) -> bool:
        return any(piece.marked for piece in self.pieces)


class Explainer:
    """What one query looks for in texts: its own words, and other words with what they stand for."""

    def __init__(self, asked: Asked) -> None:
        self.own = {w.form for w in asked.words if w.content}
        self.other: dict[str, tuple[str, str]] = {}
        self.unit_forms: dict[str, frozenset[str]] = {}
        for unit in asked.units:
            said = asked.words[unit.start : unit.end]
            typed = "".join(w.surface for w in said)
            for alternative in unit.alternatives:
                for form in alternative.forms:
                    if form not in self.own and len(form) > 1:
                        self.other.setdefault(form, (typed, alternative.text))
                        self.unit_forms.setdefault(form, frozenset(w.form for w in said if w.content))

    def excerpt(self, text: str, around: int = AROUND) -> Excerpt:
        plain = " ".join(_MARKUP.sub(" ", text[:LOOKED_AT]).split())
        folded, origin = fold_with_origin(plain)
        found = [w for w in words(folded) if w.form in self.own or w.form in self.other]
        start = _best_window(found, around, self.own)
        end = min(len(folded), start + around)
        inside = [w for w in found if start <= w.start and w.end <= end][:MOST_WORDS]
        pieces = list(_pieces(plain, origin, start, end, inside))
        return Excerpt(tuple(pieces), self._via(found))

    def _via(self, found: Sequence[Word]) -> tuple[tuple[str, str], ...]:
        there = {w.form for w in found}
        other = {form: self.other[form] for form in there if form in self.other}
        told = {said for form, said in other.items() if not self.unit_forms[form] <= there}
        return tuple(sorted(told))[:3]


def fold_with_origin(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its letters, where in the original it comes from."""
    folded, origin = [], []
    for at, letter in enumerate(text):
        for part in fold(letter):
            folded.append(part)
            origin.append(at)
    return "".join(folded), [*origin, len(text)]


def _best_window(found: Sequence[Word], around: int, own: set[str]) -> int:
    """Where the stretch with the most different words begins; own words count double."""
    best, best_value = 0, 0
    for first in found:
        forms = {w.form for w in found if first.start <= w.start and w.end <= first.start + around}
        value = sum(2 if form in own else 1 for form in forms)
        if value > best_value:
            best, best_value = first.start, value
    return max(0, best - around // 6)


def _pieces(text: str, origin: list[int], start: int, end: int, inside: Sequence[Word]) -> list[Piece]:
    found = [Piece("…")] if start > 0 else []
    at = origin[start] if start < len(origin) else len(text)
    for word in inside:
        first, last = origin[word.start], origin[word.end - 1] + 1
        if first < at:
            continue
        if first == at and found and found[-1].marked:
            found[-1] = Piece(found[-1].text + text[first:last], marked=True)
        else:
            found += [Piece(text[at:first])] if first > at else []
            found.append(Piece(text[first:last], marked=True))
        at = last
    rest = text[at : origin[end]]
    found += [Piece(rest)] if rest else []
    return [*found, Piece("…")] if end < len(origin) - 1 else found


def plain(text: str, letters: int = AROUND) -> Excerpt:
    cut = " ".join(_MARKUP.sub(" ", text[:LOOKED_AT]).split())
    return Excerpt((Piece(cut[:letters] + ("…" if len(cut) > letters else "")),))
