"""A whole text, with its greetings, asked for what it is about; and from where on something like it is shown."""

from collections.abc import Sequence
from dataclasses import replace

from hub.search.analysis import has_dictionary
from hub.search.blending import Ranked
from hub.search.corpus import Corpus
from hub.search.documents import MEANT_CHARS
from hub.search.meaning.gist import gist, meant_by
from hub.search.ranking import Asked, alike, ask, whole_of
from hub.search.synonyms import Synonyms

# Together: the cosine, and what words say as a share of all that was asked. Of texts about something else not three in
# a hundred come so far (bench/suggestions.py).
ENOUGH_TOGETHER, WORDS_COUNT = 0.65, 0.2
ENOUGH_ALONE, ENOUGH_WITHOUT_WORDS, ENOUGH_ACROSS = 0.57, 0.45, 0.4  # no word stands anywhere; another language
# So few words are looked for as such, for a name means little to the encoder. Most beginnings of a sentence are as
# short, and none: what has their words has to be near as well, the more the fewer words there are.
NAMES, NAMED = 2, 0.9
NEAR_BESIDE_WORDS = {1: 0.55, 2: 0.45}
NAME_STANDS_IN, OF_DOCUMENTS = 2, 1_000  # a name stands in two documents at most, or in one of so many


def ask_for_gist(text: str, synonyms: Synonyms) -> Asked:
    said = gist(text)
    return replace(ask("".join(said), synonyms), meant=meant_by(said, MEANT_CHARS))


def worth_showing(corpus: Corpus, asked: Asked, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Near enough in meaning, where the words may help; of a name or a picture, and where nothing has vectors, what has
    it."""
    if not has_dictionary() or not any(r.near for r in ranked):
        return alike(corpus, asked, ranked)
    if not asked.forms:
        return [r for r in ranked if r.said and not any(map(str.isalnum, asked.pairs))]
    whole, alone, few = whole_of(corpus, asked), _enough_alone(asked, ranked), len(set(asked.forms))
    if few <= NAMES:
        least = 0.0 if _is_name(corpus, asked) else NEAR_BESIDE_WORDS.get(few, alone)
        return [r for r in ranked if r.near >= alone or (r.said >= NAMED * whole and r.near >= least)]
    return [r for r in ranked if r.near >= alone or r.near + WORDS_COUNT * r.said / whole >= ENOUGH_TOGETHER]


def _enough_alone(asked: Asked, ranked: Sequence[Ranked]) -> float:
    if asked.foreign:
        return ENOUGH_ACROSS
    return ENOUGH_ALONE if any(r.said for r in ranked) else ENOUGH_WITHOUT_WORDS


def _is_name(corpus: Corpus, asked: Asked) -> bool:
    """Whether each word stands in so few documents that it is what somebody looks for."""
    counts = corpus.counts(corpus.ids(asked.forms).values())
    most = max(NAME_STANDS_IN, corpus.documents // OF_DOCUMENTS)
    return all(counts.get(id_, 0) <= most for id_ in corpus.ids(asked.forms).values())
