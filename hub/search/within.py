"""Narrowing other lists by words as the search understands them: spellings, synonyms, "phrases", -not, field:value.
Reads only, in the reading process; the lists keep their own order."""

from collections import Counter
from functools import reduce
from operator import or_
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.reading.registry import reading
from hub.rooms.queries import get_room_for
from hub.search.blocks import numbers
from hub.search.corpus import Corpus
from hub.search.filters import narrow, with_facets
from hub.search.hits import hits_of
from hub.search.language import parse_query
from hub.search.matching import needed, with_each, with_phrase, with_text
from hub.search.models import SearchDocument
from hub.search.ranking import ask
from hub.search.synonym_store import current_synonyms
from hub.statements import among


@reading()
def cases_with(session: Session, actor: Actor, text: str) -> frozenset[int]:
    """The cases that the actor may read and that the search finds by this text."""
    corpus = Corpus(session, actor.audience_ids)
    hits = hits_of(session, actor, corpus, text)
    return frozenset(_column(corpus, SearchDocument.ref_id, hits & with_facets(corpus, ["kind:case"])).values())


@reading()
def threads_with(session: Session, actor: Actor, room_id: int, text: str) -> frozenset[int]:
    """The threads of a room that have everything that is asked for, be it in different messages or names of files.
    Notes do not count, whoever asks. Raises NotFound for a room that the actor may not read."""
    room = get_room_for(session, actor, room_id)
    corpus, query = Corpus(session, [room.audience_id]), parse_query(text)
    narrowed = narrow(session, actor, corpus, query.filters)
    if narrowed.unmet:
        return frozenset()
    here = with_facets(corpus, [f"room:{room_id}"]) & ~with_facets(corpus, ["kind:note"])
    asked = with_each(corpus, query, ask(query.text, current_synonyms(session)))
    must = [with_phrase(corpus, phrase, here) for phrase in query.phrases]
    must += [narrowed.bits] if query.filters else []
    never = [with_text(corpus, excluded) for excluded in query.excluded]
    looked_at = here & reduce(or_, (*asked, *must, *never), 0 if query.text else here)
    threads = _column(corpus, SearchDocument.thread_id, looked_at)

    def having(bits: int) -> set[int]:
        return {threads[number] for number in numbers(bits & looked_at, corpus.length)}

    counted = Counter(thread for bits in asked for thread in having(bits))
    enough = (thread for thread, count in counted.items() if count >= needed(query, len(asked)))
    found = set(enough if query.text else threads.values())
    for bits in must:
        found &= having(bits)
    for bits in never:
        found -= having(bits)
    return frozenset(found)


def _column(corpus: Corpus, column: Any, bits: int) -> dict[int, int]:
    """By the number of the document, for all of them in one query."""
    places = [corpus.place(number) for number in numbers(bits, corpus.length)]
    query = sa.select(SearchDocument.place, column).where(among(SearchDocument.place, places))
    return {corpus.number(place): value for place, value in corpus.session.execute(query)}
