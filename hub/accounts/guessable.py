"""How soon somebody who guesses would have a password: by the list of the commonest that zxcvbn brings along, words
that everybody here can think of, runs (`12345`, `aaaa`), years, and all of it again and again.

The estimate is that of zxcvbn in short, and takes time that grows with the length alone: zxcvbn itself can be kept busy
for ten seconds with 72 characters.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from zxcvbn.frequency_lists import FREQUENCY_LISTS

LEAST_GUESSES = 8.0  # powers of ten; a throttled guesser has 2,900 a day
EACH = 1.0  # a character that belongs to nothing, as zxcvbn counts it
SHORTEST_WORD, LONGEST_WORD = 3, 24
_RUN, _YEAR = 1.7, 2.3
_LETTER_LIKE = str.maketrans("@430$5!17+", "aaeossiltt")
_WORDS = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"(?:19|20)\d\d")
# What people in Japanese offices take, and lists made elsewhere hardly know.
FAMILIAR = (
    "password passwd pass admin kanri kanrisha user test guest login system soumu joho jouhou kikaku soudan hub "
    "sakura himawari arigatou arigato yoroshiku ohayou konnichiwa ganbaru ganbarou daisuki aishiteru "
    "nippon nihon japan yakusho shiyakusho yakuba kencho kenchou shichoson doraemon pikachu pokemon anpanman totoro "
    "hello kitty reiwa heisei showa shouwa qwerty asdf zxcv "
    "パスワード ぱすわーど さくら ひまわり ありがとう よろしく 管理者"
).split()


def is_guessable(password: str, about: Iterable[str] = ()) -> bool:
    """`about`: what is known of the person, as their mail address, name and town; each word of it counts."""
    text = unicodedata.normalize("NFKC", password).casefold()
    text = text[: _period(text)]
    return _guesses(text, _known(about)) < LEAST_GUESSES


@cache
def _ranks() -> dict[str, float]:
    """Of each common password the powers of ten of guesses until it comes."""
    ranked = {word: math.log10(rank) for rank, word in enumerate(FREQUENCY_LISTS["passwords"], 1)}
    return ranked | dict.fromkeys(FAMILIAR, 1.0)


def _known(about: Iterable[str]) -> set[str]:
    words = (word for text in about for word in _WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))
    return {word for word in words if len(word) >= SHORTEST_WORD or not word.isascii()}


def _guesses(text: str, known: set[str]) -> float:
    """The powers of ten of the cheapest way to put the text together from left to right."""
    cheapest, runs = [0.0] + [math.inf] * len(text), _ends_of_runs(text)
    for start in range(len(text)):
        if runs[start] - start >= SHORTEST_WORD:
            cheapest[runs[start]] = min(cheapest[runs[start]], cheapest[start] + _RUN)
        for end, cost in _pieces(text, start, known):
            cheapest[end] = min(cheapest[end], cheapest[start] + cost)
    return cheapest[-1]


def _pieces(text: str, start: int, known: set[str]) -> Iterator[tuple[int, float]]:
    """What may stand from here: end and cost. Letters may be written as signs, as in `p@ssw0rd`."""
    yield start + 1, EACH
    if _DIGITS.match(text, start):
        yield start + 4, _YEAR
    for end in range(start + 2, min(len(text), start + LONGEST_WORD) + 1):
        piece = text[start:end]
        for word in (piece, piece.translate(_LETTER_LIKE)):
            if word in known:
                yield end, EACH
            elif len(word) >= SHORTEST_WORD and word in _ranks():
                yield end, _ranks()[word]


def _ends_of_runs(text: str) -> list[int]:
    """Where the run ends that begins at each character: the same again, or one after the other, up or down."""
    ends = list(range(1, len(text) + 1))
    steps = [ord(b) - ord(a) for a, b in pairwise(text)]
    for start in range(len(steps) - 1, -1, -1):
        if abs(steps[start]) <= 1:
            goes_on = start + 1 < len(steps) and steps[start + 1] == steps[start]
            ends[start] = ends[start + 1] if goes_on else start + 2
    return ends


def _period(text: str) -> int:
    """The length of what the whole text repeats; its own where nothing is."""
    return next((n for n in range(1, len(text)) if text.startswith(text[n:])), len(text))
