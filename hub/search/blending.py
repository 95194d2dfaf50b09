"""One ranking from two: what the words say of a document, and how near it is in meaning.

What words say is taken as a share of the best, with a curve that keeps what leads clearly in the lead. A document that
has no vectors (a message, a file, a person) is taken to be as near as its words let expect, so that it neither gains
nor loses a place against those that have some.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.search.meaning.nearness import Nearness

CURVE, WEIGHT = 1.5, 1.2
ADDED, ADDED_OF_EACH_SHELF = 30, 6  # the nearest, whatever their words


@dataclass(frozen=True)
class Ranked:
    """`number` of the document in the corpus; `said` is what its words say, `near` its cosine; both may be nothing."""

    number: int
    score: float
    said: float = 0.0
    near: float = 0.0


def blend(
    said: dict[int, float],
    named: Collection[int],
    nearness: Nearness | None,
    allowed: int | None,
    shelves: Sequence[int],
    whole: float = 0.0,
) -> list[Ranked]:
    """Best first. What is `named` as it was asked comes before everything else. `whole`: what words can say at all,
    where the best of them need not be good."""
    if nearness is None:
        return _sorted((Ranked(n, s, s) for n, s in said.items()), named)
    near = nearness.of(said)
    for shelf in shelves or (allowed,):
        near |= nearness.nearest(ADDED_OF_EACH_SHELF if shelves else ADDED, shelf)
    return _sorted(_blended(said, near, whole), named)


def _blended(said: dict[int, float], near: dict[int, float], whole: float) -> Iterator[Ranked]:
    best, nearest = max(whole, *said.values(), 0.0) or 1.0, max(near.values(), default=0.0)
    for number in said.keys() | near.keys():
        share = said.get(number, 0.0) / best
        cosine = near.get(number, nearest * share)
        yield Ranked(number, share**CURVE + WEIGHT * cosine, said.get(number, 0.0), near.get(number, 0.0))


def _sorted(ranked: Iterable[Ranked], named: Collection[int]) -> list[Ranked]:
    return sorted(ranked, key=lambda r: (r.number not in named, -r.score, -r.number))
