"""Names of places that a facility or a feature of the land ends: schools, parks, stations, rivers."""

import re
from collections.abc import Iterator

from hub.search.analysis import senses
from hub.sharing.finding.tokens import HIRAGANA, KANJI, KATAKANA, Line, Token, spoken_end
from hub.sharing.finding.words import DIRECTIONS, NUMBERED, is_daily, is_named_so, ordinary, pattern_of, words_of

Span = tuple[int, int]
_ROAD = re.compile("(?:国道|[都道府県]道)[0-9０-９]{1,3}号線?")
_ROADSIDE = re.compile("道の駅[ 　]?")
_FOUNDER = re.compile("[公国県市町村私区][立営]")
_LETTERS_OF_NAMES = re.compile("[ぁ-ゖァ-ヴー一-龠々〆ヶヵ0-9０-９・]+")
_BESIDE = re.compile("沿い|畔|前[のにでへ]|岸[のにでを]")
_RUN = re.compile("(?<![一-龠々])[一-龠々ヶヵ]{2,4}\\Z")
_SPOKEN = re.compile("(?<![ぁ-ゖァ-ヴー一-龠々0-9０-９A-Za-z])[ぁ-ゖー]{2,8}\\Z")
_POINTING = ("助詞", "助動詞", "連体詞", "動詞", "形容詞", "代名詞", "接続詞")
SLOPES = frozenset("坂 滝 淵 岩 湯 池 沼 橋 辻 峠 泉 松 森 里 郷 丘".split())
_MOST_PARTS, _MOST_CHARS = 5, 14


def facilities_in(line: Line) -> Iterator[Span]:
    """大胡小学校, 赤城公園, 境支所, 利根川, 東小学校, 道の駅川場."""
    start, end = line[0].start, line[-1].end
    for match in _ROADSIDE.finditer(line.text, start, end):
        last = _forwards(line, match.end())
        if last > match.end():
            yield match.start(), last
    for match in _ROAD.finditer(line.text, start, end):
        yield match.span()
    for match in pattern_of("facilities").finditer(line.text, start, end):
        first = _named_before(line, match.start(), match[0])
        if first is None:
            first = _spoken_before(line, match.start())
        if first is not None and (line.ending_at(match.end()) is not None or _BESIDE.match(line.text, match.end())):
            yield first, match.end()  # 駅 of 駅伝 is none, 川 of 川沿い is one


def _forwards(line: Line, place: int) -> int:
    index = line.starting_at(place)
    spoken = spoken_end(line, place)
    if spoken > place + 2:
        return spoken
    run = HIRAGANA.match(line.text, place)
    behind = line.starting_at(run.end()) if run else None
    if run and behind is not None and line[behind].is_noun:  # 道の駅あがつま峡
        place, index = run.end(), behind
    while index is not None and (token := line.at(index)) is not None and token.start == place:
        after = line.at(index + 1)
        of = token.text == "の" and after is not None and after.text in SLOPES
        if not (token.is_noun or of):
            break
        place, index = token.end, index + 1
    return place


def _named_before(line: Line, place: int, facility: str) -> int | None:
    """Where the name begins that stands right before a facility; None where there is none."""
    index = line.ending_at(place)
    if index is None:
        return _run_before(line, place, facility)
    first = index
    while first > 0 and _goes_on(line, first, place) and index - first < _MOST_PARTS:
        first -= 1
    if not _part_of_name(line[index]) or line[index].text == "・":
        return None
    while first <= index and _says_nothing(line[first]):
        first += 1
    parts = line[first : index + 1]
    return parts[0].start if parts and _is_name(parts, facility) else None


def _run_before(line: Line, place: int, facility: str) -> int | None:
    """西横野中学校, 金山城跡: the dictionary cuts it elsewhere."""
    run = _RUN.search(line.text[max(line[0].start, place - 5) : place])
    if run is None or is_plain(run[0]) or line.starting_at(place - len(run[0])) is None:
        return None
    index = line.ending_at(place + len(facility))
    land = index is not None and len(run[0]) < 4 and is_named_so(line[index].text)  # 女堀川, but not 中小河川
    known = land or (facility not in words_of("facilities_short") and senses(run[0]) != {"語"})
    return place - len(run[0]) if known or is_named_so(run[0]) else None


def _spoken_before(line: Line, place: int) -> int | None:
    """おうらいプラザ, こばと幼稚園: in hiragana, however it is cut into words, but for what only points at it."""
    run = _SPOKEN.search(line.text[max(line[0].start, place - 9) : place])
    if run is None or run[0] in words_of("generic") or run[0] in ordinary():
        return None
    tokens = line.between(place - len(run[0]), place)
    nouns = bool(tokens) and all(token.sort in ("名詞", "接尾辞", "感動詞", "形状詞") for token in tokens)
    odd = bool(tokens) and tokens[-1].sort not in _POINTING and not senses(run[0])
    return place - len(run[0]) if nouns or odd or "語" in senses(run[0]) else None


def _goes_on(line: Line, first: int, place: int) -> bool:
    before = line[first - 1]
    letter = len(before.text) == 1 and KANJI.fullmatch(before.text) and line[first].start == place - 1
    part = _part_of_name(before) or bool(letter)  # 長学寺
    return before.end == line[first].start and place - before.start < _MOST_CHARS and part


def _says_nothing(token: Token) -> bool:
    """災害拠点, 各: but 元 and 公立 belong to the name that they stand before."""
    if token.proper or token.text not in words_of("generic") or _FOUNDER.fullmatch(token.text):
        return False
    return len(token.text) > 1 or token.text in "各全両当同他"


def _part_of_name(token: Token) -> bool:
    letters = token.is_noun and token.sort != "代名詞" and _LETTERS_OF_NAMES.fullmatch(token.text)
    return bool(letters) or token.text in "・ヶケ"


def _is_name(parts: list[Token], facility: str) -> bool:
    if any(part.proper and part.proper != "国" and part.text not in ordinary() for part in parts):
        return True
    if is_named_so(parts[0].text) and (len(parts[0].text) > 1 or facility in "沼池坂滝峠沢堰"):
        return True
    if DIRECTIONS.fullmatch("".join(part.text for part in parts if not is_plain(part.text))):  # 北部運動公園
        return facility in NUMBERED
    if facility in words_of("facilities_short"):
        spoken = "".join(part.text for part in parts)
        if HIRAGANA.fullmatch(spoken) and len(spoken) > 2 and spoken not in words_of("generic") or _is_quarter(parts):
            return True
        odd = len(parts) > 1 and all(len(part.text) == 1 and KANJI.fullmatch(part.text) for part in parts)
        last = parts[-1].text
        whole = (
            len(last) > 1 and (KANJI.fullmatch(last) or HIRAGANA.fullmatch(last)) and last not in words_of("generic")
        )
        unknown = facility == "駅" and any(part.unknown for part in parts)
        return (
            unknown
            or (facility in "川沼山" and odd)
            or (facility in "川沼坂峠橋堰駅山院" and bool(whole))
            or _strange_words(parts)
        )
    if re.fullmatch("[0-9０-９]+", parts[-1].text):  # 計5地区
        return False
    named = [part.text for part in parts if not is_plain(part.text)]
    return bool(named) and all(len(text) < 6 for text in named)


def _is_quarter(parts: list[Token]) -> bool:
    """七軒町通り"""
    return len(parts) > 1 and parts[-1].text == "町"


def _strange_words(parts: list[Token]) -> bool:
    """ロックハート城"""
    return bool(KATAKANA.fullmatch("".join(p.text for p in parts))) and not all(is_daily(part.text) for part in parts)


def is_plain(text: str) -> bool:
    return any(text in words_of(name) for name in ("generic", "facilities", "katakana", "roles"))
