"""Comparing what somebody asks with what the reader's documents mean; where that is not to be had, words alone
count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from hub.search.corpus import Corpus
from hub.search.meaning.encoder import encode_asked, is_ready
from hub.search.models import SearchState

if TYPE_CHECKING:
    from hub.search.meaning.memory import Memory
    from hub.search.meaning.nearness import Nearness

NearestSentence = Callable[[str], str] | None
OF_A_DOCUMENT = 2  # its title, and its beginning with it
kept: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()


def nearness(corpus: Corpus, texts: Sequence[str]) -> Nearness | None:
    """None without the encoder, and where an administrator wants words alone."""
    state = corpus.session.get(SearchState, 1)
    asked = [text for text in texts if text.strip()]
    if not asked or state is None or state.meaning_off or not state.stamp or not is_ready():
        return None
    import numpy as np

    from hub.search.meaning.nearness import Nearness

    return Nearness(corpus, _memory(corpus.session, state), np.stack([encode_asked(text) for text in asked]))


def nearness_of(corpus: Corpus, number: int) -> Nearness | None:
    """The same for a document, by what its title and its beginning mean. None also where it has no vectors."""
    state = corpus.session.get(SearchState, 1)
    if state is None or state.meaning_off or not state.stamp or not is_ready():
        return None
    from hub.search.meaning.nearness import Nearness

    known = _memory(corpus.session, state)
    mine = known.vectors_of(corpus.place(number))[:OF_A_DOCUMENT]
    return Nearness(corpus, known, mine) if len(mine) else None


def nearest_sentences(session: Session, texts: Sequence[str]) -> NearestSentence:
    """Finds the sentence of a text that is nearest to what was asked; None where meaning does not count."""
    state = session.get(SearchState, 1)
    asked = [text for text in texts if text.strip()]
    if not asked or state is None or state.meaning_off or not state.stamp or not is_ready():
        return None
    from hub.search.meaning.sentence import Sentences

    return Sentences(asked).nearest


def is_wanted(session: Session) -> bool:
    """Whether an administrator lets the hub search by meaning."""
    state = session.get(SearchState, 1)
    return state is not None and not state.meaning_off


def read_vectors(session: Session) -> None:
    """Into memory, before somebody asks: of a large database it takes a while."""
    if state := session.get(SearchState, 1):
        _memory(session, state)


def _memory(session: Session, state: SearchState) -> Memory:
    """Of the database of this session, as it is there now."""
    from hub.search.meaning.memory import Memory

    found = kept.setdefault(session.connection().engine, Memory())
    found.refresh(session, state)
    return found
