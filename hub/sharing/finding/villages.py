"""Names of places that neither the dictionary has as such nor a list of facilities ends: told by how they are put
together, and by what is said of them."""

import re
from collections.abc import Iterator

from hub.search.analysis import senses
from hub.sharing.finding.around import located
from hub.sharing.finding.facilities import SLOPES, is_plain
from hub.sharing.finding.places import APART, fronts, widened
from hub.sharing.finding.tokens import HIRAGANA, JAPANESE, KANJI, Line, Token, in_doubt, spoken_end
from hub.sharing.finding.words import HONORIFICS, is_named_so, ordinary, roles, titles, words_of

Span = tuple[int, int]
_THINGS = frozenset(
    "場館所園院校署局庁城跡社寺塔橋線港閣殿苑荘邸堂屋店舎群洞門寮路道街坂丘峠沼池滝峰岬浜洲沢穴小中高宮湯棟庵亭軒碑池堤堰森塚墳台窪浦淵瀬湾組"
)
_OF_VILLAGES = frozenset("名 単位 別 界 境界 小字 図 一覧 ごと 及び 等 など 内 区域 境 表記 コード".split())
_HILL = re.compile(
    "(?<![ぁ-ゖァ-ヴー一-龠])(?:[ぁ-ゖ]{2,5}|[ァ-ヴー]{2,6}|[一-龠々]{1,3})[がヶケヵガ][丘岡台峰浜崎浦淵窪]"
)
_SCHOOL = re.compile(
    "(?<![一-龠])(?:第[一二三四五六七八九]|[東西南北]{1,2}|中央)[小中](?=[のでにがとはへをも、・])(?!の(?:方|空))"
)
_HOME = re.compile(
    "(?:(?<![ぁ-ゖァ-ヴー一-龠])[ァ-ヴー一-龠]{1,5}|(?<![ぁ-ゖ])[ぁ-ゖ]{3,6})の[里杜郷丘](?![帰親山])"
    "(?:[一-龠ァ-ヴー]{1,8}?(?:ホーム|園|館|校|院|所|センター|団地|公園))?"
)
_NICKNAMED = frozenset("センター プラザ ホール 会館 館 パーク サロン 広場 ひろば".split())
_NAMING = ("名詞", "形状詞", "副詞", "感動詞")


def landmarks_in(line: Line) -> Iterator[Span]:
    """臨江閣, 吉田写真館, 昭和橋, 寺尾中: a name, of whatever, and up to three words that end as such names do and
    that nothing is put to."""
    for index, token in enumerate(line):
        after = line.next_to(index)
        moor = (
            after is not None
            and after.sort == "接尾辞"
            and after.text in "野沢窪瀬淵崎尾堂庵亭軒"
            and len(token.text) == 2
        )
        if not (_could_name(token) or (moor and KANJI.fullmatch(token.text))) or in_doubt(line, index):
            continue
        beyond = line.next_to(index + 1) if moor else None
        if moor and after is not None and not (beyond is not None and beyond.is_noun):
            yield widened(line, index), after.end
        last = index
        while last < index + 4 and (more := line.next_to(last)) is not None and more.is_noun and not _is_called(more):
            last += 1
        thing = line[last].text[-1] in _THINGS or line[last].text in ("本部", "支部")
        if last > index and thing and not _is_plain_end(line, index, last):
            yield widened(line, index), line[last].end


def _could_name(token: Token) -> bool:
    if len(token.text) < 2 or not JAPANESE.fullmatch(token.text) or token.proper == "国":
        return False
    return bool(token.proper) or (bool(KANJI.fullmatch(token.text)) and is_named_so(token.text))


def _is_called(token: Token) -> bool:
    return token.text in HONORIFICS or token.text in titles() or token.text in roles()


def _is_plain_end(line: Line, index: int, last: int) -> bool:
    """前橋会場, 高崎市内: what one has in every town."""
    text = line.text[line[index].end : line[last].end]
    if text in words_of("plain_ends") or line[last].text in words_of("plain_ends"):
        return True
    abbreviated = text[-1] in "小中高"  # of a school: 寺尾中, 玉村北小
    return abbreviated and not re.fullmatch("第?[一二三四五六七八九東西南北中央]{0,2}[小中高]", text)


def villages_in(line: Line) -> Iterator[Span]:
    """大字原市; 総社の住民, where the word is one of the village's names among others; 若宮の坂; つつじが丘."""
    for index, token in enumerate(line):
        after = line.next_to(index)
        if token.text in ("大字", "小字") and after is not None and after.text not in _OF_VILLAGES:
            last = index
            while last < index + 4 and (more := line.next_to(last)) is not None and _of_village(more):
                last += 1
            if last > index:
                yield token.start, line[last].end
        elif after is not None and after.text in "市町村" and _is_spoken(line, index):
            yield token.start, after.end
        elif _is_village(line, index):
            yield widened(line, index), _slope(line, index) or token.end
        elif (
            token.proper in ("姓", "地名", "固有", "名")
            and index
            and fronts(line[index - 1], True)
            and widened(line, index) < token.start
        ):
            yield widened(line, index), token.end
        elif token.text in _NICKNAMED and after is not None:
            end = spoken_end(line, token.end) if after.sort in _NAMING else token.end
            if end > token.end + 1:
                yield line[_compound(line, index)].start, end
    for match in KANJI.finditer(line.text, line[0].start, line[-1].end):
        if _is_hamlet(line, *match.span()):
            yield match.span()
    for pattern in (_HILL, _HOME, _SCHOOL):
        for match in pattern.finditer(line.text, line[0].start, line[-1].end):
            if line.ending_at(match.end()) is not None:
                yield match.span()


def _is_spoken(line: Line, index: int) -> bool:
    """みどり市"""
    token, before = line[index], line.at(index - 1)
    alone = before is None or before.end < token.start or not (before.is_noun or HIRAGANA.search(before.text[-1]))
    spoken = HIRAGANA.fullmatch(token.text) and token.sort == "名詞" and len(token.text) > 1
    return alone and bool(spoken) and token.text not in words_of("generic")


def _is_hamlet(line: Line, start: int, end: int) -> bool:
    """額部に住む: cut into letters by the dictionary, which does not know it."""
    tokens, last = line.between(start, end), line.ending_at(end)
    if len(tokens) < 2 or last is None or len(tokens) > 3 or not located(line, last):
        return False
    letters = all(len(token.text) == 1 and not is_plain(token.text) for token in tokens[:-1])
    return is_named_so(line.text[start:end]) or (
        letters and len(tokens[-1].text) == 1 and tokens[0].text not in APART and not senses(line.text[start:end])
    )


def _compound(line: Line, index: int) -> int:
    """Where the nouns begin that are put together with this one."""
    first = index
    while first > index - 4 and (before := line.at(first - 1)) is not None and before.end == line[first].start:
        if not (before.is_noun and before.sort != "代名詞"):
            break
        first -= 1
    return first


def _of_village(token: Token) -> bool:
    return (token.is_noun or token.sort == "接頭辞") and bool(KANJI.fullmatch(token.text))


def _is_village(line: Line, index: int) -> bool:
    token = line[index]
    known = len(token.text) > 1 and KANJI.fullmatch(token.text) and {"地名", "姓"} & senses(token.text)
    if not known or token.text in ordinary() or token.sort != "名詞" or token.text in words_of("generic"):
        return False
    return located(line, index) or (token.proper != "姓" and _slope(line, index) > 0)


def _slope(line: Line, index: int) -> int:
    of, thing, after = line.at(index + 1), line.at(index + 2), line.at(index + 3)
    named = of is not None and of.text == "の" and thing is not None and thing.text in SLOPES
    return thing.end if named and thing is not None and (after is None or not after.is_noun) else 0
