"""One search from the typed text to what is shown. Reads only, knows no request: it runs in the reading process."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Organisation
from hub.library.nearness import nearness
from hub.reading.registry import reading
from hub.search.corpus import Corpus
from hub.search.documents import Document
from hub.search.excerpts import Excerpt, Explainer, plain
from hub.search.filters import narrow
from hub.search.index_state import is_complete
from hub.search.language import Filter, Query, parse_query
from hub.search.matching import match, without
from hub.search.models import SearchDocument
from hub.search.narrowing import FacetCount, count_facets
from hub.search.newest import newest
from hub.search.ranking import Asked, alike, ask, rank
from hub.search.repair import repair
from hub.search.sources.kinds import load_documents
from hub.search.synonym_store import current_synonyms
from hub.security.actor import Actor

PAGE, MOST_RANKED, NEAREST = 20, 200, 5
ORDERS = ("relevance", "new", "near")
Loosened = Literal["", "words", "words_in_filters", "filters"]


@dataclass(frozen=True)
class Hit:
    document: Document
    title: Excerpt
    text: Excerpt
    score: float = 0.0


@dataclass(frozen=True)
class Found:
    """`loosened` says that nothing is a hit, the rows are what comes nearest, and what they need not meet: words, words
    within the filters, or filters. `also` comes near where the hits are few. `repaired` is what was searched for
    instead of what was typed."""

    query: Query
    total: int
    hits: list[Hit]
    order: str
    loosened: Loosened = ""
    also: list[Hit] = field(default_factory=list)
    repaired: str = ""
    unknown: tuple[Filter, ...] = ()
    facets: list[FacetCount] = field(default_factory=list)
    complete: bool = True  # false while the index is built anew

    @property
    def nearest(self) -> bool:
        return bool(self.loosened)


@reading()
def find(session: Session, actor: Actor, typed: str, *, order: str = "", page: int = 1) -> Found:
    query, corpus = parse_query(typed), Corpus(session, actor.audience_ids)
    order = order if order in ORDERS else "relevance"
    narrowed = narrow(session, actor, corpus, query.filters)
    asked, repaired = ask(query.text, current_synonyms(session)), ""
    hits = 0 if narrowed.unknown else match(corpus, query, asked) & narrowed.bits
    if not hits and query.text and (better := repair(corpus, query.text)):
        second = replace(query, text=better, phrases=())
        asked_again = ask(better, current_synonyms(session))
        if found := match(corpus, second, asked_again) & narrowed.bits:
            hits, asked, repaired = found, asked_again, better
    if not query.text and order == "relevance":
        order = "new"
    if hits:
        chosen = _page(session, actor, corpus, asked, hits, order, page)
    else:
        allowed = without(corpus, query.excluded, narrowed.bits or corpus.ones)
        chosen = [(r.number, r.score) for r in rank(corpus, asked, NEAREST, allowed)] if query.text else []
    plain_words = order == "relevance" and page == 1 and not (query.phrases or query.excluded)
    also = _also(corpus, asked, hits, narrowed.bits) if plain_words else []
    return Found(
        query=query,
        total=hits.bit_count(),
        hits=show(session, actor, corpus, chosen, asked if query.text else None),
        order=order,
        loosened=_loosened(query, narrowed.bits) if chosen and not hits else "",
        also=show(session, actor, corpus, also, asked),
        repaired=repaired,
        unknown=tuple(narrowed.unknown),
        facets=count_facets(session, actor, corpus, hits) if hits else [],
        complete=is_complete(session),
    )


def _loosened(query: Query, left_by_filters: int) -> Loosened:
    if not query.filters:
        return "words"
    return "words_in_filters" if left_by_filters else "filters"


def _also(corpus: Corpus, asked: Asked, hits: int, allowed: int) -> list[tuple[int, float]]:
    """What comes near beside a handful of hits."""
    if not 0 < hits.bit_count() < NEAREST:
        return []
    ranked = alike(corpus, asked, rank(corpus, asked, NEAREST, allowed & ~hits))
    return [(r.number, r.score) for r in ranked]


def _page(
    session: Session, actor: Actor, corpus: Corpus, asked: Asked, hits: int, order: str, page: int
) -> list[tuple[int, float]]:
    """Document numbers with their scores, of one page."""
    skip = (max(page, 1) - 1) * PAGE
    if order == "new":
        return [(number, 0.0) for number in newest(corpus, hits, skip + PAGE)[skip:]]
    ranked = [(r.number, r.score) for r in rank(corpus, asked, MOST_RANKED, hits)] if asked.weights else []
    if len(ranked) < min(hits.bit_count(), MOST_RANKED):
        have = {number for number, _score in ranked}
        rest = newest(corpus, hits, MOST_RANKED)
        ranked += [(n, 0.0) for n in rest if n not in have][: MOST_RANKED - len(ranked)]
    if order == "near":
        ranked = _by_nearness(session, actor, corpus, ranked)
    return ranked[skip : skip + PAGE]


def _by_nearness(
    session: Session, actor: Actor, corpus: Corpus, ranked: list[tuple[int, float]]
) -> list[tuple[int, float]]:
    """Bodies like the reader's own first; among equals the more relevant."""
    mine = session.get_one(Organisation, actor.organisation_id)
    bodies = {body.id: nearness(mine, body).points for body in session.scalars(sa.select(Organisation))}
    query = sa.select(SearchDocument.place, SearchDocument.organisation_id)
    places = {corpus.place(number): number for number, _score in ranked}
    rows = session.execute(query.where(SearchDocument.place.in_(places))).all()
    points = {places[place]: bodies.get(organisation or 0, 0) for place, organisation in rows}
    return sorted(ranked, key=lambda row: -points.get(row[0], 0))


def show(
    session: Session, actor: Actor, corpus: Corpus, chosen: list[tuple[int, float]], asked: Asked | None
) -> list[Hit]:
    """The originals as they are now, and only those that the actor may read now."""
    places = {corpus.place(number): score for number, score in chosen}
    query = sa.select(SearchDocument.place, SearchDocument.kind, SearchDocument.ref_id)
    refs = {place: (kind, ref) for place, kind, ref in session.execute(query.where(SearchDocument.place.in_(places)))}
    documents = {(d.kind, d.ref_id): d for d in load_documents(session, refs.values())}
    explainer = Explainer(asked) if asked else None
    found = []
    for place, score in places.items():
        document = documents.get(refs[place]) if place in refs else None
        if document and document.audience_id in actor.audience_ids:
            found.append(_hit(document, explainer, score))
    return found


def _hit(document: Document, explainer: Explainer | None, score: float) -> Hit:
    heading = document.heading or document.title
    if explainer is None:
        return Hit(document, plain(heading), plain(document.body), score)
    title = explainer.excerpt(heading, around=200)
    text = explainer.excerpt(document.body, patient=not title.explains)
    # A person is found by their body and section too, which stand behind the name.
    others = (document.labels, document.title.removeprefix(heading).strip())
    explained = (e for other in others if other and not text.explains and (e := explainer.excerpt(other)).explains)
    return Hit(document, title, next(explained, text), score)


def as_rows(hits: Iterable[Hit]) -> list[dict[str, object]]:
    """The command line's answer; pages do not show scores."""
    return [
        {
            "kind": hit.document.shown_kind,
            "id": str(hit.document.ref_id),
            "title": hit.title.text,
            "score": round(hit.score, 3),
        }
        for hit in hits
    ]
