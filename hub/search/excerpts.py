"""The part of a text that explains a hit, with the words that made it one marked, also when they are other words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.search.analysis import MOST_CHARS, fold, is_content, to_katakana, words
from hub.search.folding import end_in_original, fold_with_origin
from hub.search.ranking import Asked
from hub.search.spots import Spot, best_apart, spellings, spots, stretches
from hub.search.vocabulary import is_part

AROUND, MOST_WORDS, SHOWN_FROM = 120, 40, 4_000
SHORT, MARGIN, TRIES = 800, 60, 3  # letters that are analysed whole; looked at beside a stretch; stretches looked at
STEP, PATIENCE = 500, 24_000  # letters analysed at once, and of all texts of an answer, where no spelling is known
_MARKUP = re.compile(r"[*_`~]{2,}|^[^\S\n]*(?:[#>|-]+|\d+\.)\s+|\|", re.MULTILINE)


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
    """What one query looks for in texts: its own words, and other words with what they stand for; where the query has
    no words, as without a dictionary, its pairs of letters."""

    def __init__(self, asked: Asked) -> None:
        self.own = {w.form for w in asked.words if w.content}
        self.pairs = set() if asked.words else set(asked.pairs)
        self.other: set[str] = set()
        self._ways: list[tuple[frozenset[str], frozenset[str], tuple[str, str]]] = []  # typed, other, both as written
        written = {(w.surface, w.form) for w in asked.words if w.content}
        for unit in asked.units:
            said = asked.words[unit.start : unit.end]
            typed = "".join(w.surface for w in said)
            forms = frozenset(w.form for w in said if w.content)
            for alternative in unit.alternatives:
                # One letter of a longer phrase (the 票 of 住民票) says nothing; 犬 is a word of its own.
                single = len(alternative.forms) == 1
                telling = frozenset(f for f in alternative.forms if is_content(f) and (len(f) > 1 or single))
                if new := telling - self.own:
                    self.other |= new
                    written |= {(fold(alternative.text), form) for form in new}
                    self._ways.append((forms, telling, (typed, alternative.text)))
        written |= {(form, form) for form in (*self.own, *self.other)}
        self._wanted = sorted({(spelling, form) for text, form in written for spelling in spellings(text)})
        self._patience = PATIENCE

    def excerpt(self, text: str, around: int = AROUND, *, patient: bool = True) -> Excerpt:
        """Not `patient`: words of which no known spelling stands there are not looked for."""
        plain = " ".join(_MARKUP.sub(" ", text[:MOST_CHARS]).split())
        folded, origin = fold_with_origin(plain)
        found = self._found(folded, around, patient=patient)
        best = best_apart(stretches(found, around, self.own), around, 1)
        start = max(0, min((best[0].start if best else 0) - around // 6, len(folded) - around))
        end = min(len(folded), start + around)
        inside = [s for s in found if start <= s.start and s.end <= end][:MOST_WORDS]
        return Excerpt(tuple(_pieces(plain, origin, start, end, inside)), self._via(found))

    def _found(self, folded: str, around: int, *, patient: bool) -> list[Spot]:
        """What explains the hit: all of it in a short text, in a long one the stretch that explains it best."""
        if self.pairs:
            return spots(folded, ((to_katakana(pair), pair) for pair in self.pairs))
        if len(folded) <= SHORT:
            return self._words(folded, 0, len(folded))
        best: tuple[int, list[Spot]] = (0, [])
        likely = stretches(spots(folded, self._wanted), around, self.own)
        for stretch in best_apart(likely, around, TRIES):
            if best[0] >= stretch.value:
                break
            found = self._words(folded, stretch.start - MARGIN, stretch.start + around + MARGIN)
            value = max((s.value for s in stretches(found, around, self.own)), default=0)
            best = max(best, (value, found), key=lambda b: b[0])
        return best[1] or (self._step_by_step(folded) if patient else [])

    def _step_by_step(self, folded: str) -> list[Spot]:
        """The first words of a text in which they are written as nobody could know: こども for 子供."""
        for start in range(0, len(folded), STEP):
            if self._patience <= 0:
                break
            self._patience -= STEP
            if found := self._words(folded, start, start + STEP + MARGIN):
                return found
        return []

    def _words(self, folded: str, start: int, end: int) -> list[Spot]:
        at = max(0, start)
        there = words(folded[at:end])
        forms = {w.form for w in there}
        explain = self.own.union(*(other for _typed, other, _said in self._ways if other <= forms))
        known = [w for w in there if w.form in explain]
        longer = () if known else (w for w in there if any(is_part(form, w.form) for form in self.own))
        return [Spot(w.form, at + w.start, at + w.end) for w in (*known, *longer)]

    def _via(self, found: Sequence[Spot]) -> tuple[tuple[str, str], ...]:
        """Other words that stand there whole, where what was typed does not."""
        there = {spot.form for spot in found}
        told = [said for typed, other, said in self._ways if other <= there and not typed <= there]
        return tuple(sorted(set(told)))[:3]


def _pieces(text: str, origin: list[int], start: int, end: int, inside: Sequence[Spot]) -> Iterator[Piece]:
    at, stop = origin[start], origin[end]
    if start > 0:
        yield Piece("…")
    for first, last in _joined(origin, inside):
        if first > at:
            yield Piece(text[at:first])
        yield Piece(text[first:last], marked=True)
        at = last
    if at < stop:
        yield Piece(text[at:stop])
    if end < len(origin) - 1:
        yield Piece("…")


def _joined(origin: list[int], inside: Sequence[Spot]) -> list[tuple[int, int]]:
    """Places in the original; those that touch or overlap, as pairs of letters do, are one."""
    joined: list[tuple[int, int]] = []
    for spot in inside:
        first, last = origin[spot.start], end_in_original(origin, spot.end)
        if joined and first <= joined[-1][1]:
            first, last = joined[-1][0], max(last, joined.pop()[1])
        joined.append((first, last))
    return joined


def plain_sentence(sentence: str) -> Excerpt | None:
    """A sentence out of a text, for itself."""
    return Excerpt((Piece("…"), *plain(sentence).pieces, Piece("…"))) if sentence else None


def plain(text: str, letters: int = AROUND) -> Excerpt:
    cut = " ".join(_MARKUP.sub(" ", text[:SHOWN_FROM]).split())
    return Excerpt((Piece(cut[:letters] + ("…" if len(cut) > letters else "")),))
