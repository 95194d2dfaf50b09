"""Personal data that should not be in a consultation: found before sending, to warn and never to block.

`static/js/threads/caution.js` is the same in the browser; `tests/fixtures/cautions.json` holds both to one behaviour.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hub.spans import Spans

Kind = Literal["my_number", "telephone", "bank_account", "home_address"]


@dataclass(frozen=True, slots=True)
class Caution:
    """A passage, `text[start:end]`, that looks like personal data."""

    kind: Kind
    start: int
    end: int


# An address of a page may hold any number; it is read as letters.
_ADDRESS_OF_PAGE = re.compile(r"https?://[!-~]+")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x09: " "}
_HYPHEN_BETWEEN_DIGITS = re.compile("(?<=[0-9])[‐‑‒–—―−─ーｰ](?=[0-9])")
_AMOUNT = "(?! ?(?:円|千円|万円|百万円|億円|人|件|世帯|票|%))"

_MY_NUMBER = re.compile(
    r"(?<![0-9A-Za-z_])(?<![0-9][-.,/])(?<![0-9]{4} )"
    r"[0-9]{4}( ?- ?| |)[0-9]{4}\1[0-9]{4}"
    rf"(?![0-9A-Za-z_])(?![-.,/][0-9])(?! [0-9]{{4}}){_AMOUNT}"
)
_MOMENT = re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9]")

_GAP = "(?: ?[-()] ?| )"
_TELEPHONE = re.compile(
    r"(?<![0-9])(?<![0-9]-)(?:"
    rf"\(?0(?:[36]{_GAP}[1-9][0-9]{{3}}|4{_GAP}[27][0-9]{{3}}|[1-9][0-9]{_GAP}[1-9][0-9]{{2}}"
    rf"|[1-9][0-9]{{2}}{_GAP}[1-9][0-9]|[1-9][0-9]{{3}}{_GAP}[1-9]|[5-9]0{_GAP}[0-9]{{4}}){_GAP}[0-9]{{4}}"
    rf"|0(?:120|570){_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}|0800{_GAP}[0-9]{{3}}{_GAP}[0-9]{{4}}"
    r"|\+81[- ]?(?:\(0\))?[1-9](?:[- ]?[0-9]){8,9}"
    r"|0[5-9]0[0-9]{8}"
    r")(?![0-9])(?!-[0-9])"
    r"|(?:電話(?:番号)?|TEL|Tel|tel|FAX|Fax|fax|携帯|連絡先)[^0-9\n]{0,4}0[1-9][0-9]{8}(?![0-9])"
)

_SEVEN = rf"[0-9]{{7}}(?![0-9])(?![-.,][0-9]){_AMOUNT}"
_BANK_ACCOUNT = re.compile(
    rf"(?:普通|当座|貯蓄)(?:預金)?(?:口座)?(?:番号)?[ :()・/-]{{0,3}}(?:No\.?|№|番号)?[ :]{{0,2}}{_SEVEN}"
    rf"|\(?[普当]\) ?{_SEVEN}"
    rf"|口座番号[^0-9\n。]{{0,8}}{_SEVEN}"
    rf"|口座 ?[:は]? ?{_SEVEN}"
    r"|記号[ :・]{0,3}(?:番号)?[ :]{0,3}[01][0-9]{4}(?![0-9])(?:-[0-9](?![0-9]))?[^0-9\n]{0,8}[0-9]{2,8}(?![0-9])"
    r"|(?:ゆうちょ|郵便局|郵便貯金|郵便振替|振替口座)[^0-9\n]{0,12}[01][0-9]{4}-(?:[0-9]-)?[0-9]{2,8}(?![0-9])"
    r"|(?<![0-9])(?<![0-9]-)00[0-9]{3}-[0-9]-[0-9]{4,6}(?![0-9])(?!-[0-9])"
)

_NUMBER = "(?:[0-9]{1,5}|[一二三四五六七八九十百〇]{1,5})"
_BLOCK = re.compile(
    rf"(?<![0-9])(?<![0-9]-)(?:(?P<named>"
    rf"{_NUMBER}丁目 ?{_NUMBER}(?:番地?)?(?:(?: ?の ?|-| )?{_NUMBER})?(?:-[0-9]{{1,4}})?号?"
    rf"|{_NUMBER}番地(?:(?: ?の ?|-)?{_NUMBER})?|{_NUMBER}番 ?{_NUMBER}号|{_NUMBER}番の{_NUMBER})"
    r"|(?P<three>[1-9][0-9]{0,2}-[0-9]{1,3}-[0-9]{1,4})|(?P<one_or_two>[1-9][0-9]{0,4}(?:-[0-9]{1,4})?))"
    rf"(?![0-9])(?!-[0-9]){_AMOUNT}"
)
_PREFECTURE = "(?:北海道|東京都|京都府|大阪府|[一-龠]{2,3}県)"
_LETTER = "(?:(?![をはにでともへ])[一-龠々〆ァ-ヶーぁ-ん])"
_PLACE = re.compile(
    rf"(?:{_PREFECTURE} ?)?(?:{_LETTER}{{1,5}}郡 ?)?{_LETTER}{{1,8}}[市区町村]"
    # 市長, 町民, 村議会 ... are no places
    rf"(?![長議民役営立内外税債職会道有政境制域場費誌史章花木歌]) ?(?:(?![のが]){_LETTER}{{1,15}})? ?\Z"
)
_WIDER_AREA = re.compile(rf"^.*(?:{_PREFECTURE}|郡)")
_NO_PLACE = re.compile(
    "市町村|(?:資料|様式|別紙|別表|別添|計画|施策|事業|項目|番号|目標|戦略|業務|指標|参考|会議|議案|要綱|要領|条例|規則|告示|訓令"
    "|予算|決算|明治|大正|昭和|平成|令和|年度|実施日|期日|締切|人口|面積|[第表図章節案版課係室約計]) ?\\Z"
)
_LONGEST_PLACE = 42


def find_cautions(text: str) -> list[Caution]:
    """Everything in `text` that looks like an individual number, a telephone number, a bank account or a home address,
    in order, without overlaps."""
    plain = _ADDRESS_OF_PAGE.sub(lambda page: "x" * len(page[0]), text).translate(_WIDE)
    plain = _HYPHEN_BETWEEN_DIGITS.sub("-", plain)
    taken = Spans()
    found = [caution for caution in _candidates(plain) if taken.add(caution.start, caution.end)]
    return sorted(found, key=lambda caution: caution.start)


def _candidates(plain: str) -> Iterator[Caution]:
    """All matches, the surest kind first."""
    for match in _MY_NUMBER.finditer(plain):
        if _is_my_number(re.sub("[^0-9]", "", match[0])):
            yield Caution("my_number", *match.span())
    for match in _BANK_ACCOUNT.finditer(plain):
        yield Caution("bank_account", *match.span())
    for match in _TELEPHONE.finditer(plain):
        yield Caution("telephone", *match.span())
    for block in _BLOCK.finditer(plain):
        start = _start_of_address(plain, block)
        if start is not None:
            yield Caution("home_address", start, block.end())


def _is_my_number(digits: str) -> bool:
    """Whether the last digit is the check digit (検査用数字): 番号法施行令第8条, 平成26年総務省令第85号第5条.

    A date with a time, or a row of one and the same digit, is taken for what it looks like.
    """
    if _MOMENT.fullmatch(digits) or len(set(digits[:11])) == 1:
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)  # Q(n) = n+1 for n = 1..6, n-5 for n = 7..11, n counted from the right
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def _start_of_address(plain: str, block: re.Match[str]) -> int | None:
    """Where the place begins whose block number this is; None when it is none, or only the name of a municipality.

    The fewer numbers, the more names: 大手町1番1号, 前橋市大手町1-1-1, 某県吉岡町下野田560-1, 吉岡町大字下野田560.
    """
    window = max(0, block.start() - _LONGEST_PLACE)
    before = plain[window : block.start()]
    if block["one_or_two"] and "-" not in block[0] and "大字" not in before:
        return None
    match = _PLACE.search(before)
    if not match or _NO_PLACE.search(match[0]):
        return None
    place = match[0].rstrip()
    within = _WIDER_AREA.sub("", place)
    has_quarter = within[-1:] not in "市区町村" or len(re.findall("[市区町村]", within)) > 1
    if block["named"] or (block["three"] and has_quarter) or "大字" in place or (has_quarter and within != place):
        return window + match.start()
    return None
