"""Everything that a text finds for a reader, without order."""

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.search.corpus import Corpus
from hub.search.filters import narrow
from hub.search.language import parse_query
from hub.search.matching import match
from hub.search.ranking import ask
from hub.search.synonym_store import current_synonyms


def hits_of(session: Session, actor: Actor, corpus: Corpus, text: str) -> int:
    """A row of bits; nothing where a filter names nothing."""
    query = parse_query(text)
    narrowed = narrow(session, actor, corpus, query.filters)
    if narrowed.unmet:
        return 0
    return match(corpus, query, ask(query.text, current_synonyms(session))) & narrowed.bits
