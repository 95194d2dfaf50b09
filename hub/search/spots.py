"""Where in a long text it is worth looking for words. Analysing 12,000 letters takes 27 ms and an answer shows twenty
texts, so spellings of the words are looked for first, which can be found without knowing words; what stands there is
analysed afterwards, and a spelling inside another word is none."""

import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from hub.search.analysis import to_katakana

_KANA = re.compile(r"[ァ-ヺー]+")


class Spot(NamedTuple):
    """A place in a folded text that holds, or may hold, a word known by `form`."""

    form: str
    start: int
    end: int


class Stretch(NamedTuple):
    start: int
    value: int


def spellings(word: str) -> set[str]:
    """How a word may be written, in katakana: サーバー without its long end, 引っ越 without what stands between
    or behind the characters."""
    whole = to_katakana(word)
    return {spelling for spelling in (whole, whole.rstrip("ー"), _KANA.sub("", whole)) if spelling}


def spots(folded: str, wanted: Iterable[tuple[str, str]]) -> list[Spot]:
    """Where the (spelling, form) pairs stand, in the order of the text."""
    text, found = to_katakana(folded), []
    for spelling, form in wanted:
        at = text.find(spelling)
        while at >= 0:
            found.append(Spot(form, at, at + len(spelling)))
            at = text.find(spelling, at + 1)
    return sorted(found, key=lambda spot: (spot.start, spot.end))


def stretches(found: Iterable[Spot], around: int, own: Collection[str]) -> Iterator[Stretch]:
    """From each spot the stretch of `around` letters, with its different forms counted; own words count double."""
    inside: deque[Spot] = deque()
    forms: Counter[str] = Counter()
    value = 0
    for spot in found:
        while inside and spot.end > inside[0].start + around:
            first = inside.popleft()
            yield Stretch(first.start, value)
            forms[first.form] -= 1
            value -= _worth(first.form, own) if not forms[first.form] else 0
        value += _worth(spot.form, own) if not forms[spot.form] else 0
        forms[spot.form] += 1
        inside.append(spot)
    while inside:
        first = inside.popleft()
        yield Stretch(first.start, value)
        forms[first.form] -= 1
        value -= _worth(first.form, own) if not forms[first.form] else 0


def best_apart(found: Iterable[Stretch], around: int, most: int) -> list[Stretch]:
    """The best stretches, best first, the earlier of equals; none begins inside another."""
    kept: list[Stretch] = []
    for stretch in sorted(found, key=lambda s: (-s.value, s.start)):
        if all(abs(stretch.start - other.start) >= around for other in kept):
            kept.append(stretch)
            if len(kept) == most:
                break
    return kept


def _worth(form: str, own: Collection[str]) -> int:
    return 2 if form in own else 1
