"""A line of text as words with their classes, and what stands around one of them."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hub.search.analysis import morphemes, proper_class, senses
from hub.search.old_forms import NEW_FORMS

HAN = "一-龠々〆\ufa0e-\ufa2d\U00020000-\U0002ffff"  # with 﨑 and 𠮷
KANJI = re.compile(f"[{HAN}ヶヵ]+")
KATAKANA = re.compile("[ァ-ヴー・]*[ァ-ヴ][ァ-ヴー・]*")
HIRAGANA = re.compile("[ぁ-ゖーゝゞ]+")
JAPANESE = re.compile(f"[ぁ-ゖァ-ヴー{HAN}ヶヵ]+")
LATIN = re.compile("[A-Za-zＡ-Ｚａ-ｚ][A-Za-zＡ-Ｚａ-ｚ0-9０-９'’.-]*")


WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # one letter for one: places stay


_NO_WORDS = frozenset("本部 本社 本店 本院 本校 本庁 本署 本会".split())


class Token(NamedTuple):
    """`sort` is the first class of the word; `proper` one of 姓, 名, 人名, 地名, 国, 固有 or nothing. `when`: it may
    say when something is, as 昨日 does."""

    text: str
    start: int
    end: int
    sort: str
    proper: str
    unknown: bool
    lemma: str
    when: bool = False

    @property
    def is_noun(self) -> bool:
        return self.sort in ("名詞", "接頭辞", "接尾辞", "代名詞", "形状詞")

    @property
    def is_person(self) -> bool:
        return self.proper in ("姓", "名", "人名")


class Line(list[Token]):
    """The words of one line, in order; `text` is the whole text, in which they have their places, `plain` the same with
    Latin letters of half width."""

    def __init__(self, text: str, plain: str, tokens: Iterator[Token]) -> None:
        super().__init__(tokens)
        self.text, self.plain = text, plain
        self._starts = {token.start: index for index, token in enumerate(self)}
        self._ends = {token.end: index for index, token in enumerate(self)}

    def at(self, index: int) -> Token | None:
        return self[index] if 0 <= index < len(self) else None

    def ending_at(self, place: int) -> int | None:
        return self._ends.get(place)

    def starting_at(self, place: int) -> int | None:
        return self._starts.get(place)

    def between(self, start: int, end: int) -> list[Token]:
        """The words from one place to another; none when no word begins or ends there."""
        first, last = self.starting_at(start), self.ending_at(end)
        return [] if first is None or last is None else self[first : last + 1]

    def runs(self, last_of: Callable[["Line", int], int | None]) -> Iterator[tuple[int, int]]:
        """(first, last) of what `last_of` finds the end of, one behind the other."""
        index = 0
        while index < len(self):
            last = last_of(self, index)
            if last is not None:
                yield index, last
            index = (index if last is None else last) + 1

    def next_to(self, index: int) -> Token | None:
        """The following word where nothing stands between, not even a space."""
        after = self.at(index + 1)
        return after if after is not None and after.start == self[index].end else None


def lines_of(text: str) -> Iterator[Line]:
    plain = text.translate(WIDE)
    for match in re.finditer("[^\n]+", text):
        for start in range(match.start(), match.end(), 4_000):
            piece = text[start : min(start + 4_000, match.end())]
            yield Line(text, plain, _tokens(piece, start))


def _tokens(piece: str, offset: int) -> Iterator[Token]:
    for surface, begin, end, classes, unknown, lemma in morphemes(piece):
        proper = proper_class(classes)
        if unknown and KANJI.fullmatch(surface):  # 髙栁 is 高柳
            proper = "姓" if "姓" in senses(surface.translate(NEW_FORMS)) else proper
        when = classes[2] == "副詞可能"
        yield Token(surface, offset + begin, offset + end, classes[0], proper, unknown, lemma, when)


def in_doubt(line: Line, index: int) -> bool:
    """橋本体: the last letter of what is taken for a name makes a word with what follows, and the rest is one."""
    name, after = line[index].text, line.next_to(index)
    if after is None or len(name) < 2 or len(after.text) > 2 or not KANJI.fullmatch(name + after.text):
        return False
    other = name[-1] + after.text
    return (
        after.text not in "小中高市町村区郡家氏様社"
        and other not in _NO_WORDS
        and {"語"} == senses(other)
        and "語" in senses(name[:-1])
    )


def spoken_end(line: Line, place: int) -> int:
    """有限会社きのした: how hiragana is cut into words says nothing; a particle ends it."""
    run = HIRAGANA.match(line.text, place)
    end = run.end() if run else place
    index = line.ending_at(end)
    if index is None or line[index].sort != "助詞":
        return place
    while index is not None and line[index].sort == "助詞" and line[index].end > place:
        end, index = line[index].start, line.ending_at(line[index].start)
    return end if end > place + 1 else place
