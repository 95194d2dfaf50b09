"""Holding the index against the originals: what a document says, and every posting, count and shelf made of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.search.blocks import SLOTS, unpack
from hub.search.documents import prepare
from hub.search.models import SearchChange, SearchDocument, SearchPosting, SearchShelf, SearchTerm
from hub.search.sources.kinds import SOURCES, ids_after, load_documents
from hub.search.store import place_of, unpack_vector


def contradictions(session: Session) -> list[str]:
    """Empty when nothing is waiting and the index says what the originals say, each thing once."""
    waiting = session.execute(sa.select(sa.func.count()).select_from(SearchChange)).scalar_one()
    found = [f"{waiting} waiting"] if waiting else []
    documents = session.scalars(sa.select(SearchDocument)).all()
    keys = dict(session.execute(sa.select(SearchTerm.id, SearchTerm.key)).all())
    indexed = {(d.kind, d.ref_id): (d.audience_id, _terms(d, keys)) for d in documents}
    for ref, said in _originals(session):
        if indexed.pop(ref, None) != said:
            found.append(f"{ref} is not as it should be")
    found += [f"{ref} should not be there" for ref in indexed]
    held = Counter((d.place, term) for d in documents for term in unpack_vector(d.vector)[0])
    found += [f"posting {row}" for row in (held - _postings(session)) | (_postings(session) - held)]
    shelves = Counter(d.audience_id for d in documents)
    for shelf in session.scalars(sa.select(SearchShelf)):
        if shelf.documents != shelves[shelf.audience_id]:
            found.append(f"shelf {shelf.audience_id}: {shelf.documents} for {shelves[shelf.audience_id]}")
    return found


def _terms(row: SearchDocument, keys: dict[int, str]) -> dict[str, int]:
    ids, marks = unpack_vector(row.vector)
    return {keys[id_]: mark for id_, mark in zip(ids, marks, strict=True)}


def _originals(session: Session) -> Iterator[tuple[tuple[str, int], Any]]:
    for kind in SOURCES:
        for document in load_documents(session, [(kind, id_) for id_ in ids_after(session, kind, 0, 100_000)]):
            yield (kind, document.ref_id), (document.audience_id, prepare(document).marks)


def _postings(session: Session) -> Counter[tuple[int, int]]:
    found: defaultdict[tuple[int, int], int] = defaultdict(int)
    for row in session.scalars(sa.select(SearchPosting)):
        slots = list(unpack(row.slots))
        assert len(slots) == len(row.marks) == row.count
        for slot in slots:
            found[place_of(row.audience_id, row.block * SLOTS + slot), row.term_id] += 1
    return Counter(found)
