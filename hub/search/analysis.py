"""Turning text into what it is found by: words in their normalised form, pairs of characters, and compounds.

Sudachi's small dictionary cuts into the shortest words (mode A) and knows that 引越し, 引っ越し and ひっこし are
one word. Without it pairs of characters do the whole work.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any, NamedTuple

from hub.search.old_forms import NEW_FORMS

MOST_CHARS = 12_000  # of one text; sudachi refuses more than 49,149 bytes at once
PIECE_CHARS = 8_000
KEY_CHARS = 40
VERSION = 4  # of everything that decides what stands in the index: raising it rebuilds the index

# Words that stand in every question and say nothing of what it is about, in their normalised form.
STOP = frozenset(
    "為る 居る 有る 成る 出来る 下さる 頂く 致す 思う 言う 行く 来る 見る 因る 付く 就く 御座る 仕舞う 置く "
    "遣る 呉れる 貰う 於く 関する 知る 教える 良い 無い 其の 此の 何 どう 何時 何処 こと 事 物 者 様 為 場合 "
    "等 時 所 方 訳 又 此れ 其れ 何れ どの 是 そう こう 如何 欲しい 宜しい 分かる 判る 方法".split()
)
_KINDS = frozenset(("名詞", "動詞", "形容詞", "形状詞", "副詞", "接尾辞", "感動詞"))
_COMPOUND = re.compile(r"[一-龥々〆ヶ]{2,10}|[ァ-ヴー]{3,14}|[a-z][a-z0-9+#.-]{1,20}")
_OKURIGANA = re.compile(r"(?=.{3,})[一-龥々].*[イキギシジチニビミリエケゲセテネベメレウクグスツヌブムル]")
_HIRAGANA = re.compile(r"[ぁ-ゖー]+")
_PICTURE = r"\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
_PART = re.compile(rf"[^\W_]+|[{_PICTURE}]")
# What only varies a character's look: 葛 of 葛󠄀城市, the colour of 👍🏽, what joins 👨‍👩‍👧, what is pasted unseen.
_LOOKS = dict.fromkeys(
    (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x1F3FB, 0x1F400), *range(0x200B, 0x200E), 0x2060, 0xFEFF)
)
_FORMS = NEW_FORMS | _LOOKS
_KATAKANA = {code + 0x60: code for code in range(ord("ぁ"), ord("ゖ") + 1)}
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


class Word(NamedTuple):
    """`form` is what it is found by; start and end are its place in the normalised text."""

    form: str
    start: int
    end: int
    surface: str

    @property
    def content(self) -> bool:
        return is_content(self.form)


def fold(text: str) -> str:
    """NFKC (㈱ becomes (株), full width half), case, old forms of characters, no half characters."""
    clean = text.encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFKC", clean).casefold().translate(_FORMS)


def to_katakana(text: str) -> str:
    """ごみ and ゴミ are one word."""
    return text.translate(_TO_KATAKANA)


def to_hiragana(text: str) -> str:
    return text.translate(_KATAKANA)


def is_content(form: str) -> bool:
    return form not in _STOP_FORMS


def _stem(form: str) -> str:
    """引っ越す and 引っ越し, 支払う and 支払い are one word: the last letter of okurigana goes."""
    return form[:-1] if _OKURIGANA.fullmatch(form) else form


@lru_cache(maxsize=4_096)  # most words of most texts are the same ones
def _form(normalized: str) -> str:
    return _stem(to_katakana(normalized.casefold()))[:KEY_CHARS]


_STOP_FORMS = frozenset(_stem(to_katakana(word)) for word in STOP)


@cache
def _is_installed() -> bool:
    """Looked for and not loaded: a worker has to know this, and leaves the dictionary to its reading process."""
    return bool(find_spec("sudachipy") and find_spec("sudachidict_small"))


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary(dict="small")


_idle_whole: list[Any] = []
_idle: list[Any] = []  # tokenizers must not be shared: whoever needs one takes it and puts it back


def _tokenize(text: str) -> list[Any]:
    from sudachipy import SplitMode

    try:
        tokenizer = _idle.pop()
    except IndexError:
        tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    try:
        return list(tokenizer.tokenize(text))
    finally:
        _idle.append(tokenizer)


def morphemes(text: str) -> Iterator[tuple[str, int, int, tuple[str, ...], bool, str]]:
    """Every word as it stands in a text of up to PIECE_CHARS, compounds whole: surface, place, classes, whether the
    dictionary does not know it, and its normalised form. Nothing without a dictionary. For the reading process: the
    dictionary takes memory, and time."""
    from sudachipy import SplitMode

    if not has_dictionary():
        return
    tokenizer = _idle_whole.pop() if _idle_whole else _dictionary().tokenizer(mode=SplitMode.C)
    try:
        for m in tokenizer.tokenize(text[:PIECE_CHARS]):
            yield m.surface(), m.begin(), m.end(), m.part_of_speech(), m.is_oov(), m.normalized_form()
    finally:
        _idle_whole.append(tokenizer)


@lru_cache(maxsize=8_192)
def senses(word: str) -> frozenset[str]:
    """What the dictionary knows a word as, whatever it would be taken for in a sentence: 姓, 名, 人名, 地名, 国, 固有
    (another name) or 語 (a noun that is none). Nothing for what it does not know."""
    if not has_dictionary():
        return frozenset()
    found = (m.part_of_speech() for m in _dictionary().lookup(word))
    return frozenset(proper_class(classes) or "語" for classes in found if classes[0] in ("名詞", "形状詞"))


def proper_class(classes: tuple[str, ...]) -> str:
    """Of what kind a name is; empty for what is none."""
    if classes[1] != "固有名詞":
        return ""
    which = {"姓": "姓", "名": "名", "国": "国"}.get(classes[3] if len(classes) > 3 else "")
    return which or {"人名": "人名", "地名": "地名"}.get(classes[2], "固有")


def has_dictionary() -> bool:
    return _is_installed()


def words(folded: str) -> list[Word]:
    """The words that carry meaning, in order, of a text that was folded; with grammar and punctuation left out."""
    if not has_dictionary():
        return []
    return [
        Word(_form(m.normalized_form()), offset + m.begin(), offset + m.end(), m.surface())
        for offset, piece in _pieces(folded[:MOST_CHARS])
        for m in _tokenize(piece)
        if m.part_of_speech()[0] in _KINDS
    ]


def reading(folded: str) -> str:
    """How a text sounds, in katakana; nothing without a dictionary."""
    return "".join(m.reading_form() for m in _tokenize(folded)) if has_dictionary() else ""


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    for start in range(0, len(text), PIECE_CHARS):
        yield start, text[start : start + PIECE_CHARS]


def pairs(folded: str) -> list[str]:
    """Every two neighbouring letters, without those of hiragana alone, which are grammar; a letter alone, or a
    picture (😀, ☎), as itself."""
    found = []
    for run in _PART.findall(folded[:MOST_CHARS]):
        found += [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
    return [pair for pair in found if not _HIRAGANA.fullmatch(pair)]


def compounds(folded: str) -> list[str]:
    """Runs of one script as people write them: 住民票, マイナンバーカード, lgwan. Completion and repair know these."""
    return [run for run in _COMPOUND.findall(folded[:MOST_CHARS]) if not run.isdigit()]
