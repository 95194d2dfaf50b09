"""The sentence of a text that is nearest to what was asked: what explains a hit in which no word of it stands."""

import re
from collections.abc import Sequence

from hub.search.meaning.encoder import encode, encode_asked
from hub.search.meaning.gist import SENTENCE_CHARS, sentences

LOOKED_AT_CHARS, OF_ALL_TEXTS = 1_500, 40  # letters of a text, and sentences of all texts of an answer
LEAST_CHARS = 6
_MARKUP = re.compile(r"[*_`~]{2,}|^[^\S\n]*(?:[#>|-]+|\d+\.)\s+|\|", re.MULTILINE)


class Sentences:
    """For one answer, so that it takes no longer however many texts there are. Only where the encoder is ready."""

    def __init__(self, asked: Sequence[str]) -> None:
        self._asked = [encode_asked(text) for text in asked]
        self._left = OF_ALL_TEXTS

    def nearest(self, text: str) -> str:
        """Empty where there is nothing to choose from, or no time left."""
        found = [s for s in sentences(_MARKUP.sub(" ", text[:LOOKED_AT_CHARS])) if len(s) >= LEAST_CHARS]
        found = found[: self._left]
        if len(found) < 2:
            return ""
        self._left -= len(found)
        vectors = encode([sentence[:SENTENCE_CHARS] for sentence in found])
        near = max((vectors @ asked for asked in self._asked), key=lambda cosines: float(cosines.max()))
        return found[int(near.argmax())]
