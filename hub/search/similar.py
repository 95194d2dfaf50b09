"""What is like a question that is being written, or was just asked. Reads only, in the reading process."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.authors import AuthorKey, authors
from hub.consultations.models import Consultation
from hub.feed.contracts import Author
from hub.reading.registry import reading
from hub.search.corpus import Corpus
from hub.search.filters import with_facets
from hub.search.ranking import alike, ask, rank
from hub.search.searching import Hit, show
from hub.search.sources.conversations import thread_documents
from hub.search.synonym_store import current_synonyms
from hub.security.actor import Actor
from hub.threads.models import Message
from hub.threads.queries import get_thread_for

KINDS = ("consultation", "edition", "card", "case")
OF_EACH, RANKED, LOOKED_AT = 3, 24, 60
TEXT_CHARS = 600
PATIENCE_S = 1.0  # whoever asks over a socket sends nothing else over it until the answer is there


@reading(newest_only=True, patience_s=PATIENCE_S)
def list_similar(session: Session, actor: Actor, text: str, besides: int = 0) -> list[Hit]:
    """Of each kind the three most alike, if they are alike enough; not the thread `besides`."""
    corpus = Corpus(session, actor.audience_ids)
    asked = ask(text[:TEXT_CHARS], current_synonyms(session))
    allowed = with_facets(corpus, [f"kind:{kind}" for kind in KINDS])
    ranked = alike(corpus, asked, rank(corpus, asked, RANKED, allowed, looked_at=LOOKED_AT))
    hits = show(session, actor, corpus, [(r.number, r.score) for r in ranked], asked)
    found = []
    for kind in KINDS:
        of_kind = [h for h in hits if h.document.shown_kind == kind and h.document.thread_id != (besides or -1)]
        found += of_kind[:OF_EACH]
    return found


@dataclass(frozen=True)
class Precedents:
    """For whoever answers: questions like this one that were answered, and who answered them."""

    hits: Sequence[Hit]
    people: Sequence[Author]


@reading()
def list_precedents(session: Session, actor: Actor, thread_id: int) -> Precedents:
    """Raises NotFound when the thread may not be read."""
    get_thread_for(session, actor, thread_id)
    mine = next(iter(thread_documents(session, [thread_id])))
    hits = list_similar(session, actor, f"{mine.title} {mine.body}", besides=thread_id)
    ids = [h.document.thread_id for h in hits if h.document.thread_id]
    query = sa.select(Consultation.thread_id).where(Consultation.thread_id.in_(ids), Consultation.state != "open")
    answered = set(session.scalars(query))
    kept = [h for h in hits if not h.document.thread_id or h.document.thread_id in answered]
    return Precedents(kept, _answerers(session, answered))


def _answerers(session: Session, thread_ids: set[int]) -> list[Author]:
    """Who wrote further messages there for another body than the asking one, official answers first."""
    first = sa.select(Message.author_id).where(Message.thread_id.in_(thread_ids), Message.position == 1)
    query = (
        sa.select(Message.author_id, Message.posting_id, Message.writer_name)
        .where(Message.thread_id.in_(thread_ids), Message.position > 1, Message.author_id.not_in(first))
        .where(Message.deleted_at.is_(None), Message.redacted_at.is_(None))
        .order_by(Message.mark.desc().nulls_last(), Message.created_at.desc())
        .limit(20)
    )
    keys = [AuthorKey(*row) for row in session.execute(query)]
    return list({key: person for key, person in authors(session, keys).items() if key in keys}.values())[:OF_EACH]
