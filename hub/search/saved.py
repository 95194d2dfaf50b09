"""A person's saved searches, with how many hits are newer than their last look."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.reading.registry import reading
from hub.search.corpus import Corpus
from hub.search.filters import narrow
from hub.search.language import parse_query
from hub.search.matching import match
from hub.search.models import SavedSearch, SearchDocument
from hub.search.ranking import ask
from hub.search.synonym_store import current_synonyms
from hub.security.actor import Actor


class Saved(NamedTuple):
    id: int
    query: str
    new: int


@reading()
def list_saved(session: Session, actor: Actor) -> list[Saved]:
    query = sa.select(SavedSearch).where(SavedSearch.staff_id == actor.staff_id).order_by(SavedSearch.id.desc())
    rows = session.scalars(query).all()
    corpus = Corpus(session, actor.audience_ids) if rows else None
    return [Saved(row.id, row.query, _count_new(session, actor, corpus, row)) for row in rows if corpus]


def _count_new(session: Session, actor: Actor, corpus: Corpus, row: SavedSearch) -> int:
    newer = sa.select(SearchDocument.place).where(
        SearchDocument.audience_id.in_(corpus.audiences), SearchDocument.at > row.seen_at
    )
    bits = 0
    for place in session.scalars(newer):
        bits |= 1 << corpus.number(place)
    if not bits:
        return 0
    query = parse_query(row.query)
    narrowed = narrow(session, actor, corpus, query.filters)
    if narrowed.unknown:
        return 0
    return (match(corpus, query, ask(query.text, current_synonyms(session))) & narrowed.bits & bits).bit_count()
