"""One search from the typed text to what is shown. Reads only, knows no request: it runs in the reading process."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.reading.registry import reading
from hub.search.corpus import Corpus
from hub.search.documents import Document
from hub.search.excerpts import Excerpt, Explainer, plain, plain_sentence
from hub.search.filters import narrow
from hub.search.index_state import is_complete
from hub.search.language import Filter, Query, parse_query
from hub.search.matching import match, without
from hub.search.meaning.asking import NearestSentence, nearest_sentences
from hub.search.narrowing import FacetCount, count_facets
from hub.search.ordering import ORDERS, page_of, pages_of
from hub.search.ranking import Asked, alike, ask, near_at_all, rank
from hub.search.repair import repair
from hub.search.saved import new_when_opened
from hub.search.sources.kinds import load_documents
from hub.search.synonym_store import current_synonyms

NEAREST = 5
Loosened = Literal["", "words", "words_in_filters", "filters"]


@dataclass(frozen=True)
class Hit:
    document: Document
    title: Excerpt
    text: Excerpt
    score: float = 0.0
    new: bool = False  # of a saved search, when it was opened


@dataclass(frozen=True)
class Found:
    """`loosened`: there are no hits, so `hits` holds the nearest documents instead; it names the condition that was
    dropped to find them (words, words within the filters, or filters). `also`: near documents, shown where the hits are
    few. `repaired`: what was searched for instead of what was typed. `wordless`: what was typed has only signs and
    particles, which do not stand in the index."""

    query: Query
    total: int
    hits: list[Hit]
    order: str
    page: int = 1
    loosened: Loosened = ""
    also: list[Hit] = field(default_factory=list)
    repaired: str = ""
    wordless: bool = False
    unknown: tuple[Filter, ...] = ()
    facets: list[FacetCount] = field(default_factory=list)
    complete: bool = True  # false while the index is built anew

    @property
    def nearest(self) -> bool:
        return bool(self.loosened)


@reading()
def find(session: Session, actor: Actor, typed: str, *, order: str = "", page: int = 1, saved_id: int = 0) -> Found:
    """Behind the last page there is the last one. `saved_id`: the saved search that was opened; what is new of it is
    marked, and first in that order."""
    query, corpus = parse_query(typed), Corpus(session, actor.audience_ids)
    order = order if order in ORDERS else "relevance"
    narrowed = narrow(session, actor, corpus, query.filters)
    asked, repaired = ask(query.text, current_synonyms(session)), ""
    wordless = bool(query.text and not asked.weights) or (query.empty and bool(query.typed))
    hits = 0 if narrowed.unmet or wordless else match(corpus, query, asked) & narrowed.bits
    if not hits and query.text and (better := repair(corpus, query.text)):
        second = replace(query, text=better, phrases=())
        asked_again = ask(better, current_synonyms(session))
        if found := match(corpus, second, asked_again) & narrowed.bits:
            hits, asked, repaired = found, asked_again, better
    if not query.text and order == "relevance":
        order = "new"
    page = max(1, min(page, pages_of(hits.bit_count())))
    new = new_when_opened(session, actor, corpus, saved_id, hits) if saved_id and not repaired else 0
    loosened: Loosened = ""
    if hits:
        chosen = page_of(session, actor, corpus, asked, hits, order, page, first=new)
    else:
        chosen, loosened = _nearest(corpus, query, asked, narrowed.bits)
    plain_words = order == "relevance" and page == 1 and not (query.phrases or query.excluded)
    also = _also(corpus, asked, hits, narrowed.bits) if plain_words else []
    return Found(
        query=query,
        total=hits.bit_count(),
        hits=show(session, actor, corpus, chosen, asked if query.text else None, new),
        order=order,
        page=page,
        loosened=loosened,
        also=show(session, actor, corpus, also, asked),
        repaired=repaired,
        wordless=wordless,
        unknown=tuple(narrowed.unknown),
        facets=count_facets(session, actor, corpus, hits) if hits else [],
        complete=is_complete(session),
    )


def _nearest(corpus: Corpus, query: Query, asked: Asked, left: int) -> tuple[list[tuple[int, float]], Loosened]:
    """Where nothing is a hit: what comes nearest among what the filters leave, else elsewhere, and what of the query
    it need not meet."""
    if not query.filters:
        return _ranked(corpus, query, asked, corpus.ones, "words")
    found, loosened = _ranked(corpus, query, asked, left, "words_in_filters")
    return (found, loosened) if found else _ranked(corpus, query, asked, corpus.ones, "filters")


def _ranked(
    corpus: Corpus, query: Query, asked: Asked, among: int, loosened: Loosened
) -> tuple[list[tuple[int, float]], Loosened]:
    allowed = without(corpus, query.excluded, among)
    ranked = near_at_all(asked, rank(corpus, asked, NEAREST, allowed)) if query.text and allowed else []
    return [(r.number, r.score) for r in ranked], loosened if ranked else ""


def _also(corpus: Corpus, asked: Asked, hits: int, allowed: int) -> list[tuple[int, float]]:
    """What comes near beside a handful of hits."""
    if not 0 < hits.bit_count() < NEAREST:
        return []
    ranked = alike(corpus, asked, rank(corpus, asked, NEAREST, allowed & ~hits))
    return [(r.number, r.score) for r in ranked]


def show(
    session: Session, actor: Actor, corpus: Corpus, chosen: list[tuple[int, float]], asked: Asked | None, new: int = 0
) -> list[Hit]:
    """The originals as they are now, and only those that the actor may read now."""
    refs = corpus.refs(number for number, _score in chosen)
    documents = {(d.kind, d.ref_id): d for d in load_documents(session, refs.values())}
    explainer = Explainer(asked) if asked else None
    nearest = nearest_sentences(session, asked.meant) if asked else None
    found = []
    for number, score in chosen:
        document = documents.get(refs[number]) if number in refs else None
        if document and document.audience_id in actor.audience_ids:
            found.append(_hit(document, explainer, nearest, score, new=bool(new >> number & 1)))
    return found


def _hit(document: Document, explainer: Explainer | None, nearest: NearestSentence, score: float, *, new: bool) -> Hit:
    heading = document.heading or document.title
    shown = replace(document, body="", labels="", meant=())  # of up to 12,000 letters the excerpt goes to the worker
    if explainer is None:
        return Hit(shown, plain(heading), plain(document.body), score, new)
    title = explainer.excerpt(heading, around=200)
    text = explainer.excerpt(document.body, patient=not title.explains)
    # A person is found by their body and section too, which stand behind the name.
    others = (document.labels, document.title.removeprefix(heading).strip())
    explained = (e for other in others if other and not text.explains and (e := explainer.excerpt(other)).explains)
    text = next(explained, text)
    if nearest and document.meant and not (title.explains or text.explains):
        text = plain_sentence(nearest(document.body)) or text
    return Hit(shown, title, text, score, new)


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
