"""What one reader can search: the index cut down to their audiences BEFORE anything is counted, ranked or completed.

Every number that comes out of here is made from the reader's own documents alone, so foreign ones can change nothing.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import log

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.search.blocks import BYTES, SLOTS, count_set, row_of, set_bits
from hub.search.models import SearchChange, SearchDocument, SearchPosting, SearchShelf, SearchTerm
from hub.search.store import batches, slot_of, term_ids, unpack_vector
from hub.statements import among

_COUNTS = (
    sa.select(SearchPosting.term_id, sa.func.sum(SearchPosting.count))
    .where(SearchPosting.term_id.in_(sa.bindparam("terms", expanding=True)))
    .where(SearchPosting.audience_id.in_(sa.bindparam("audiences", expanding=True)))
    .group_by(SearchPosting.term_id)
)
_SLOTS = (
    sa.select(SearchPosting.term_id, SearchPosting.audience_id, SearchPosting.block, SearchPosting.slots)
    .where(SearchPosting.term_id.in_(sa.bindparam("terms", expanding=True)))
    .where(SearchPosting.audience_id.in_(sa.bindparam("audiences", expanding=True)))
)
_CHANGED = sa.select(SearchChange.kind, SearchChange.ref_id).distinct()
_POSTINGS = _SLOTS.add_columns(SearchPosting.marks)
_DOCUMENTS = sa.select(SearchDocument.place, SearchDocument.vector, SearchDocument.flow).where(
    SearchDocument.place.in_(sa.bindparam("places", expanding=True))
)


@dataclass(frozen=True)
class Posting:
    """A block of a term: `start` is the number of the block's first document in this reader's row of documents."""

    term: int
    start: int
    slots: bytes
    marks: bytes


@dataclass(frozen=True)
class Vector:
    place: int
    terms: "array[int]"
    marks: bytes
    flow: "array[int]"


class Corpus:
    """The reader's documents, numbered through: block after block, audience after audience."""

    def __init__(self, session: Session, audiences: Collection[int]) -> None:
        self.session = session
        self.audiences = sorted(audiences) or [0]
        query = sa.select(SearchShelf).where(SearchShelf.audience_id.in_(self.audiences), SearchShelf.next_slot > 0)
        self._starts: dict[tuple[int, int], int] = {}
        self._blocks: list[tuple[int, int]] = []
        self.documents = 0
        for shelf in session.scalars(query.order_by(SearchShelf.audience_id)):
            self.documents += shelf.documents
            for block in range(-(-shelf.next_slot // SLOTS)):
                self._starts[shelf.audience_id, block] = len(self._blocks) * SLOTS
                self._blocks.append((shelf.audience_id, block))
        self.length = len(self._blocks) * BYTES
        self._ids: dict[str, int] = {}
        self._known: dict[int, int] = {}

    def ids(self, keys: Iterable[str]) -> dict[str, int]:
        """Ids of terms; 0 for one that stands nowhere."""
        wanted = list(dict.fromkeys(keys))
        new = [key for key in wanted if key not in self._ids]
        self._ids |= dict.fromkeys(new, 0) | (term_ids(self.session, new) if new else {})
        return {key: self._ids[key] for key in wanted}

    def counts(self, terms: Iterable[int]) -> dict[int, int]:
        """In how many of the reader's documents each term stands; unused ones are missing."""
        wanted = [term for term in set(terms) - self._known.keys() if term]
        for some in batches(wanted):
            rows = self.session.execute(_COUNTS, {"terms": some, "audiences": self.audiences})
            found = {term: int(count) - self._hidden_terms[term] for term, count in rows}
            self._known |= {term: found.get(term, 0) for term in some}
        return self._known

    def idf(self, count: int) -> float:
        total = max(self.documents - len(self.hidden), count)
        return log(1 + (total - count + 0.5) / (count + 0.5))

    def postings(self, terms: Collection[int]) -> list[Posting]:
        if not terms:
            return []
        rows = self.session.execute(_POSTINGS, {"terms": list(terms), "audiences": self.audiences})
        return [Posting(t, self._starts[a, b], slots, marks) for t, a, b, slots, marks in rows]

    def bits(self, terms: Collection[int]) -> dict[int, int]:
        """For each term the row of bits that says which documents hold it, without hidden ones."""
        rows: defaultdict[int, bytearray] = defaultdict(lambda: bytearray(self.length))
        for term, start, slots in self._slots(terms):
            set_bits(rows[term], start, slots)
        found = dict.fromkeys(terms, 0) | {term: int.from_bytes(row, "little") for term, row in rows.items()}
        return {term: bits & ~self.hidden_bits for term, bits in found.items()} if self.hidden else found

    def count_among(self, terms: Collection[int], among: int) -> Counter[int]:
        """How many of these documents hold each term; block by block, without a row for each."""
        row, counts = among.to_bytes(self.length, "little"), Counter[int]()
        for term, start, slots in self._slots(terms):
            counts[term] += count_set(slots, row[start : start + BYTES])
        return counts

    def _slots(self, terms: Collection[int]) -> Iterator[tuple[int, int, bytes]]:
        """Each term's blocks with the byte at which they begin in a bit row."""
        known = [term for term in terms if term]
        if known:
            for term, audience, block, slots in self.session.execute(
                _SLOTS, {"terms": known, "audiences": self.audiences}
            ):
                yield term, self._starts[audience, block] // 8, slots

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

    def number(self, place: int) -> int:
        slot = slot_of(place)
        return self._starts[place >> 32, slot // SLOTS] + slot % SLOTS

    def place(self, number: int) -> int:
        audience, block = self._blocks[number // SLOTS]
        return audience << 32 | block * SLOTS + number % SLOTS

    def refs(self, numbers: Iterable[int]) -> dict[int, tuple[str, int]]:
        """What these documents are: kind and id."""
        columns = (SearchDocument.place, SearchDocument.kind, SearchDocument.ref_id)
        places = map(self.place, numbers)
        rows = self.session.execute(sa.select(*columns).where(among(SearchDocument.place, places)))
        return {self.number(place): (kind, ref_id) for place, kind, ref_id in rows}

    def vectors(self, numbers: Iterable[int]) -> dict[int, Vector]:
        found = {}
        for some in batches(self.place(number) for number in numbers):
            for place, vector, flow in self.session.execute(_DOCUMENTS, {"places": some}):
                found[self.number(place)] = Vector(place, *unpack_vector(vector), array("I", flow))
        return found
