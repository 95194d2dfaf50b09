"""What one reader can search: the index cut down to their audiences BEFORE anything is counted, ranked or completed.

Every number that comes out of here is made from the reader's own documents alone, so foreign ones can change nothing.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import cached_property
from math import log
from typing import Any, NamedTuple, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.search.blocks import count_set, row_of, set_bits
from hub.search.models import SearchChange, SearchDocument, SearchPosting, SearchShelf, SearchTerm
from hub.search.numbering import Numbering, Part
from hub.search.store import term_ids, unpack_vector
from hub.statements import among

Columns = TypeVarTuple("Columns")

_SHELVES = (
    sa.select(SearchShelf.audience_id, SearchShelf.next_slot, SearchShelf.documents)
    .where(among(SearchShelf.audience_id, "audiences"), SearchShelf.next_slot > 0)
    .order_by(SearchShelf.audience_id)
)
_KEY = (SearchPosting.term_id, SearchPosting.audience_id, SearchPosting.block)
_OF_TERMS = among(SearchPosting.term_id, "terms")
# SQLite is to filter what it finds by terms, not to look for each term in each audience (`+ 0`): ADR 21.
_MINE = among(SearchPosting.audience_id + 0, "audiences")
_COUNTS = (
    sa.select(SearchPosting.term_id, sa.func.sum(SearchPosting.count))
    .where(_OF_TERMS, _MINE)
    .group_by(SearchPosting.term_id)
)
_SLOTS = sa.select(*_KEY, SearchPosting.slots).where(_OF_TERMS, _MINE)
_CHANGED = sa.select(SearchChange.kind, SearchChange.ref_id).distinct()
_POSTINGS = _SLOTS.add_columns(SearchPosting.marks)
_PLACED = among(SearchDocument.place, "places")
_VECTORS = sa.select(SearchDocument.place, SearchDocument.vector, SearchDocument.flow).where(_PLACED)
_REFS = sa.select(SearchDocument.place, SearchDocument.kind, SearchDocument.ref_id).where(_PLACED)
_DATES = sa.select(SearchDocument.place, SearchDocument.at).where(_PLACED)


class Posting(NamedTuple):
    """A block of a term: `start` is the number of the block's first document in this reader's row of documents."""

    term: int
    start: int
    slots: bytes
    marks: bytes


class Vector(NamedTuple):
    place: int
    terms: "array[int]"
    marks: bytes
    flow: "array[int]"


class Corpus:
    """The reader's documents, numbered through: block after block, audience after audience."""

    def __init__(self, session: Session, audiences: Collection[int]) -> None:
        self.session = session
        self.audiences = sorted(audiences) or [0]
        shelves = self._rows(_SHELVES, {}).all()
        self.documents = sum(documents for _audience, _next_slot, documents in shelves)
        numbering = Numbering((audience, next_slot) for audience, next_slot, _documents in shelves)
        self.number, self.place, self._part = numbering.number, numbering.place, numbering.part
        self.length, self.shelves = numbering.length, numbering.shelves
        self._ids: dict[str, int] = {}
        self._known: dict[int, int] = {}

    def _rows(self, statement: sa.Select[*Columns], values: dict[str, Any]) -> sa.CursorResult[*Columns]:
        """On the connection: plain rows, of which there are thousands."""
        return self.session.connection().execute(statement, {"audiences": self.audiences} | values)

    def ids(self, keys: Iterable[str]) -> dict[str, int]:
        """Ids of terms; 0 for one that stands nowhere."""
        wanted = list(dict.fromkeys(keys))
        new = [key for key in wanted if key not in self._ids]
        self._ids |= dict.fromkeys(new, 0) | (term_ids(self.session, new) if new else {})
        return {key: self._ids[key] for key in wanted}

    def counts(self, terms: Iterable[int]) -> dict[int, int]:
        """In how many of the reader's documents each term stands, beside those counted before."""
        wanted = [term for term in set(terms) - self._known.keys() if term]
        if wanted:
            counted = self._rows(_COUNTS, {"terms": wanted})
            found = {term: int(count) - self._hidden_terms[term] for term, count in counted}
            self._known |= {term: found.get(term, 0) for term in wanted}
        return self._known

    def idf(self, count: int) -> float:
        total = max(self.documents - len(self.hidden), count)
        return log(1 + (total - count + 0.5) / (count + 0.5))

    def postings(self, terms: Collection[int]) -> list[Posting]:
        if not terms:
            return []
        rows = self._rows(_POSTINGS, {"terms": terms})
        return [Posting(t, self._part(a, b).start * 8, slots, marks) for t, a, b, slots, marks in rows]

    def bits(self, terms: Collection[int]) -> dict[int, int]:
        """For each term the row of bits that says which documents hold it, without hidden ones."""
        rows: defaultdict[int, bytearray] = defaultdict(lambda: bytearray(self.length))
        for term, part, slots in self._slots(terms):
            set_bits(rows[term], part.start, part.size, slots)
        found = dict.fromkeys(terms, 0) | {term: int.from_bytes(row, "little") for term, row in rows.items()}
        return {term: bits & ~self.hidden_bits for term, bits in found.items()} if self.hidden else found

    def count_among(self, terms: Collection[int], chosen: int) -> Counter[int]:
        """How many of these documents hold each term; block by block, without a row for each."""
        row, counts = chosen.to_bytes(self.length, "little"), Counter[int]()
        for term, part, slots in self._slots(terms):
            counts[term] += count_set(slots, row[part.start : part.start + part.size])
        return counts

    def _slots(self, terms: Collection[int]) -> Iterator[tuple[int, Part, bytes]]:
        """Each term's blocks with their place in a bit row."""
        known = [term for term in terms if term]
        if known:
            for term, audience, block, slots in self._rows(_SLOTS, {"terms": known}):
                yield term, self._part(audience, block), slots

    @property
    def ones(self) -> int:
        """A row of bits that leaves every other as it is; also ones where no document stands."""
        return (1 << self.length * 8) - 1

    @cached_property
    def everything(self) -> int:
        """All documents. Every one has exactly one facet `kind`."""
        kinds = sa.select(SearchTerm.id).where(SearchTerm.key.startswith("fkind:"))
        found = 0
        for bits in self.bits(list(self.session.scalars(kinds))).values():
            found |= bits
        return found

    @cached_property
    def hidden(self) -> list[tuple[int, bytes]]:
        """Documents whose original changed since they were indexed: they are not found, at once."""
        changed: defaultdict[str, set[int]] = defaultdict(set)
        for kind, ref_id in self.session.execute(_CHANGED):
            changed[kind].add(ref_id)
        found: list[tuple[int, bytes]] = []
        for kind, ref_ids in changed.items():  # not joined: that made SQLite go through all documents of the reader
            theirs = (SearchDocument.kind == kind, among(SearchDocument.ref_id, ref_ids))
            query = sa.select(SearchDocument.place, SearchDocument.vector).where(*theirs)
            found += self.session.execute(query.where(SearchDocument.audience_id.in_(self.audiences))).all()
        return found

    @cached_property
    def hidden_bits(self) -> int:
        return row_of((self.number(place) for place, _vector in self.hidden), self.length)

    @cached_property
    def _hidden_terms(self) -> Counter[int]:
        return Counter(term for _place, vector in self.hidden for term in unpack_vector(vector)[0])

    def refs(self, numbers: Iterable[int]) -> dict[int, tuple[str, int]]:
        """What these documents are: kind and id."""
        rows = self._rows(_REFS, {"places": [*map(self.place, numbers)]})
        return {self.number(place): (kind, ref_id) for place, kind, ref_id in rows}

    def dates(self, numbers: Iterable[int]) -> list[tuple[datetime, int]]:
        """When these documents were made, each with its place."""
        rows = self._rows(_DATES, {"places": [*map(self.place, numbers)]})
        return [(at, place) for place, at in rows]

    def vectors(self, numbers: Iterable[int]) -> dict[int, Vector]:
        found = {}
        for place, vector, flow in self._rows(_VECTORS, {"places": [*map(self.place, numbers)]}):
            found[self.number(place)] = Vector(place, *unpack_vector(vector), array("I", flow))
        return found
