"""Writing the index: putting prepared documents in and taking old ones out, many in one transaction.

Whoever writes holds the state row, so two workers never index at once (`hub/search/indexer.py`).
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.search.blocks import SLOTS, merge
from hub.search.documents import Prepared
from hub.search.index_state import hold_state
from hub.search.meaning.store import empty
from hub.search.models import SearchDocument, SearchPosting, SearchShelf, SearchTerm
from hub.statements import among, insert_ignore

SHIFT = 32
Ref = tuple[str, int]
Block = tuple[int, int, int]  # term, audience, block
Changes = defaultdict[Block, dict[int, int | None]]
Value = TypeVar("Value")
_TERMS = sa.select(SearchTerm.key, SearchTerm.id).where(among(SearchTerm.key, "keys"))
_DOCUMENTS = sa.select(SearchDocument).where(
    SearchDocument.kind == sa.bindparam("kind"), among(SearchDocument.ref_id, "ref_ids")
)


def place_of(audience_id: int, slot: int) -> int:
    return audience_id << SHIFT | slot


def slot_of(place: int) -> int:
    return place & (1 << SHIFT) - 1


def pack_vector(marks: dict[int, int]) -> bytes:
    ids = sorted(marks)
    return array("I", ids).tobytes() + bytes(marks[i] for i in ids)


def unpack_vector(data: bytes) -> tuple["array[int]", bytes]:
    """Term ids, ascending, and the mark of each."""
    count = len(data) // 5
    return array("I", data[: 4 * count]), data[4 * count :]


def replace(session: Session, refs: Iterable[Ref], documents: Sequence[Prepared]) -> None:
    """The documents of `refs` become these; a ref without a document is taken out. A document of the same audience
    keeps its slot."""
    old = _documents(session, refs)
    if old:
        empty(session, hold_state(session), [row.place for row in old.values()])
    ids = _term_ids(session, {key for d in documents for key in d.marks})
    changes: Changes = defaultdict(dict)
    for row in old.values():
        for term in unpack_vector(row.vector)[0]:
            changes[_block(term, row.audience_id, row.place)][slot_of(row.place) % SLOTS] = None
    shelves = _Shelves(session, {row.audience_id for row in old.values()} | {d.document.audience_id for d in documents})
    for prepared in documents:
        document = prepared.document
        ref = (document.kind, document.ref_id)
        row = old.pop(ref) if ref in old else SearchDocument()
        if row.audience_id != document.audience_id:
            shelves.leave(row.audience_id)
            row.place = shelves.enter(document.audience_id)
        _fill(row, prepared, ids)
        session.add(row)
        for key, mark in prepared.marks.items():
            changes[_block(ids[key], row.audience_id, row.place)][slot_of(row.place) % SLOTS] = mark
    for row in old.values():
        shelves.leave(row.audience_id)
        session.delete(row)
    session.flush()
    shelves.write()
    _write_postings(session, changes)


def _block(term: int, audience_id: int, place: int) -> Block:
    return term, audience_id, slot_of(place) // SLOTS


def _documents(session: Session, refs: Iterable[Ref]) -> dict[Ref, SearchDocument]:
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, ref_id in refs:
        by_kind[kind].append(ref_id)
    found: dict[Ref, SearchDocument] = {}
    for kind, ref_ids in by_kind.items():
        rows = session.scalars(_DOCUMENTS, {"kind": kind, "ref_ids": ref_ids})
        found |= {(kind, row.ref_id): row for row in rows}
    return found


def _fill(row: SearchDocument, prepared: Prepared, ids: dict[str, int]) -> None:
    document = prepared.document
    row.kind, row.ref_id, row.audience_id = document.kind, document.ref_id, document.audience_id
    row.thread_id, row.organisation_id, row.at = document.thread_id, document.organisation_id, document.at
    row.vector = pack_vector({ids[key]: mark for key, mark in prepared.marks.items()})
    flow = chain((ids[key] for key in prepared.title_flow), (0,), (ids[key] for key in prepared.body_flow))
    row.flow = array("I", flow).tobytes()
    row.model = "" if document.meant else None


def term_ids(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """The ids of those terms that the index knows."""
    return dict(session.connection().execute(_TERMS, {"keys": keys}).all())


def _term_ids(session: Session, keys: set[str]) -> dict[str, int]:
    """The same, with new terms added."""
    known = term_ids(session, keys)
    new = sorted(keys - known.keys())
    if new:
        session.connection().execute(insert_ignore(session, SearchTerm), [{"key": key} for key in new])
        known |= term_ids(session, new)
    return known


class _Shelves:
    """The counters of the audiences that a batch touches."""

    def __init__(self, session: Session, audiences: Collection[int]) -> None:
        self.session = session
        known = session.scalars(
            sa.select(SearchShelf).where(among(SearchShelf.audience_id, "audiences")), {"audiences": audiences}
        )
        self.rows = {row.audience_id: row for row in known}

    def enter(self, audience_id: int) -> int:
        """The place of one more document."""
        shelf = self._get(audience_id)
        shelf.documents += 1
        shelf.next_slot += 1
        return place_of(audience_id, shelf.next_slot - 1)

    def leave(self, audience_id: int | None) -> None:
        if audience_id is not None:
            self._get(audience_id).documents -= 1

    def _get(self, audience_id: int) -> SearchShelf:
        if audience_id not in self.rows:
            self.rows[audience_id] = SearchShelf(audience_id=audience_id, documents=0, next_slot=0)
        return self.rows[audience_id]

    def write(self) -> None:
        self.session.add_all(self.rows.values())
        self.session.flush()


def _write_postings(session: Session, changes: Changes) -> None:
    by_shelf: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for term, audience, block in changes:
        by_shelf[audience, block].append(term)
    rewritten = _Rewritten([], [], [])
    for (audience, block), terms in by_shelf.items():
        _merge_block(session, audience, block, sorted(terms), changes, rewritten)
    rewritten.write(session)
    _forget_terms(session, {row["t"] for row in rewritten.emptied})


_IDENTITY = sa.and_(
    SearchPosting.term_id == sa.bindparam("t"),
    SearchPosting.audience_id == sa.bindparam("a"),
    SearchPosting.block == sa.bindparam("b"),
)
_OF_BLOCK = sa.select(SearchPosting.term_id, SearchPosting.slots, SearchPosting.marks).where(
    among(SearchPosting.term_id, "terms"),
    SearchPosting.audience_id == sa.bindparam("audience"),
    SearchPosting.block == sa.bindparam("block"),
)
_INSERT = sa.insert(SearchPosting)
_UPDATE = sa.update(SearchPosting).where(_IDENTITY)
_DELETE = sa.delete(SearchPosting).where(_IDENTITY)
_FORGET = sa.delete(SearchTerm).where(
    among(SearchTerm.id, "terms"),
    ~sa.select(SearchPosting.term_id).where(SearchPosting.term_id == SearchTerm.id).exists(),
)


class _Rewritten(NamedTuple):
    """Rows of postings as they are to be: those of all blocks are written together. `emptied`: no document of the block
    holds the term any more."""

    added: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    emptied: list[dict[str, Any]]

    def write(self, session: Session) -> None:
        connection = session.connection()
        for statement, rows in zip((_INSERT, _UPDATE, _DELETE), self, strict=True):
            if rows:
                connection.execute(statement, rows)  # on the connection: rows of values, not objects


def _merge_block(
    session: Session, audience: int, block: int, terms: list[int], changes: Changes, rewritten: _Rewritten
) -> None:
    held = session.connection().execute(_OF_BLOCK, {"terms": terms, "audience": audience, "block": block})
    known = {term: (slots, marks) for term, slots, marks in held}
    for term in terms:
        slots, marks = merge(*known.get(term, (b"", b"")), changes[term, audience, block])
        identity = {"t": term, "a": audience, "b": block}
        content = {"count": len(marks), "slots": slots, "marks": marks}
        if term not in known and marks:
            rewritten.added.append({"term_id": term, "audience_id": audience, "block": block} | content)
        elif marks:
            rewritten.changed.append(identity | content)
        elif term in known:
            rewritten.emptied.append(identity)


def _forget_terms(session: Session, terms: set[int]) -> None:
    """A word that stands in no document any more leaves the index too: nothing erased can be guessed from it."""
    if terms:
        session.connection().execute(_FORGET, {"terms": terms})
