"""A person's saved searches, with how many hits there are that were none when they last looked.

What was seen is remembered by name, not by date: a hit may be older than the last look and yet be new to the reader,
because it was moved to them, released or edited, or because they joined its room.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.reading.registry import reading
from hub.search.blocks import numbers, row_of
from hub.search.corpus import Corpus
from hub.search.filters import with_facets
from hub.search.hits import hits_of
from hub.search.index_state import is_complete
from hub.search.models import SavedSearch, SearchChange
from hub.search.seen import pack_refs, unpack_refs
from hub.search.store import Ref

MOST_REMEMBERED = 5_000  # hits of one search; who follows more than these follows nothing in particular


class Saved(NamedTuple):
    """`counting`: not before it is opened (`unopened`), or never, for it has too many hits (`too_many`)."""

    id: int
    query: str
    new: int
    counting: Literal["on", "unopened", "too_many"] = "on"


class Look(NamedTuple):
    """What a search finds at this moment, packed; None when that is too much to remember."""

    query: str
    seen: bytes | None


@reading()
def list_saved(session: Session, actor: Actor) -> list[Saved]:
    query = sa.select(SavedSearch).where(SavedSearch.staff_id == actor.staff_id).order_by(SavedSearch.id.desc())
    rows = session.scalars(query).all()
    if not rows:
        return []
    corpus = Corpus(session, actor.audience_ids)
    foreign = ~with_facets(corpus, [f"by:{actor.staff_id}"])
    hits = {row.id: hits_of(session, actor, corpus, row.query) for row in rows}
    counted = {row.id: hits[row.id] & foreign for row in rows if row.seen is not None and not _too_many(hits[row.id])}
    refs = _refs(corpus, counted.values())
    return [
        Saved(row.id, row.query, *_new(actor, corpus, row, hits[row.id], counted.get(row.id), refs)) for row in rows
    ]


@reading()
def look_for(session: Session, actor: Actor, query: str) -> Look:
    """For a search that is being saved."""
    return Look(query, _pack(_found(session, actor, query)))


@reading()
def look_again(session: Session, actor: Actor, saved_id: int) -> Look:
    """For a search that is being opened. Raises NotFound."""
    row = own_search(session, actor, saved_id)
    found = _found(session, actor, row.query)
    return Look(row.query, _pack(None if found is None else found | _waiting(session, row)))


def new_when_opened(session: Session, actor: Actor, corpus: Corpus, saved_id: int, hits: int) -> int:
    """Of the hits of this saved search those that were new when it was opened; none of one that is not there (any
    more), for an address that was kept still leads to its words."""
    row = session.get(SavedSearch, saved_id)
    if row is None or row.staff_id != actor.staff_id or row.seen_before is None or _too_many(hits):
        return 0
    known = unpack_refs(row.seen_before) | {("person", actor.staff_id)}
    refs = _refs(corpus, [hits & ~with_facets(corpus, [f"by:{actor.staff_id}"])])
    return row_of((number for number, ref in refs.items() if ref not in known), corpus.length)


def own_search(session: Session, actor: Actor, saved_id: int) -> SavedSearch:
    """Raises NotFound."""
    row = session.get(SavedSearch, saved_id)
    if row is None or row.staff_id != actor.staff_id:
        raise NotFound
    return row


def _new(
    actor: Actor, corpus: Corpus, row: SavedSearch, hits: int, counted: int | None, refs: dict[int, Ref]
) -> tuple[int, Literal["on", "unopened", "too_many"]]:
    if counted is None or row.seen is None:
        return 0, "too_many" if _too_many(hits) else "unopened"
    mine = {("person", actor.staff_id)}
    found = {refs[number] for number in numbers(counted, corpus.length)}
    return len(found - unpack_refs(row.seen) - mine), "on"


def _found(session: Session, actor: Actor, query: str) -> set[Ref] | None:
    """None when these are too many."""
    corpus = Corpus(session, actor.audience_ids)
    hits = hits_of(session, actor, corpus, query)
    return None if _too_many(hits) else set(_refs(corpus, [hits]).values())


def _waiting(session: Session, row: SavedSearch) -> set[Ref]:
    """What was seen and cannot be found just now because it is being indexed anew: it is not new when it comes back."""
    seen = unpack_refs(row.seen) if row.seen else set()
    if not seen or not is_complete(session):
        return seen
    changed = session.execute(sa.select(SearchChange.kind, SearchChange.ref_id).distinct()).all()
    return seen & {(kind, ref_id) for kind, ref_id in changed}


def _refs(corpus: Corpus, rows: Iterable[int]) -> dict[int, Ref]:
    """What the documents of some rows of bits are, by number, in one query for all."""
    every = 0
    for bits in rows:
        every |= bits
    return corpus.refs(numbers(every, corpus.length))


def _too_many(hits: int) -> bool:
    return hits.bit_count() > MOST_REMEMBERED


def _pack(found: set[Ref] | None) -> bytes | None:
    return None if found is None else pack_refs(found)
