"""The vectors of a database in the memory of the process that searches: one array, read once and kept as it is there.

It holds everybody's, as the database does; whoever compares takes the rows of the reader's audiences first.
"""

from collections import defaultdict
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.installation import facts
from hub.search.meaning.encoder import SCALE, SIZE
from hub.search.models import SearchMeaning, SearchState

READ_AT_ONCE = 500
_SINCE = (
    sa.select(SearchMeaning.place, SearchMeaning.subject, SearchMeaning.own, SearchMeaning.vectors)
    .where(SearchMeaning.stamp > sa.bindparam("last"))
    .order_by(SearchMeaning.stamp)
)


class Memory:
    """`places`, `found` and `vectors` have a row for each vector: of which document it is, and which one is found by
    it, for what was said officially in a thread finds the thread. A place of 0 is a row that is free, a `found` of 0
    one that finds nothing yet."""

    def __init__(self) -> None:
        self.epoch = ""
        self.moved = 0  # how often it changed: what was compared in the midst of that says nothing
        self.forget()

    def forget(self) -> None:
        self.moved += 1
        self.last = 0
        self.used = 0
        self.places = np.zeros(0, np.int64)
        self.found = np.zeros(0, np.int64)
        self.vectors = np.zeros((0, SIZE), np.int8)
        self.signs = np.zeros((0, SIZE // 64), np.uint64)  # of each number whether it is more than nothing, in one bit
        self._rows: dict[int, list[int]] = {}  # by place
        self._subjects: dict[int, tuple[int, bool]] = {}  # by place
        self._place_of: dict[int, int] = {}  # of each subject its own document
        self._led: defaultdict[int, set[int]] = defaultdict(set)  # of each subject the other rows that find it
        self._free: list[int] = []

    def refresh(self, session: Session, state: SearchState) -> None:
        """To what the database holds as this session sees it. Of what changed the last state alone is read; after a
        backup was put back, everything."""
        epoch = facts(session).epoch
        if self.epoch != epoch or self.last < state.emptied or self.last > state.stamp:
            self.forget()
        self.epoch = epoch
        if self.last == state.stamp:
            return
        self.moved += 1
        found = session.connection().execute(_SINCE, {"last": self.last})
        for rows in found.partitions(READ_AT_ONCE):
            for place, subject, own, vectors in rows:
                self._drop(place)
                if vectors:
                    self._add(place, subject, own, np.frombuffer(vectors, np.int8).reshape(-1, SIZE))
        self.last = state.stamp

    def vectors_of(self, place: int) -> Any:
        """In their order; none of a document that has none, or has changed."""
        return self.vectors[self._rows.get(place, [])].astype(np.float32) / SCALE

    def _drop(self, place: int) -> None:
        rows = self._rows.pop(place, [])
        if not rows:
            return
        subject, own = self._subjects.pop(place)
        self.places[rows], self.found[rows], self.vectors[rows] = 0, 0, 0
        self._free += rows
        if not own:
            self._led[subject].difference_update(rows)
        elif self._place_of.get(subject) == place:
            del self._place_of[subject]
            self.found[list(self._led[subject])] = 0

    def _add(self, place: int, subject: int, own: bool, vectors: Any) -> None:
        rows = [self._free.pop() if self._free else self._next() for _vector in vectors]
        self.places[rows], self.vectors[rows] = place, vectors
        self.signs[rows] = np.packbits(vectors > 0, axis=1).view(np.uint64)
        self._rows[place], self._subjects[place] = rows, (subject, own)
        if own:
            self._place_of[subject] = place
            self.found[[*rows, *self._led[subject]]] = place
        else:
            self._led[subject].update(rows)
            self.found[rows] = self._place_of.get(subject, 0)

    def _next(self) -> int:
        if self.used == len(self.places):
            more = max(1_024, self.used // 4)
            self.places = np.concatenate([self.places, np.zeros(more, np.int64)])
            self.found = np.concatenate([self.found, np.zeros(more, np.int64)])
            self.vectors = np.concatenate([self.vectors, np.zeros((more, SIZE), np.int8)])
            self.signs = np.concatenate([self.signs, np.zeros((more, SIZE // 64), np.uint64)])
        self.used += 1
        return self.used - 1
