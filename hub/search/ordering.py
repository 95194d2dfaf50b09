"""Which hits stand on a page, in the order that was chosen. All orders go through all hits, as far as pages reach."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.library.nearness import STEP, distance
from hub.people.models import Organisation
from hub.search.corpus import Corpus
from hub.search.filters import with_facets
from hub.search.newest import newest
from hub.search.ranking import Asked, rank

ORDERS = ("relevance", "new", "near")
PAGE, MOST_RANKED = 20, 100
FAR_STEPS = 12  # halves of `nearness.STEP` from which on bodies are simply far
REACH = 2_000  # how far pages go: further down one narrows, and `newest` would have to look at everything


def pages_of(total: int) -> int:
    return -(-min(total, REACH) // PAGE)


def page_of(
    session: Session, actor: Actor, corpus: Corpus, asked: Asked, hits: int, order: str, page: int, *, first: int = 0
) -> list[tuple[int, float]]:
    """Document numbers with their scores; of the newest those in `first` before the others."""
    skip = (page - 1) * PAGE
    until = min(skip + PAGE, REACH)
    if order == "new":
        ordered = newest(corpus, hits & first, until) if first else []
        ordered += newest(corpus, hits & ~first, until - len(ordered))
        return [(number, 0.0) for number in ordered[skip:]]
    found: list[tuple[int, float]] = []
    for group in _by_nearness(session, actor, corpus, hits) if order == "near" else (hits,):
        found += _by_relevance(corpus, asked, group, until - len(found))
        if len(found) >= until:
            break
    return found[skip:]


def _by_relevance(corpus: Corpus, asked: Asked, hits: int, limit: int) -> list[tuple[int, float]]:
    """The 100 best by rank, behind them the newest."""
    found = [(r.number, r.score) for r in rank(corpus, asked, MOST_RANKED, hits)] if asked.weights and hits else []
    if len(found) < min(limit, hits.bit_count()):
        rest = hits
        for number, _score in found:
            rest &= ~(1 << number)
        found += [(number, 0.0) for number in newest(corpus, rest, limit - len(found))]
    return found[:limit]


def _by_nearness(session: Session, actor: Actor, corpus: Corpus, hits: int) -> Iterator[int]:
    """The hits of the bodies most like the reader's own, then the less like; those of no body are with the least."""
    mine = session.get_one(Organisation, actor.organisation_id)
    steps = {body.id: round(2 * distance(mine, body) / STEP) for body in session.scalars(sa.select(Organisation))}
    for near in sorted({step for step in steps.values() if step < FAR_STEPS}):
        group = hits & with_facets(corpus, [f"org:{id_}" for id_, step in steps.items() if step == near])
        hits &= ~group
        yield group
    yield hits
