"""Whatever is called さん, 様 or 氏 and is no role: how it is cut into words, and whether it is known, says nothing."""

import re
from collections.abc import Iterator

from hub.search.analysis import senses
from hub.sharing.finding.around import addressed
from hub.sharing.finding.tokens import HAN, JAPANESE, KANJI, Line, Token
from hub.sharing.finding.words import HONORIFICS, is_family, ordinary, roles, words_of

Span = tuple[int, int]
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z'’.-]*(?:[ 　][A-Z][A-Za-z'’.-]*){0,3}\Z")
_TITLES = "係長|課長|部長|主査|主任|主事|主幹|室長|局長|次長|参事|先生|議員|委員|市長|町長|村長|専門員|支援員|補佐"
_INITIALS = re.compile(
    rf"(?<![A-Za-z0-9])(?:[A-Z](?=さん|様|氏|くん|君|{_TITLES})|[A-Z][.・]?[A-Z][.]?(?=さん|様|氏|くん)"
    rf"|[A-Z][.・][A-Z][.]?(?={_TITLES}))"
)
_CHINESE = re.compile(f"(?<![{HAN}ァ-ヴー])[{HAN}ヶヵカケノ]{{2,5}}\\Z")
_SPOKEN = re.compile("(?<![ぁ-ゖァ-ヴー])[ぁ-ゖー]{2,9}\\Z")
_HARD = ("さん", "様", "氏", "くん", "さま", "ちゃん")


def called_in(line: Line) -> Iterator[Span]:
    for match in _INITIALS.finditer(line.plain, line[0].start, line[-1].end):
        yield match.span()
    for index, token in enumerate(line):
        if token.text not in HONORIFICS or token.sort not in ("接尾辞", "名詞") or not addressed(line, index - 1):
            continue
        latin = _LATIN_NAME.search(line.text[max(0, token.start - 40) : token.start])
        if latin:
            yield token.start - len(latin[0]), token.start
        first = _begin(line, index)
        text = line.text[line[first].start : token.start]
        if 0 < len(text) <= 10 and not _is_nobody(text):
            yield line[first].start, token.start
        if token.text in _HARD and not (is_family(text) and _is_whole(line, line[first].start)):
            yield from _written(line, token.start)


def _is_whole(line: Line, place: int) -> bool:
    """No letter of a name stands before."""
    return place == 0 or not KANJI.fullmatch(line.text[place - 1])


def _begin(line: Line, index: int) -> int:
    first = index
    while (before := line.at(first - 1)) is not None and _named_so(before) and first > index - 4:
        first -= 1
    return first


def _named_so(token: Token) -> bool:
    plain = token.text in ordinary() or token.text in HONORIFICS
    return token.is_noun and bool(JAPANESE.fullmatch(token.text)) and not plain


def _is_nobody(text: str) -> bool:
    """業者, 区長, but not 小保方, of which the dictionary does not know the rest."""
    if text in roles():
        return True
    for length in (3, 2, 1):
        if len(text) >= length and text[-length:] in words_of("nobody"):
            return len(text) in (length, length + 1) or "語" in senses(text[:-length])
    return False


def _written(line: Line, end: int) -> Iterator[Span]:
    """間々田さん, いしざかさん: cut at a wrong place by the dictionary."""
    before = line.text[max(line[0].start, end - 12) : end]
    run = _CHINESE.search(before) or _SPOKEN.search(before)
    if run is None or senses(run[0]) == {"語"} or _is_nobody(run[0]):
        return
    tokens = line.between(end - len(run[0]), end)
    while tokens and tokens[0].sort == "助詞" and len(tokens) > 1:  # のさとうさん
        tokens = tokens[1:]
    whole = len(tokens) == 1 and tokens[0].sort not in ("名詞", "感動詞") and not tokens[0].unknown
    if tokens and not whole and tokens[0].sort not in ("助詞", "助動詞"):
        yield tokens[0].start, end
