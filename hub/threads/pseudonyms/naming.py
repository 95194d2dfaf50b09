"""Whether a text names somebody, however the name is written."""

import unicodedata
from collections.abc import Iterable

from hub.text import plain_excerpt


def names_itself(text: str, names: Iterable[str]) -> str:
    """The first of `names` that stands in the text as somebody reads it, however wide its letters, spaced or marked:
    前 橋 市, 前*橋*市 and [前橋](…)市 are 前橋市. Empty when none does."""
    readings = {_squeezed(text), _squeezed(plain_excerpt(text, len(text)))}
    wanted = [(name, _squeezed(name)) for name in names]
    return next((name for name, bare in wanted if bare and any(bare in reading for reading in readings)), "")


def _squeezed(text: str) -> str:
    """The letters and digits alone. What ends a sentence stays: what stands on its two sides is no name."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] in "LN" or letter in "。、!?")
