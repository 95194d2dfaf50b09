"""Words that mean the same in an administration: the shipped groups, and what the prefecture made of them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub.search.analysis import Word, fold, words

SHIPPED = Path(__file__).parent / "data" / "synonyms.txt"
ARROW = "→"  # before a word that is found through the others, but when typed leads to none of them
MOST_ALTERNATIVES = 200  # of one phrase: each is looked up in every search for it
Form = tuple[str, ...]


@dataclass(frozen=True)
class Alternative:
    """Another way to say some words of a query: its own words, and how people read it."""

    forms: Form
    text: str


@dataclass(frozen=True)
class Unit:
    """One thing that a query asks for: words at `start` to `end` of the query's words, and other ways to say them."""

    start: int
    end: int
    alternatives: tuple[Alternative, ...] = ()


def group_key(group: Iterable[str]) -> str:
    """The name of a shipped group, as long as its words stay the same."""
    return hashlib.sha256("、".join(group).encode()).hexdigest()[:16]


def plain_word(word: str) -> str:
    return word.removeprefix(ARROW).strip()


def split_group(line: str) -> tuple[str, ...]:
    """The words of one line, without repeats; empty for a remark."""
    if line.startswith("#"):
        return ()
    found = (word.strip() for word in line.replace(",", "、").split("、"))
    return tuple(dict.fromkeys(word for word in found if word))


@cache
def shipped_groups() -> tuple[tuple[str, ...], ...]:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    return tuple(group for group in map(split_group, lines) if len(group) > 1)


class Synonyms:
    """Groups ready for looking up. A phrase is known by the forms of its words, so every spelling of it is."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._known: defaultdict[Form, dict[Alternative, None]] = defaultdict(dict)
        for group in groups:
            known = [(word, form_of(plain_word(word))) for word in group]
            members = [Alternative(form, plain_word(word)) for word, form in known if form]
            for word, form in known:
                if form and not word.startswith(ARROW):
                    self._add(form, members)
        self.longest = max(map(len, self._known), default=1)

    def _add(self, forms: Form, members: Sequence[Alternative]) -> None:
        """Stops where it is full: a group of thousands must not cost the square of its words."""
        known = self._known[forms]
        for other in members:
            if len(known) >= MOST_ALTERNATIVES:
                break
            if other.forms != forms:
                known[other] = None

    def units(self, found: Sequence[Word]) -> Iterator[Unit]:
        """The query's words cut into units, the longest known phrase first."""
        forms, at = [w.form for w in found], 0
        while at < len(forms):
            lengths = range(min(self.longest, len(forms) - at), 0, -1)
            length = next((n for n in lengths if tuple(forms[at : at + n]) in self._known), 0)
            if length:
                yield Unit(at, at + length, tuple(self._known[tuple(forms[at : at + length])]))
            elif found[at].content:
                yield Unit(at, at + 1)
            at += length or 1

    def of(self, text: str) -> tuple[Alternative, ...]:
        return tuple(self._known.get(form_of(text), ()))


@cache
def _form_of(text: str) -> Form:
    return tuple(word.form for word in words(fold(text)))


def form_of(text: str) -> Form:
    return _form_of(text)
