"""Names of places: towns by themselves, and addresses."""

import re
from collections.abc import Iterator

from hub.sharing.finding.around import acts, cast
from hub.sharing.finding.tokens import JAPANESE, KANJI, KATAKANA, LATIN, Line, Token, in_doubt
from hub.sharing.finding.words import ordinary, roles

Span = tuple[int, int]
APART = frozenset("各全両当同他旧現都道府前後隣某諸市町村県区郡国課係室部局所者員側方先様社店長等約計第毎今昨翌一二")
_TOWN = re.compile("(?:[都道府県市区町村郡]|地区)")
_NUMBER = "(?:[0-9０-９]{1,5}|[一二三四五六七八九十百〇]{1,4})"
_DASH = "[-‐‑–—−－ーｰ]"
_BLOCK = re.compile(
    rf"(?:大字|字)?[一-龠々ヶヵァ-ヴーぁ-ん]{{0,12}}?{_NUMBER}(?:丁目|番地|番|号|{_DASH}(?=[0-9０-９]))"
    rf"(?:[ 　]?の?[ 　]?{_NUMBER}(?:丁目|番地|番|号|{_DASH}(?=[0-9０-９]))?){{0,4}}"
)
_PLOT = re.compile(
    "[一-龠々ヶヵァ-ヴーぁ-ん]{1,8}?[0-9０-９]{2,5}(?![0-9０-９年月日人円件世帯台回階%％万億千百か個校園名時分秒歳点位票区枚本社団.,])"
)
_QUARTER = re.compile(
    rf"(?<![一-龠々])[一-龠々ヶヵ]{{2,8}}{_NUMBER}(?:丁目|番地)(?:[ 　]?の?{_NUMBER}(?:番地?|号|{_DASH})?){{0,3}}"
)
_POST = re.compile(rf"〒[ 　]?[0-9０-９]{{3}}{_DASH}[0-9０-９]{{4}}")
_FIELDS = frozenset("田原沢野井崎島町村")
_NO_FRONTS = frozenset("サーバー サーバ データ システム メール コロナ テレビ ネット オンライン デジタル".split())
_ENDS = frozenset("場館所園院校署局庁城跡社寺塔橋線港")


def towns_in(line: Line, common: frozenset[str]) -> Iterator[Span]:
    """What the dictionary has as a place, with 市 or 町 behind it; but for what everybody here has in common."""
    for index, token in enumerate(line):
        if token.proper not in ("地名", "姓", "人名", "固有") or not JAPANESE.fullmatch(token.text):
            continue
        behind = line.next_to(index)
        town = behind is not None and _TOWN.fullmatch(behind.text)
        if len(token.text) == 1 and not town:
            continue
        if token.proper != "地名" and not (town and behind is not None and behind.text in "市町村郡区"):
            continue
        if _is_origin(line, index) or in_doubt(line, index):
            continue
        end = behind.end if town and behind is not None else _landmark(line, index)
        said = {line.text[token.start : end]} | (set() if town else {token.text})
        if not said & (common | ordinary()):
            yield widened(line, index), end


def _is_origin(line: Line, index: int) -> bool:
    """福島県産の桃: where something in a shop comes from."""
    behind, after = line.next_to(index), line.at(index + 2)
    if behind is None:
        return False
    return behind.text in ("県民", "都民", "府民", "道民") or (
        behind.text in "都道府県" and after is not None and after.text in ("産", "民")
    )


def widened(line: Line, index: int) -> int:
    """上新田, ビエント高崎: what is written together with a name and belongs to it."""
    first = index
    while first > index - 3 and (before := line.at(first - 1)) is not None and before.end == line[first].start:
        letter = len(before.text) == 1 and KANJI.fullmatch(before.text) and before.text not in APART and before.is_noun
        if not (letter or fronts(before, first == index)):
            break
        first -= 1
        if letter:
            break
    return line[first].start


def fronts(token: Token, last: bool) -> bool:
    """Words in katakana before the name of a place, with nothing between: プラザ, オフィス, but not リーダー."""
    if not last:
        return bool(KATAKANA.fullmatch(token.text) or LATIN.fullmatch(token.text)) and token.is_noun
    return bool(KATAKANA.fullmatch(token.text)) and token.is_noun and token.text not in roles() | _NO_FRONTS


def _landmark(line: Line, index: int) -> int:
    """富岡製糸場, 某県庁, 三原田: up to four words that are put together with a place and end as such names do."""
    last, end = index, line[index].end
    while last < index + 4 and (more := line.next_to(last)) is not None and more.is_noun:
        last += 1
        if more.text[-1] in _ENDS or (last == index + 1 and more.text in _FIELDS):
            end = more.end
    return end


def addresses_in(line: Line, towns: list[Span]) -> Iterator[Span]:
    start, end = line[0].start, line[-1].end
    for match in _POST.finditer(line.text, start, end):
        yield match.span()
    for match in _QUARTER.finditer(line.text, start, end):
        yield match.span()
    chain: Span | None = None
    for first, last in sorted(towns):
        chain = (chain[0], last) if chain is not None and chain[1] == first else (first, last)
        block = _BLOCK.match(line.text, chain[1], end)
        if block is None and line.text[chain[1] - 1] in "市区町村":
            block = _PLOT.match(line.text, chain[1], end)
        if block:
            yield chain[0], block.end()


def is_somebody(line: Line, index: int) -> bool:
    """大里に頼みました: a place where people do something is more likely one of them."""
    return cast(line, index) or acts(line, index)
