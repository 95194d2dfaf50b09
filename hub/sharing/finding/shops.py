"""Names of shops and the like: an inn's before which its kind stands, a family's before what it sells, and what is
in hiragana and no word."""

import re
from collections.abc import Iterator

from hub.search.analysis import senses
from hub.sharing.finding.companies import BOUNDS, is_plain
from hub.sharing.finding.dealing import contracted
from hub.sharing.finding.tokens import HIRAGANA, Line, spoken_end
from hub.sharing.finding.words import HONORIFICS, words_of

Span = tuple[int, int]
_NO_INN = re.compile("[のはがをにでともへやかだな]|です|さん|より|から|まで|など|ごと|ほか|あり|する|して")


def shops_in(line: Line) -> Iterator[Span]:
    yield from _inns(line)
    yield from _spoken(line)
    for index, token in enumerate(line):
        after = line.next_to(index)
        if token.proper == "姓" and len(token.text) > 1 and after is not None and _is_ware(line, index + 1):
            yield token.start, after.end


def _inns(line: Line) -> Iterator[Span]:
    """旅館たにがわ, ホテル木暮: the kind stands before."""
    for index, token in enumerate(line):
        after = line.next_to(index)
        if token.text not in words_of("inns") or after is None:
            continue
        end = after.end if after.proper in ("姓", "地名", "固有") else spoken_end(line, token.end)
        name = line.text[token.end : end]
        if len(name) > 1 and not _NO_INN.match(name):
            yield token.start, end


def _spoken(line: Line) -> Iterator[Span]:
    """さとふると契約: in hiragana, and no word that one knows."""
    for match in HIRAGANA.finditer(line.text, line[0].start, line[-1].end):
        start = match.start()
        if len(match[0]) < 4 or not (start == line[0].start or line.text[start - 1] in BOUNDS):
            continue
        end = spoken_end(line, start)
        last = line.ending_at(end)
        if end - start > 2 and last is not None and not senses(line.text[start:end]) and contracted(line, last):
            yield start, end


def _is_ware(line: Line, index: int) -> bool:
    """正田醤油, 山田うどん: what somebody sells, behind a family name and with nothing put to it."""
    token, after = line[index], line.next_to(index)
    ends = after is None or not after.is_noun
    plain = any(token.text in words_of(name) for name in ("generic", "acts", "acts_more", "after_names", "plain_ends"))
    word = len(token.text) > 1 and token.sort == "名詞" and not token.proper and not token.when and not token.unknown
    return ends and word and not plain and not is_plain(token.text) and token.text not in HONORIFICS
