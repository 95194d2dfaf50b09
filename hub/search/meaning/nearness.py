"""How near in meaning a reader's documents are to what they ask.

Rows of other audiences, of documents whose original changed, and of what filters leave out are gone before anything is
compared: neither what is found nor how long it takes says anything of them.
"""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from hub.search.corpus import Corpus
from hub.search.meaning.encoder import SCALE, SIZE, pack
from hub.search.meaning.memory import Memory
from hub.search.store import SHIFT

STEP = 2_048  # rows that are compared at once: as many as a processor keeps beside itself
FEW = 16_000  # rows that are all compared in full
LIKELY = 2_000  # of more, those that agree in most signs are
SLOT = (1 << SHIFT) - 1


class Nearness:
    """`asked` has a row for each text that was asked; a document is as near as its nearest vector is to the nearest of
    them."""

    def __init__(self, corpus: Corpus, known: Memory, asked: Any) -> None:
        self._corpus, self._known, self._moment = corpus, known, known.moved
        # Whole numbers, so that a sum is the same in whatever order it is added up: rows of others cannot move it.
        self._asked = np.frombuffer(pack(asked), np.int8).reshape(-1, SIZE).astype(np.float32)

    def nearest(self, limit: int, allowed: int | None = None) -> dict[int, float]:
        """The nearest documents by number, nearest first."""
        rows, numbers = self._mine
        kept = slice(None) if allowed is None else _bits(allowed, self._corpus.length)[numbers]
        if len(rows) > FEW:
            rows, numbers = self._likely(rows[kept], numbers[kept])
            return self._if_still(_best(numbers, self._compared(rows), limit))
        return self._if_still(_best(numbers[kept], self._cosines[kept], limit))

    def of(self, numbers: Collection[int]) -> dict[int, float]:
        """Of these documents those that have vectors."""
        rows, found = self._mine
        wanted = np.zeros(self._corpus.length * 8, np.bool_)
        wanted[list(numbers)] = True
        kept = wanted[found]
        cosines = self._compared(rows[kept]) if len(rows) > FEW else self._cosines[kept]
        return self._if_still(_best(found[kept], cosines, len(numbers)))

    def _if_still(self, near: dict[int, float]) -> dict[int, float]:
        """Nothing where somebody else's question brought the memory to another moment meanwhile, for its rows may be of
        other documents by now. Only threads that share one meet that, for the reading process answers one at a time."""
        return near if self._known.moved == self._moment else {}

    @cached_property
    def _mine(self) -> tuple[Any, Any]:
        """The rows of this reader's documents, and the number of the document that is found by each."""
        known, corpus = self._known, self._corpus
        places, found = known.places[: known.used], known.found[: known.used]
        mine = _among(places >> SHIFT, corpus.audiences) & _among(found >> SHIFT, corpus.audiences)
        rows = np.flatnonzero(mine)
        numbers, there = _numbers(corpus, found[rows])
        rows, numbers = rows[there], numbers[there]
        if corpus.hidden:
            away = np.array([place for place, _vector in corpus.hidden], np.int64)
            shown = ~(np.isin(places[rows], away) | np.isin(found[rows], away))
            rows, numbers = rows[shown], numbers[shown]
        return rows, numbers

    @cached_property
    def _cosines(self) -> Any:
        return self._compared(self._mine[0])

    def _compared(self, rows: Any) -> Any:
        """Of each row the nearest to what was asked."""
        near = np.empty(len(rows), np.float32)
        for at in range(0, len(rows), STEP):
            some = self._known.vectors[rows[at : at + STEP]].astype(np.float32)
            near[at : at + STEP] = (some @ self._asked.T).max(axis=1)
        return near / SCALE**2

    def _likely(self, rows: Any, numbers: Any) -> tuple[Any, Any]:
        """By the signs of their numbers alone, which is ten times as fast."""
        if len(rows) <= LIKELY:
            return rows, numbers
        signs = self._known.signs[rows]
        unlike = np.full(len(rows), SIZE, np.uint16)
        for asked in np.packbits(self._asked > 0, axis=1).view(np.uint64):
            unlike = np.minimum(unlike, np.bitwise_count(signs ^ asked).sum(axis=1, dtype=np.uint16))
        chosen = np.argpartition(unlike, LIKELY)[:LIKELY]
        return rows[chosen], numbers[chosen]


def _numbers(corpus: Corpus, places: Any) -> tuple[Any, Any]:
    """Each place's number in this reader's row of documents, and whether it has one: a row of the memory may be newer
    than the reader's moment."""
    most = max(corpus.audiences) + 1
    first, size = np.zeros(most, np.int64), np.zeros(most, np.int64)
    for audience, number, slots in corpus.shelves:
        first[audience], size[audience] = number, slots
    shelf, slot = places >> SHIFT, places & SLOT
    return first[shelf] + slot, slot < size[shelf]


def _among(shelves: Any, audiences: Sequence[int]) -> Any:
    table = np.zeros(max(int(shelves.max(initial=0)), *audiences, 0) + 1, np.bool_)
    table[list(audiences)] = True
    table[0] = False  # rows that are free
    return table[shelves]


def _bits(row: int, length: int) -> Any:
    return np.unpackbits(np.frombuffer(row.to_bytes(length, "little"), np.uint8), bitorder="little").view(np.bool_)


def _best(numbers: Any, cosines: Any, limit: int) -> dict[int, float]:
    """Of several vectors of a document the nearest counts; of documents that are as near, the one with more number."""
    enough = limit * 8
    if len(numbers) > enough:  # all of them are sorted only where a few documents have very many vectors
        kept = cosines >= np.partition(cosines, -enough)[-enough]
        if len(np.unique(numbers[kept])) >= limit:
            numbers, cosines = numbers[kept], cosines[kept]
    best: dict[int, float] = {}
    for at in np.lexsort((-numbers, -cosines)).tolist():
        best.setdefault(int(numbers[at]), float(cosines[at]))
        if len(best) == limit:
            break
    return best
