"""What is like a question that is being written, or was just asked. Reads only, in the reading process."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.library.models import Case
from hub.library.sight import within_sight
from hub.people.authors import Author, AuthorKey, authors
from hub.people.models import Posting, Section
from hub.reading.registry import reading
from hub.search.blending import Ranked
from hub.search.corpus import Corpus
from hub.search.documents import Document
from hub.search.filters import each_facet
from hub.search.gist_asked import ask_for_gist, worth_showing
from hub.search.meaning.asking import nearness
from hub.search.models import SearchDocument
from hub.search.ranking import Asked, alike, rank
from hub.search.searching import Hit, show
from hub.search.sources.cases import case_documents
from hub.search.sources.conversations import STANDING, thread_documents
from hub.search.synonym_store import current_synonyms
from hub.threads.consultations.models import Consultation
from hub.threads.models import Message
from hub.threads.queries import get_thread_for

KINDS = ("consultation", "edition", "card", "case")
OF_EACH, LOOKED_AT = 3, 48
TEXT_CHARS = 600
ANSWERED = ("state:answered", "state:closed")
Worth = Callable[[Corpus, Asked, Sequence[Ranked]], list[Ranked]]
SAME = 0.75  # the cosine from which two questions may be one
LIKE_A_CASE = 0.5
PATIENCE_S = 2.0  # whoever asks over a socket sends nothing else over it until the answer is there


@reading(newest_only=True, patience_s=PATIENCE_S)
def list_similar(session: Session, actor: Actor, text: str) -> list[Hit]:
    """Of each kind the three most alike, if they are alike enough."""
    corpus = Corpus(session, actor.audience_ids)
    return _most_alike(session, actor, corpus, text, list(each_facet(corpus, _kind_facets()).values()))


def _kind_facets() -> list[str]:
    return [f"kind:{kind}" for kind in KINDS]


def _most_alike(
    session: Session, actor: Actor, corpus: Corpus, text: str, shelves: Sequence[int], worth: Worth = worth_showing
) -> list[Hit]:
    """One ranking for all shelves, cut on each: four rankings would cost four times as much while somebody types."""
    asked = ask_for_gist(text[:TEXT_CHARS], current_synonyms(session))
    ranked = rank(corpus, asked, LOOKED_AT, reduce(or_, shelves), looked_at=LOOKED_AT, shelves=shelves)
    near = worth(corpus, asked, ranked)
    best = [r for shelf in shelves for r in [r for r in near if shelf >> r.number & 1][:OF_EACH]]
    return show(session, actor, corpus, [(r.number, r.score) for r in best], asked)


@reading()
def list_cases_like(session: Session, actor: Actor, case_id: int) -> list[Hit]:
    """Published cases like one, the nearest first; none of one that is not published. Raises NotFound when the case may
    not be read."""
    if session.scalar(sa.select(Case.id).where(Case.id == case_id, within_sight(actor))) is None:
        raise NotFound
    mine = next(iter(case_documents(session, [case_id])), None)
    if mine is None:
        return []
    corpus = Corpus(session, actor.audience_ids)
    cases = each_facet(corpus, ["kind:case"])["kind:case"] & ~_bit_of(corpus, "case", case_id)
    return _most_alike(session, actor, corpus, f"{mine.title} {mine.body}", [cases], _by_meaning)


def _by_meaning(corpus: Corpus, asked: Asked, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Words alone where nothing has vectors: cases have many words in common that say little."""
    return [r for r in ranked if r.near >= LIKE_A_CASE] if any(r.near for r in ranked) else alike(corpus, asked, ranked)


@dataclass(frozen=True)
class Precedents:
    """For whoever answers: questions like this one that were answered, and who answered them; and those that may be the
    same question, asked elsewhere and not answered yet."""

    hits: Sequence[Hit]
    people: Sequence[Author]
    same: Sequence[Hit] = ()


@reading()
def list_precedents(session: Session, actor: Actor, thread_id: int) -> Precedents:
    """Editions and cases are answers themselves. Whoever answers is shown more than whoever asks: also what shares some
    words, or is near by half. Raises NotFound when the thread may not be read."""
    get_thread_for(session, actor, thread_id)
    mine = next(iter(thread_documents(session, [thread_id])))
    corpus = Corpus(session, actor.audience_ids)
    bits = each_facet(corpus, [*_kind_facets(), *ANSWERED])
    answered, itself = reduce(or_, (bits[facet] for facet in ANSWERED)), _bit_of(corpus, "thread", thread_id)
    others = bits["kind:consultation"] & ~answered & ~itself
    bits["kind:consultation"] &= answered
    shelves = [bits[facet] & ~itself for facet in _kind_facets()]
    hits = _most_alike(session, actor, corpus, f"{mine.title} {mine.body}", shelves, alike)
    asked = [h.document.ref_id for h in hits if h.document.shown_kind == "consultation"]
    return Precedents(hits, _answerers(session, asked), _same_question(session, actor, corpus, mine, others))


def _same_question(session: Session, actor: Actor, corpus: Corpus, mine: Document, others: int) -> list[Hit]:
    """Of other consultations those that mean nearly the same, whatever words they use; none without the encoder."""
    near = nearness(corpus, mine.meant[:2])
    found = near.nearest(OF_EACH, others) if near and others else {}
    same = [(number, cosine) for number, cosine in found.items() if cosine >= SAME]
    return show(session, actor, corpus, same, None)


def _bit_of(corpus: Corpus, kind: str, ref_id: int) -> int:
    query = sa.select(SearchDocument.place).where(
        SearchDocument.kind == kind,
        SearchDocument.ref_id == ref_id,
        SearchDocument.audience_id.in_(corpus.audiences),
    )
    place = corpus.session.execute(query).scalar()
    return 0 if place is None else 1 << corpus.number(place)


def _answerers(session: Session, thread_ids: Collection[int]) -> list[Author]:
    """Who wrote further messages in a consultation for another body than the one that asks there, official answers
    first, then the newest."""
    key = (Message.author_id, Message.posting_id, Message.writer_name)
    query = (
        sa.select(*key)
        .join(Consultation, Consultation.thread_id == Message.thread_id)
        .join(Posting, Posting.id == Message.posting_id)
        .join(Section, Section.id == Posting.section_id)
        .where(Message.thread_id.in_(thread_ids), Message.position > 1, STANDING)
        .where(Section.organisation_id != Consultation.organisation_id)
        .group_by(*key)
        .order_by(sa.func.max(sa.case((Message.mark == "official", 1), else_=0)).desc())
        .order_by(sa.func.max(Message.created_at).desc(), *key)
        .limit(20)
    )
    keys = [AuthorKey(*row) for row in session.execute(query)]
    once = {(k.staff_id, k.writer_name): k for k in reversed(keys)}  # of a person with two postings the first
    known = authors(session, once.values())
    return [known[k] for k in keys if k in known][:OF_EACH]
