"""Names of companies, makers and other bodies, and of what they sell."""

import re
from collections.abc import Iterator

from hub.search.analysis import senses
from hub.sharing.finding.dealing import contracted, dealing
from hub.sharing.finding.firms import firms_in
from hub.sharing.finding.tokens import HIRAGANA, JAPANESE, KANJI, KATAKANA, LATIN, Line, Token, spoken_end
from hub.sharing.finding.words import HONORIFICS, is_daily, ordinary, pattern_of, titles, words_of

Span = tuple[int, int]
_PART = re.compile("[ぁ-ゖァ-ヴー一-龠々〆ヶヵA-Za-zＡ-Ｚａ-ｚ0-9０-９・＆&.’'-]+")
_SPOKEN = re.compile("(?<![ぁ-ゖ])[ぁ-ゖ]{3,8}\\Z(?<![のはがをにとへでもや])")  # あがつま農協
BOUNDS = "、。，．・「『（(【/／:： 　→"
_BRANCHES = ("支店", "支社", "営業所", "本社", "本店")
_KEPT = ("国際", "産業", "環境", "都市")
_SIDES = ("東日本", "西日本", "東", "西")
_STOPS = frozenset("担当 担当者 御中 社長 営業 本社 支社 支店 社員 代表 製 社 等 など ほか 他 側 内 間 名 宛".split())
_SCRIPTS = (re.compile("[ァ-ヴー]"), re.compile("[A-Za-z]"))
_MOST_PARTS, _MOST_CHARS = 6, 24


def companies_in(line: Line) -> Iterator[Span]:
    yield from _by_form(line)
    yield from _by_end(line)
    yield from _makers(line)
    yield from firms_in(line)
    for index, token in enumerate(line):
        if token.proper == "固有" and _is_known(token):
            yield token.start, _onwards(line, index)


def _is_known(token: Token) -> bool:
    """The dictionary has it as a name of its own kind. Latin ones are as often words (Excel, Wi-Fi)."""
    return bool(JAPANESE.fullmatch(token.text)) and len(token.text) > 1 and token.text not in ordinary()


def _goes_on(token: Token) -> bool:
    return token.is_noun and bool(KATAKANA.fullmatch(token.text) or LATIN.fullmatch(token.text))


def _onwards(line: Line, index: int) -> int:
    """富士通Japan, 日立システムズ, NTT東日本: what is written together with it."""
    last = index
    while last < index + 4 and (more := line.next_to(last)) is not None:
        town = line[last].proper == "地名" and more.text in "市町村"
        known = town or more.proper in ("国", "地名") or more.text in _SIDES or more.text in _BRANCHES
        ends = known or (pattern_of("companies").fullmatch(more.text) and more.text not in words_of("companies_short"))
        if not (ends or _goes_on(more)):
            break
        last += 1
    return line[last].end


def _by_form(line: Line) -> Iterator[Span]:
    """株式会社◯◯, ◯◯株式会社."""
    start, end = line[0].start, line[-1].end
    for match in pattern_of("forms").finditer(line.text, start, end):
        after, before = _forwards(line, match.end()), _backwards(line, match.start())
        if before is not None and before < match.start():
            yield before, match.end()
        elif after > match.end():
            yield match.start(), after


def _forwards(line: Line, place: int) -> int:
    if line.text[place : place + 1] in (" ", "　"):
        place += 1
    index = line.starting_at(place)
    if index is None:
        return place
    spoken = spoken_end(line, place)
    if spoken > place:
        return _with_of(line, spoken)
    run = HIRAGANA.match(line.text, place)
    behind = line.starting_at(run.end()) if run else None
    begins = line[index].sort != "助詞"
    if (
        run and begins and behind is not None and line[behind].is_noun and not is_plain(line[behind].text)
    ):  # まえばし農学舎
        return _forwards(line, run.end())
    last, chars = index - 1, 0
    while (token := line.at(last + 1)) is not None and _PART.fullmatch(token.text) and chars < _MOST_CHARS:
        inside = token.is_noun or token.sort == "補助記号" or token.unknown or _goes_on_behind(line, last + 1, index)
        if not inside or token.text in _STOPS or token.text in HONORIFICS or token.text in titles():
            break
        last, chars = last + 1, chars + len(token.text)
        if last - index >= _MOST_PARTS:
            break
    return line[last].end if last >= index else place


def _with_of(line: Line, place: int) -> int:
    """NPO法人まちの灯り"""
    index = line.starting_at(place)
    goes_on = index is not None and line[index].text == "の" and _is_given(line, index)
    return line[index + 1].end if goes_on and index is not None else place


def _goes_on_behind(line: Line, here: int, first: int) -> bool:
    """NPO法人まちの灯り: a particle inside a name, or a verb that begins one."""
    token, before = line[here], line[here - 1]
    if here == first:
        return token.sort != "助詞"
    return token.text == "の" and here == first + 1 and len(before.text) < 4 and _is_given(line, here)


def _is_given(line: Line, of: int) -> bool:
    """山の灯 is one name, and ends there; 山田商店の担当者 is none."""
    after, link = line.at(of + 1), line.at(of + 2)
    if after is None or link is None or not after.is_noun or len(after.text) > 3:
        return False
    plain = is_plain(after.text) or after.text in words_of("offered")
    return link.text in ("と", "が", "に", "へ", "から", "は", "の") and not plain


def is_plain(text: str) -> bool:
    return text in titles() or any(text in words_of(name) for name in ("roles", "deals", "generic", "acts"))


def _backwards(line: Line, place: int, most: int = _MOST_PARTS) -> int | None:
    index = line.ending_at(place)
    if index is None or line[index].end != place:
        return None
    first = index + 1
    while (token := line.at(first - 1)) is not None and _could_stand(line, first - 1) and _PART.fullmatch(token.text):
        if index + 1 - first >= most or token.text in _STOPS or token.sort == "代名詞":
            break
        first -= 1
    return line[first].start if first <= index else None


def _could_stand(line: Line, index: int) -> bool:
    """A noun, or one letter of a name that was cut as something else: 浅 of 浅白観光."""
    token, after = line[index], line.next_to(index)
    letter = len(token.text) == 1 and KANJI.fullmatch(token.text) and after is not None and len(after.text) == 1
    return token.is_noun or bool(letter)


def _by_end(line: Line) -> Iterator[Span]:
    """両毛システムズ, しののめ信用金庫, 上毛電鉄."""
    start, end = line[0].start, line[-1].end
    for match in pattern_of("companies").finditer(line.text, start, end):
        if not any(token.end == match.end() for token in line):
            continue
        spoken = _SPOKEN.search(line.text[max(start, match.start() - 12) : match.start()])
        if spoken and (match[0] not in words_of("companies_short") or _is_odd(line, match.start(), spoken[0])):
            yield match.start() - len(spoken[0]), match.end()
        first = _backwards(line, match.start(), 4)
        index = line.ending_at(match.end())
        if first is not None and index is not None and _is_winner(line, index):
            yield first, match.end()
            continue
        parts = [] if first is None else line.between(first, match.start())
        while parts and parts[0].text in words_of("generic") and not parts[0].proper and parts[0].text not in _KEPT:
            parts = parts[1:]
        if match[0] in words_of("companies_short") and _is_begun(line, match.end()):
            continue
        last = line.ending_at(match.end())
        if parts and (
            _named(parts, match[0])
            or _dealt_with(line, parts, last)
            or (last is not None and contracted(line, last) and not _all_plain(parts))
        ):
            yield parts[0].start, match.end()


def _is_odd(line: Line, end: int, spoken: str) -> bool:
    """ぐんぎんリース, みずほ銀行, but not おいしい食品: no word that one knows, or one that is given as a name."""
    start = end - len(spoken)
    tokens = line.between(start, end)
    if start > line[0].start and line.text[start - 1] not in BOUNDS:  # ってから電子
        return False
    if spoken in words_of("given_as_names"):
        return True
    return not tokens or (len(tokens) > 1 and any(len(token.text) == 1 or token.unknown for token in tokens))


def _is_winner(line: Line, last: int) -> bool:
    """共同印刷が落札: only companies do."""
    link, act = line.at(last + 1), line.at(last + 2)
    return link is not None and link.text in ("が", "は") and act is not None and act.text in words_of("won")


def _all_plain(parts: list[Token]) -> bool:
    return all(is_plain(part.text) or part.text in words_of("katakana") for part in parts)


def _is_begun(line: Line, place: int) -> bool:
    """電子 of 電子申請, 観光 of 観光連盟: the word goes on."""
    after = line.starting_at(place)
    return (
        after is not None
        and line[after].is_noun
        and line[after].text not in HONORIFICS
        and line[after].text not in _STOPS
    )


def _named(parts: list[Token], end: str) -> bool:
    """関東 and 昭和 tell nothing by themselves, but 関東システム does."""
    if any(part.proper and part.proper != "国" and JAPANESE.fullmatch(part.text) for part in parts):
        return True
    if any(_is_strange(part) for part in parts):
        return True
    long = end not in words_of("companies_short") or all(part.text in words_of("companies") for part in parts[1:])
    if _spoken_name(parts) and long:
        return True
    text = "".join(part.text for part in parts)
    letters = len(parts) > 1 and len(text) < 4 and all(len(part.text) == 1 for part in parts)
    if letters and KANJI.fullmatch(text) and not senses(text) and text[0] not in "各全両当同本他旧現前後毎再":
        return True  # 上信観光バス
    if end in words_of("companies_short"):
        return any(part.proper == "国" for part in parts) and len(parts) > 1
    return not all(part.text in words_of("generic") or is_daily(part.text) for part in parts)


def _is_strange(token: Token) -> bool:
    """A word in katakana that nobody knows; before a long end one that not everybody uses."""
    written = KATAKANA.fullmatch(token.text) or LATIN.fullmatch(token.text)
    return bool(written) and token.unknown and not is_daily(token.text) and token.text not in words_of("latin")


def _dealt_with(line: Line, parts: list[Token], last: int | None) -> bool:
    """ブラザー工業の複合機, 日本無線の保守"""
    first = line.starting_at(parts[0].start)
    several = len(parts) > 1 and all(KATAKANA.fullmatch(part.text) for part in parts)
    odd = several or any(
        part.proper == "国" or (KATAKANA.fullmatch(part.text) and not is_daily(part.text)) for part in parts
    )
    return odd and first is not None and last is not None and dealing(line, first, last) > (1 if several else 0)


def _spoken_name(parts: list[Token]) -> bool:
    """さくらインターネット: words that are given as names."""
    return parts[0].text in words_of("given_as_names")


def _makers(line: Line) -> Iterator[Span]:
    start, end = line[0].start, line[-1].end
    for match in pattern_of("makers").finditer(line.plain, start, end):
        before, behind = line.text[match.start() - 1 : match.start()], line.text[match.end() : match.end() + 1]
        inside = _same(before, match[0][0]) or (_same(match[0][-1], behind) and len(match[0]) < 4)
        index = line.ending_at(match.end())
        if not inside:
            first = _backwards(line, match.start(), 2)
            plain = first is None or any(is_plain(t.text) for t in line.between(first, match.start()))
            begin = match.start() if plain or first is None else first
            spoken = spoken_end(line, match.end()) if match[0] in ("JA", "JR") else match.end()
            end = spoken if spoken > match.end() or index is None else _onwards(line, index)
            yield begin, spoken_end(line, end) if match[0] in ("JA", "JR") else end  # JA埼玉ひびきの


def _same(one: str, other: str) -> bool:
    """Both letters of katakana, or both Latin: a longer word goes on there."""
    return any(kind.fullmatch(one or " ") and kind.fullmatch(other or " ") for kind in _SCRIPTS)
