"""Names of people, by the classes of the dictionary and by what stands around them."""

import re
from collections.abc import Iterator

from hub.search.analysis import senses, to_hiragana
from hub.sharing.finding.around import acts, addressed, cast
from hub.sharing.finding.called import called_in
from hub.sharing.finding.families import cut_apart
from hub.sharing.finding.tokens import HIRAGANA, JAPANESE, KANJI, KATAKANA, LATIN, Line, Token, in_doubt
from hub.sharing.finding.words import (
    HONORIFICS,
    family_readings,
    like_a_family,
    ordinary,
    pattern_of,
    roles,
    title_starts,
    titles,
    words_of,
)

Span = tuple[int, int]
_AFTER_NAMES = frozenset("案宅家組班派邸方姓式流型版課係部室町市村区川山邸氏様殿君分用側宛発作製印筆談")
_KIN = frozenset(
    "父 母 夫 妻 息子 娘 長男 次男 三男 長女 次女 三女 兄 弟 姉 妹 祖父 祖母 孫 甥 姪 子 主人 家内 双子".split()
)
_GIVEN_ENDS = frozenset(
    "子美香奈恵代江枝乃菜花音希衣莉里沙紗那絵郎夫雄男彦之介助太斗翔樹輝也哉治司志史明弘浩博宏"
    "向葵陽蓮湊颯晴悠凪律咲紬芽月羽真優仁岳空"
)
_NUMERALS = frozenset("一 二 三 四 五 六 七 八 九 十 百 千 万 数 両 各 全 双".split())
_LISTS = ("、", "・", "と", "，", ",", "→", "/", "／")
_ENCLOSED = re.compile("(?<=[（(【_＿])([一-龠々]{2,4})(?=[）)】_＿.])")
_OF_LAND = frozenset("が を から まで に で へ の".split())
_MOST_PARTS, _MOST_GIVEN = 6, 6
_JOINS = frozenset("・ ＝ = ･".split())
_READING = re.compile("[（(]([ぁ-ゖー 　]{2,12}|[ァ-ヴー 　]{2,12})[）)]")


def people_in(line: Line) -> Iterator[Span]:
    for first, last in line.runs(_name_from):
        start, end = line[first].start, line[last].end
        yield start, end
        reading = _READING.match(line.text, end)
        if reading:
            yield reading.span(1)
    yield from called_in(line)
    yield from cut_apart(line)
    for match in _ENCLOSED.finditer(line.text, line[0].start, line[-1].end):  # in names of files
        if match[1] in words_of("families") or match[1] in words_of("surnames"):
            yield match.span(1)


def _name_from(line: Line, index: int) -> int | None:
    """The index of the last word of a name that begins here; None where none does."""
    token = line[index]
    if token.is_person:
        foreign = _foreign(line, index)
        last = foreign if foreign is not None else _with_given(line, index)
        return last if last > index or _sure(line, index, last) else None
    if KATAKANA.fullmatch(token.text) and (line.at(index + 1) or token).text in _JOINS:
        return _foreign(line, index)
    if token.text in words_of("nobody") and addressed(line, index):
        return None
    family = _is_family(token)
    if (
        not family
        and (cast(line, index) or addressed(line, index))
        and len(token.text) > 1
        and "姓" in senses(token.text)
    ):
        return index if _stands(line, index) and token.text not in ordinary() | words_of("generic") else None
    if family or token.proper == "地名" or _could_be(line, index):
        last = _with_given(line, index) if family else index
        if last > index:
            return last
        if token.proper == "地名" and not (cast(line, index) or addressed(line, index) or acts(line, index)):
            return None
        around = addressed(line, index) or cast(line, index) or acts(line, index) or _listed(line, index)
        if _stands(line, index) and around:
            return index
    return None


def _could_be(line: Line, index: int) -> bool:
    """A word that nobody knows, or one letter behind 娘の. What is around it decides."""
    token = line[index]
    if (
        token.sort not in ("名詞", "形状詞")
        or token.text in ordinary()
        or token.text in _NUMERALS
        or not JAPANESE.fullmatch(token.text)
    ):
        return False
    if _of_kin(line, index) and KATAKANA.fullmatch(token.text):
        return 1 < len(token.text) < 5 and token.text not in words_of("katakana")
    if _of_kin(line, index) and KANJI.fullmatch(token.text):
        return len(token.text) == 1 or (len(token.text) < 4 and token.text[-1] in _GIVEN_ENDS)
    return token.unknown and bool(KANJI.fullmatch(token.text)) and len(token.text) <= 3


def _listed(line: Line, index: int) -> bool:
    """永井、辻、小野寺で: one of several, of which a neighbour is surely somebody."""
    for step in (-1, 1):
        join, other = line.at(index + step), line.at(index + 2 * step)
        if join is None or other is None or join.text not in _LISTS:
            continue
        if other.proper == "姓" or (_is_family(other) and cast(line, index + 2 * step)):
            return True
    return False


def _is_family(token: Token) -> bool:
    """It may be one, as most words for what lies around a village may."""
    known = token.text in words_of("surnames") or like_a_family(token.text)
    return known or (token.sort == "名詞" and to_hiragana(token.text) in family_readings())


def _of_kin(line: Line, index: int) -> bool:
    kin = line.at(index - 2)
    return kin is not None and kin.text in _KIN and line[index - 1].text in ("の", "は")


def _stands(line: Line, index: int) -> bool:
    """It is a word of its own: nothing is put together with it."""
    before = line.at(index - 1)
    if before is None or before.sort not in ("名詞", "接頭辞", "接尾辞") or before.end != line[index].start:
        return True
    return before.when or before.text in titles() or before.text in words_of("roles")


def _sure(line: Line, index: int, last: int) -> bool:
    """One word that the dictionary has as a name. Short ones and first names are words as well."""
    token = line[index]
    around = addressed(line, last) or cast(line, index) or acts(line, last) or _listed(line, index)
    if token.text in ordinary():
        return around and (addressed(line, last) or cast(line, index))
    if LATIN.fullmatch(token.text):
        return token.text[0].isupper() and (len(token.text) > 3 and token.proper == "姓" or addressed(line, last))
    if not JAPANESE.search(token.text):
        return False
    if len(token.text) == 1:
        return around and _stands(line, index)
    if in_doubt(line, last) or (_is_word(token.text)):
        return around or _may_be_somebody(line, last)
    if KATAKANA.fullmatch(token.text):
        return token.proper == "姓" or around or len(token.text) > 3
    if HIRAGANA.fullmatch(token.text):
        return around or (token.proper == "姓" and len(token.text) > 3)
    return True


def _is_word(text: str) -> bool:
    """北風, 谷川: a word as well, and one that is more often the word, or a family that is not among the most."""
    return "語" in senses(text) and (text in words_of("surnames") or text not in words_of("families"))


def _may_be_somebody(line: Line, last: int) -> bool:
    """小川と話しました, but not 小川が流れる and 山口から歩く: where the word is one for the land as well."""
    link = line.at(last + 1)
    return not in_doubt(line, last) and (link is None or link.text not in _OF_LAND)


def _with_given(line: Line, index: int) -> int:
    """佐藤 → 佐藤花子, 佐藤 花子, 佐藤凜々花: what belongs to a family name."""
    last = index
    if line[index].proper == "名":
        return last
    after = line.at(index + 1)
    if after is not None and after.sort == "空白" and len(after.text) == 1:
        end = _given(line, index + 2, spaced=True)
        return end if end is not None else last
    end = _given(line, index + 1, spaced=False)
    return end if end is not None else last


def _given(line: Line, first: int, *, spaced: bool) -> int | None:
    """Up to three letters, or what the dictionary has as a first name, where a word of its own ends."""
    last, chars, named = first - 1, 0, False
    while (token := line.at(last + 1)) is not None and token.is_noun and JAPANESE.fullmatch(token.text):
        if (
            token.text in HONORIFICS
            or token.text in _AFTER_NAMES | words_of("after_names")
            or token.text in roles()
            or line.text.startswith(title_starts(), token.start)
        ):
            break
        if pattern_of("facilities").fullmatch(token.text) or pattern_of("companies").fullmatch(token.text):
            return None
        if token.proper == "姓" and last >= first:
            break
        last, chars = last + 1, chars + len(token.text)
        if chars > _MOST_GIVEN:
            return None
        named = named or token.proper in ("名", "人名") or (token.unknown and len(token.text) <= 3)
    after = line.at(last + 1)
    followed = after is not None and (after.text in HONORIFICS or after.text in titles())
    if last < first or chars > (_MOST_GIVEN if named else 3):
        return None
    odd = all(len(token.text) == 1 or token.unknown or token.sort == "形状詞" for token in line[first : last + 1])
    if named or (followed and chars <= 3) or (spaced and chars <= 3 and odd):
        return last
    return None


def _foreign(line: Line, index: int) -> int | None:
    """ミハイル・イワノフ, John Smith: parts in katakana or Latin letters, one of which is known as a name."""
    kind = KATAKANA if KATAKANA.fullmatch(line[index].text) else LATIN if LATIN.fullmatch(line[index].text) else None
    if kind is None:
        return None
    parts, last = [line[index]], index
    while len(parts) < _MOST_PARTS:
        while (
            (more := line.at(last + 1)) is not None and kind is KATAKANA and kind.fullmatch(more.text) and more.is_noun
        ):
            last += 1
            parts.append(more)
        join, part = line.at(last + 1), line.at(last + 2)
        spaced = kind is LATIN and join is not None and join.sort == "空白"
        if join is None or part is None or not (join.text in _JOINS or spaced) or not kind.fullmatch(part.text):
            break
        if spaced and not part.text[0].isupper():
            break
        last += 2
        parts.append(part)
    known = [part.proper in ("姓", "名", "人名") and part.text not in ordinary() for part in parts]
    if len(parts) > 1 and (
        any(known) or ((addressed(line, last) or acts(line, last)) and any(p.unknown for p in parts))
    ):
        return last
    return None
