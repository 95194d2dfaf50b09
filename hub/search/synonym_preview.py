"""What a change of the synonyms would change, for the documents of whoever looks."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from hub.reading.registry import reading
from hub.search.corpus import Corpus
from hub.search.language import parse_query
from hub.search.matching import match
from hub.search.ranking import ask, rank
from hub.search.searching import Hit, show
from hub.search.synonym_store import groups_in_force
from hub.search.synonyms import Synonyms, form_of
from hub.security.actor import Actor

SHOWN = 3


class Effect(NamedTuple):
    """For one word: how many documents it finds now and would find, and some of those that would be new."""

    word: str
    before: int
    after: int
    new: list[Hit]


@reading()
def unreadable_words(_session: Session, words: tuple[str, ...]) -> list[str]:
    """Those that the analysis finds no word in."""
    return [word for word in words if not form_of(word)]


@reading()
def preview(
    session: Session, actor: Actor, words: tuple[str, ...], *, replaces: str = "", group_id: int = 0
) -> list[Effect]:
    groups = groups_in_force(session)
    kept = [g.words for g in groups if not (replaces and g.key == replaces) and not (group_id and g.id == group_id)]
    now, then = Synonyms(g.words for g in groups), Synonyms([words, *kept])
    corpus = Corpus(session, actor.audience_ids)
    return [_effect(session, actor, corpus, word, now, then) for word in words]


def _effect(session: Session, actor: Actor, corpus: Corpus, word: str, now: Synonyms, then: Synonyms) -> Effect:
    query, asked = parse_query(word), ask(word, then)
    before, after = match(corpus, query, ask(word, now)), match(corpus, query, asked)
    new = after & ~before
    ranked = [(r.number, r.score) for r in rank(corpus, asked, SHOWN, new)] if new else []
    return Effect(word, before.bit_count(), after.bit_count(), show(session, actor, corpus, ranked, asked))
