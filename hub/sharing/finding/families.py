"""Family names that the dictionary does not have, or cuts at another place."""

from collections.abc import Iterator

from hub.search.analysis import senses
from hub.sharing.finding.around import acts, addressed, follows_role
from hub.sharing.finding.tokens import KANJI, Line, Token, in_doubt
from hub.sharing.finding.words import HONORIFICS, is_family, title_starts, titles, words_of

Span = tuple[int, int]
_WHENS = tuple(
    "昨日 今日 本日 明日 先日 後日 当日 翌日 前日 先週 今週 来週 先月 今月 来月 昨年 今年 来年 今朝 昨夜 今夜 午前 午後"
    " 前回 次回 以前 現在 当時 最近 直接 早速 結局".split()
)
_PLAIN_ENDS = frozenset(
    "者員課係市町村県国部室局所会社家人的性化等外内中上下前後間用別毎側先元日月年度期分件回数量率費料金税"
)
_SHAPE = frozenset("沢澤渕淵島嶋崎﨑野田川原橋塚瀬井木岡藤谷池尾津根柳倉")
_NOT_FIRST = frozenset("各全両当同本他旧現前後隣某諸市町村県区郡国毎再初")
_NUMERALS = tuple("一二三四五六七八九十百千万何数半両")


def cut_apart(line: Line) -> Iterator[Span]:
    """Family names that the dictionary does not have, or cuts at another place because of the word before: 為我井が,
    昨日竹内に. A run of Chinese letters that stands alone and is no compound of ordinary words."""
    start, end = line[0].start, line[-1].end
    for match in KANJI.finditer(line.text, start, end):
        index = line.ending_at(match.end())
        if index is None or line[index].end != match.end():
            continue
        while index > 0 and (
            line[index].text in HONORIFICS or line[index].text in titles() or line[index].text in "副元前新"
        ):
            index -= 1
        end = line[index].end
        first = _family_in(line, match.start(), end) if end > match.start() else None
        known = first is not None and (addressed(line, index) or acts(line, index) or _cast_at(line, first))
        if first is not None and (known or _is_shaped(line, first, end)):
            yield first, end


def _family_in(line: Line, start: int, end: int) -> int | None:
    """Where in the run a family name begins that ends it."""
    text = line.text[start:end]
    for length in (5, 4, 3, 2):
        before = text[:-length][-4:]
        known = length <= len(text) and text[-length:] in words_of("families")
        if known and (
            not before
            or before.endswith(_WHENS)
            or before.endswith(title_starts())
            or before[-1] in "課係部室町市村県側"
        ):
            return end - length
    if 2 <= len(text) <= 3 and "語" not in senses(text) and is_family(text):
        return start
    tokens = line.between(start, end)
    odd = len(tokens) > 1 and 2 <= len(text) <= 4 and not any(_is_plain(token) for token in tokens)
    odd = odd or (len(text) == 3 and _is_shaped(line, start, end))
    return start if odd else None


def _is_shaped(line: Line, start: int, end: int) -> bool:
    """曲沢, 野栗沢: single letters that are no word together and end as names of families and of places do."""
    text, tokens = line.text[start:end], line.between(start, end)
    doubted = any(in_doubt(line, line.starting_at(token.start) or 0) for token in tokens)
    if doubted or len(tokens) < 2 or senses(text) or text[-1] not in _SHAPE or text[0] in _NOT_FIRST:
        return False
    return all(len(token.text) == 1 or token.proper in ("姓", "地名") for token in tokens)


def _is_plain(token: Token) -> bool:
    """A part of an ordinary compound: 各課, 委託先, 三年."""
    known = len(token.text) > 1 and not token.unknown and token.sort in ("名詞", "形状詞", "副詞")
    other = token.text in _NUMERALS or token.sort in ("接頭辞", "動詞", "形容詞", "代名詞", "連体詞")
    return known or other or token.text[-1] in _PLAIN_ENDS or token.text in words_of("generic")


def _cast_at(line: Line, place: int) -> bool:
    index = line.starting_at(place)
    return index is not None and follows_role(line, index)
