"""What a change of the synonyms would change, for the documents of whoever looks."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.reading.registry import reading
from hub.search.analysis import fold
from hub.search.corpus import Corpus
from hub.search.documents import compound_key
from hub.search.language import parse_query
from hub.search.matching import match
from hub.search.ranking import Asked, ask, rank
from hub.search.searching import Hit, show
from hub.search.synonym_store import groups_in_force, row_of
from hub.search.synonyms import ARROW, Synonyms, form_of, plain_word

SHOWN = 3
WORDS_OF_FILE = 100  # that are looked at: a file has thousands, of which few stand in a document
Words = tuple[str, ...]


class Effect(NamedTuple):
    """For one word: how many documents it finds now and would find, and some that would be new or found no more."""

    word: str
    before: int
    after: int
    new: list[Hit]
    gone: list[Hit]


class Exchange(NamedTuple):
    """What an import does: how many groups come and go, and of the commonest words those with an effect."""

    come: int
    go: int
    effects: list[Effect]


@reading()
def unreadable_words(_session: Session, words: Words) -> list[str]:
    """Those that the analysis finds no word in."""
    return [word for word in words if not form_of(word)]


@reading()
def preview(session: Session, actor: Actor, words: Words, *, replaces: str = "", group_id: int = 0) -> list[Effect]:
    """Of a group that would have these `words`, also for those it has now; without words it goes. Raises NotFound."""
    if replaces or group_id or not words:
        row_of(session, group_id, replaces)
    groups = groups_in_force(session)
    kept: list[Words] = []
    old: list[Words] = []
    for group in groups:
        is_it = (replaces and group.key == replaces) or (group_id and group.id == group_id)
        (old if is_it else kept).append(group.words)
    then = [words, *kept] if words else kept
    looked_at = dict.fromkeys(plain_word(word) for group in (words, *old) for word in group)
    return _effects(Corpus(session, actor.audience_ids), actor, looked_at, [g.words for g in groups], then)


@reading(limit_s=30.0)
def preview_import(session: Session, actor: Actor, new: tuple[Words, ...]) -> Exchange:
    """Of an import in place of the last one; without groups the last one goes."""
    groups, corpus = groups_in_force(session), Corpus(session, actor.audience_ids)
    now, kept = [g.words for g in groups], [g.words for g in groups if g.origin != "import"]
    old, wanted = {g.words for g in groups if g.origin == "import"}, set(new)
    words = _commonest(corpus, wanted ^ old)
    effects = _effects(corpus, actor, words, _about(words, now), _about(words, [*new, *kept]))
    return Exchange(
        len(wanted - old), len(old - wanted), [e for e in effects if e.new or e.gone or e.before != e.after]
    )


def _commonest(corpus: Corpus, groups: Collection[Words]) -> list[str]:
    """The words that lead somewhere, of the groups with the commonest words; found without analysing thousands."""
    keys = {word: compound_key(fold(plain_word(word))) for group in groups for word in group}
    ids = corpus.ids(keys.values())
    counts = corpus.counts({id_ for id_ in ids.values() if id_})
    common = {group: max(counts.get(ids[keys[word]], 0) for word in group) for group in groups}
    words = dict.fromkeys(word for group in sorted(groups, key=lambda g: (-common[g], g)) for word in group)
    return [word for word in words if not word.startswith(ARROW)][:WORDS_OF_FILE]


def _about(words: Collection[str], groups: Iterable[Words]) -> list[Words]:
    """The groups of these words: to make all of a file ready takes seconds."""
    wanted = set(map(fold, words))
    return [group for group in groups if not wanted.isdisjoint(map(fold, group))]


def _effects(
    corpus: Corpus, actor: Actor, words: Iterable[str], now: Sequence[Words], then: Sequence[Words]
) -> list[Effect]:
    before, after = Synonyms(now), Synonyms(then)
    return [_effect(corpus, actor, word, ask(word, before), ask(word, after)) for word in words]


def _effect(corpus: Corpus, actor: Actor, word: str, now: Asked, then: Asked) -> Effect:
    query = parse_query(word)
    before, after = match(corpus, query, now), match(corpus, query, then)
    new, gone = _some(corpus, actor, then, after & ~before), _some(corpus, actor, now, before & ~after)
    return Effect(word, before.bit_count(), after.bit_count(), new, gone)


def _some(corpus: Corpus, actor: Actor, asked: Asked, bits: int) -> list[Hit]:
    ranked = [(r.number, r.score) for r in rank(corpus, asked, SHOWN, bits)] if bits else []
    return show(corpus.session, actor, corpus, ranked, asked)
