"""A whole text, with its greetings, asked for what it is about; and from where on something like it is shown."""

from collections.abc import Sequence
from dataclasses import replace

from hub.search.blending import Ranked
from hub.search.corpus import Corpus
from hub.search.documents import MEANT_CHARS
from hub.search.meaning.gist import gist, meant_by
from hub.search.ranking import Asked, alike, ask, whole_of
from hub.search.synonyms import Synonyms

# Together: the cosine, and what words say as a share of all that was asked. Of texts about something else not three in
# a hundred come so far (bench/suggestions.py).
ENOUGH_TOGETHER, WORDS_COUNT = 0.65, 0.2
ENOUGH_ALONE, ENOUGH_WITHOUT_WORDS = 0.57, 0.45  # the latter where no word stands anywhere, as in another language
NAMES, NAMED = 2, 0.9  # so few words are looked for as such: a name means little to the encoder


def ask_for_gist(text: str, synonyms: Synonyms) -> Asked:
    said = gist(text)
    return replace(ask("".join(said), synonyms), meant=meant_by(said, MEANT_CHARS))


def worth_showing(corpus: Corpus, asked: Asked, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Near enough in meaning, where the words may help; of a word or two, and where nothing has vectors, what has the
    words."""
    whole = whole_of(corpus, asked)
    if not whole or not any(r.near for r in ranked):
        return alike(corpus, asked, ranked)
    if len(set(asked.forms)) <= NAMES:
        return [r for r in ranked if r.near >= ENOUGH_ALONE or r.said >= NAMED * whole]
    alone = ENOUGH_ALONE if any(r.said for r in ranked) else ENOUGH_WITHOUT_WORDS
    return [r for r in ranked if r.near >= alone or r.near + WORDS_COUNT * r.said / whole >= ENOUGH_TOGETHER]
