"""Which documents are hits: rows of bits, one bit a document, put together with and, or and not.

Up to three things asked for, or the parts of up to three words set apart, must all be there, each as it was typed or in
other words. Of a whole question six in ten are enough: nobody writes an answer in the words of the question.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from itertools import pairwise
from math import ceil
from operator import and_, or_

from hub.search.analysis import Word, fold, has_dictionary, is_content, pairs, words
from hub.search.blocks import numbers
from hub.search.corpus import Corpus
from hub.search.documents import FLOW_WORDS, pair_key, word_key
from hub.search.language import Query
from hub.search.ranking import Asked
from hub.search.synonyms import Unit
from hub.search.vocabulary import Vocabulary, vocabulary

ALL_OF, PART_OF, MOST_UNITS, KEYWORD_LETTERS = 3, 0.6, 24, 10
PHRASES_LOOKED_AT = 2_000
Keys = frozenset[str]


def match(corpus: Corpus, query: Query, asked: Asked) -> int:
    """The hits of words, phrases and exclusions; filters come on top. Everything when nothing of these is asked for."""
    found = _enough(corpus, query, with_each(corpus, query, asked)) if query.text else corpus.everything
    for phrase in query.phrases:
        found = with_phrase(corpus, phrase, found)
    return without(corpus, query.excluded, found)


def without(corpus: Corpus, excluded: Iterable[str], among: int) -> int:
    """Of some documents those that hold none of the texts."""
    return reduce(lambda left, text: left & ~with_text(corpus, text), excluded, among)


def with_each(corpus: Corpus, query: Query, asked: Asked) -> list[int]:
    """For each thing asked for the documents that have it, as it was typed or in other words."""
    wanted = _wanted(corpus, query, asked)
    ids = corpus.ids({key for ways in wanted for way in ways for key in way})
    bits = corpus.bits(set(ids.values()))
    return [reduce(or_, (reduce(and_, (bits.get(ids[key], 0) for key in way)) for way in ways), 0) for ways in wanted]


def needed(query: Query, things: int) -> int:
    """How many of so many things a hit must have. 除雪車 is two (除雪, 車): of words set apart all are needed."""
    typed = query.text.split()
    keywords = 1 < len(typed) <= ALL_OF and all(len(word) <= KEYWORD_LETTERS for word in typed)
    return things if things <= ALL_OF or keywords else max(ALL_OF, ceil(PART_OF * things))


def with_text(corpus: Corpus, text: str) -> int:
    """The documents that hold the text: a word as searches find it, also as a part of longer ones, more as a phrase."""
    folded = "".join(fold(text).split())
    if [w.surface for w in words(folded) if w.content] != [folded]:
        return with_phrase(corpus, text, corpus.ones)
    form = words(folded)[0].form
    ids = corpus.ids(map(word_key, (form, *vocabulary(corpus.session).containing(form))))
    return reduce(or_, corpus.bits(set(ids.values())).values(), 0)


def _wanted(corpus: Corpus, query: Query, asked: Asked) -> list[list[Keys]]:
    """For each thing asked for the ways to meet it; each way is a set of terms that must all be there."""
    if has_dictionary() and asked.units:
        known = vocabulary(corpus.session)
        found = [list(_ways(asked, unit, known)) for unit in asked.units[:MOST_UNITS]]
    else:
        found = [[keys] for word in query.text.split()[:MOST_UNITS] if (keys := _keys(word))]
    return [ways for ways in found if ways]


def _ways(asked: Asked, unit: Unit, known: Vocabulary) -> Iterator[Keys]:
    """As it was typed, as a part of longer words (マイナンバーカード for マイナンバー), in other words."""
    said = asked.words[unit.start : unit.end]
    own = [word_key(w.form) for w in said if w.content]
    if own:
        yield frozenset((*own, *_endings(asked.words, unit)))
    if len(said) == 1:
        yield from (frozenset([word_key(term)]) for term in known.containing(said[0].form))
    for alternative in unit.alternatives:
        if forms := [word_key(form) for form in alternative.forms if is_content(form)]:
            yield frozenset((*forms, *_joints(alternative.text)))


def _endings(typed: Sequence[Word], unit: Unit) -> Iterator[str]:
    """What joins a word to one that stands in every question: 障害者 is not 障害物, though neither 者 nor 物 is
    looked for."""
    for first, second in zip(typed[unit.start : unit.end], typed[unit.start + 1 : unit.end + 1], strict=False):
        if first.content and not second.content and first.end == second.start:
            yield from map(pair_key, pairs(first.surface[-1] + second.surface[0]))


@lru_cache(maxsize=4_096)
def _joints(text: str) -> tuple[str, ...]:
    """What joins the words of a phrase, as pairs of letters: 確認申請 is not met by 確認 here and 申請 there."""
    found = words(folded := fold(text))
    joined = (folded[a.end - 1 : b.start + 1] for a, b in pairwise(found) if a.end == b.start)
    return tuple(pair_key(pair) for two in joined for pair in pairs(two))


def _keys(text: str) -> Keys:
    """What a document must have to hold this text: its words, without a dictionary its pairs."""
    folded = fold(text)
    found = [word_key(w.form) for w in words(folded) if w.content]
    return frozenset(found or map(pair_key, pairs(folded)))


def _enough(corpus: Corpus, query: Query, rows: Sequence[int]) -> int:
    if not rows:
        return 0
    need = needed(query, len(rows))
    at_least = [0] * (need + 1)  # at_least[n]: documents that have n of the rows seen so far
    at_least[0] = corpus.ones
    for row in rows:
        for n in range(need, 0, -1):
            at_least[n] |= at_least[n - 1] & row
    return at_least[need]


def _all_of(corpus: Corpus, keys: Keys) -> int:
    if not keys:
        return 0
    ids = corpus.ids(keys)
    bits = corpus.bits({ids[key] for key in keys})
    return reduce(and_, bits.values(), corpus.ones)


def with_phrase(corpus: Corpus, phrase: str, among: int) -> int:
    """Of some documents those that hold the phrase. Where something of it is grammar (電子の申請) or it is a single
    word, all its pairs of letters must be there; words alone may be spelled otherwise."""
    folded = fold(phrase)
    letters = frozenset(map(pair_key, pairs(folded)))
    found = [w for w in words(folded) if w.content]
    of_words_alone = len(found) > 1 and sum(len(w.surface) for w in found) == len("".join(folded.split()))
    if of_words_alone or not letters:
        return _with_words(corpus, phrase, among)
    likely = among & _all_of(corpus, letters)
    return _with_words(corpus, phrase, likely) if len(found) > 1 else likely


def _with_words(corpus: Corpus, text: str, among: int) -> int:
    """Of some documents those that have its words one after the other. Where more than 2,000 could, and behind the
    words whose order the index keeps, having all words and all pairs of letters counts."""
    keys = _keys(text)
    terms = [word_key(w.form) for w in words(fold(text)) if w.content]
    found = among & _all_of(corpus, keys)
    if len(terms) < 2:
        return found
    likely = found & _all_of(corpus, frozenset(map(pair_key, pairs(fold(text)))) or keys)
    if found.bit_count() > PHRASES_LOOKED_AT:
        return likely
    ids = corpus.ids(terms)
    flow = [ids[term] for term in terms]
    kept = 0
    for number, vector in corpus.vectors(numbers(found, corpus.length)).items():
        if _stands_in(flow, vector.flow) or (_is_cut(vector.flow) and likely >> number & 1):
            kept |= 1 << number
    return kept


def _is_cut(flow: Sequence[int]) -> bool:
    return len(flow) - flow.index(0) > FLOW_WORDS


def _stands_in(flow: list[int], text: Sequence[int]) -> bool:
    first, length = flow[0], len(flow)
    return any(text[i] == first and list(text[i : i + length]) == flow for i in range(len(text) - length + 1))
