"""What of a text should not leave its room unnoticed: names, bodies, amounts of money, and what would help an attacker.
Found to be shown before anything goes out, and to be replaced by a word. It warns; people decide.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, get_args

from hub.caution import find_cautions
from hub.search.analysis import has_dictionary
from hub.sharing.finding.finder import names_in

Kind = Literal["name", "body", "place", "company", "address", "money", "security", "personal"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Stored text, so in the language in which people write.
HIDDEN: dict[Kind, str] = {
    "name": "【氏名】",
    "body": "【団体名】",
    "place": "【地名】",
    "company": "【会社名】",
    "address": "【住所】",
    "money": "【金額】",
    "security": "【設定情報】",
    "personal": "【個人情報】",
}

_HIDDEN_WORDS = re.compile("|".join(map(re.escape, HIDDEN.values())))


@dataclass(frozen=True, slots=True)
class Detail:
    """`text[start:end]` is something of this kind."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `kind` is none where nothing was found."""

    text: str
    kind: Kind | None = None


@dataclass(frozen=True)
class Known:
    """Names to look for: of people, of bodies, and of everybody who is `registered` here. `common` are places that all
    have in common."""

    people: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    registered: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()

    @cached_property
    def digest(self) -> bytes:
        every = (self.people, self.bodies, self.registered, self.common)
        said = "\0\0".join("\0".join(sorted(names)) for names in every)
        return hashlib.blake2b(said.encode(), digest_size=16).digest()


_CALLED = "(?:さん|様|氏|先生|主任|主査|主幹|係長|課長補佐|課長|次長|部長|室長|町長|市長|村長)"
_SOMEBODY = re.compile(
    r"(?<![一-龠々ァ-ヶ])[一-龠々]{1,3}(?=(?:さん|様|氏)(?![一-龠]))"
    rf"|[一-龠々]{{2,4}}(?={_CALLED}(?:の|が|に|は|へ|と|、))"
    r"|(?:(?<=^)|(?<=\n)|(?<=。)|(?<=[町村市]の))[一-龠々]{1,3}(?=です[。\n])"  # 西村です。 吉岡町の福田です。
)
_CALLED_NEXT = re.compile(_CALLED)
_KANJI = re.compile("[一-龠々]")
_NOBODY = re.compile(
    "皆|客|担当|住民|職員|相手|委託先|事業|業者|支援員|保護者|利用者|参加者|申請者|来庁者|お客|市民|町民|村民"
    "|会計|総務|企画|情報|財政|副"
)

_DIGITS = "(?<![0-9０-９,，.．])[0-9０-９][0-9０-９,，.．]{0,20}"  # bounded: a text may be all digits
_MONEY = re.compile(
    rf"[¥￥] ?{_DIGITS}(?: ?(?:千|万|百万|億))?"
    rf"|(?:約|およそ|年額|月額)? ?{_DIGITS} ?(?:億|百万|千万|万|千)?(?:[0-9]{{1,4}} ?(?:万|千))?円"
    rf"|(?<![〇一二三四五六七八九十百千])[〇一二三四五六七八九十百千]{{1,12}}(?:億|万|千)?円"
    rf"|{_DIGITS} ?(?:億|百万|千万)(?![0-9人件世])"
)
_TOP = "local|lan|internal|localdomain|lg\\.jp|go\\.jp|co\\.jp|or\\.jp|ne\\.jp|jp|com|net|org|cloud"
_PRODUCTS = (
    "Windows|Server|Exchange|Oracle|PostgreSQL|MySQL|Apache|Tomcat|nginx|FortiOS|FortiGate|Cisco|IOS|Java|PHP|Office"
    "|SQL Server|Linux|Ubuntu|RHEL|macOS"
)
_SECRETS = "パスワード|暗証番号|パスフレーズ|PW|password|pass|SSID|ID|ユーザー名|アカウント名|共有キー|APIキー|トークン"
_SECURITY = re.compile(
    "|".join(
        (
            r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?(?::[0-9]{1,5})?(?![0-9.])",  # IPv4
            r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){3,7}[0-9A-Fa-f]{0,4}(?![0-9A-Fa-f:])",  # IPv6
            r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f:]*",  # IPv6, shortened
            r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])",  # MAC
            r"https?://[!-~]+",
            r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
            r"\\\\[A-Za-z0-9._$-]+(?:\\[^\s、。\\]+)*",  # a share of a file server
            rf"(?<![A-Za-z0-9.-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+){{0,5}}\.(?:{_TOP})(?![A-Za-z0-9])",  # host
            rf"(?:{_SECRETS})[はが]? ?[:=「『] ?[^\s、。」』]{{2,40}}|(?:{_SECRETS})は ?[!-~]{{4,40}}",
            r"(?:ポート(?:番号)?|port|TCP|UDP|VLAN|vlan)[ /:]{0,2}[0-9]{1,5}",
            rf"(?:{_PRODUCTS})(?: Server)?[ -]?(?:[A-Z]{{0,3}})?[0-9]+(?:\.[0-9]+)*(?: ?R[0-9])?",
            r"(?:[Vv]er(?:sion)?\.? ?|バージョン ?)[0-9]+(?:\.[0-9]+)*",
            r"(?<![A-Za-z0-9.])v?[0-9]+\.[0-9]+\.[0-9]+(?![0-9.])",  # a version by itself
            r"(?<![A-Za-z0-9_-])(?:[A-Za-z]{2,10}[-_]){1,4}[A-Za-z]{0,4}[0-9]{1,4}(?![A-Za-z0-9])",  # names of machines
            r"CVE-[0-9]{4}-[0-9]+",
        )
    )
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def find_details(text: str, known: Known) -> list[Detail]:
    """Everything found in `text`, in order and without overlaps: the surest kind wins, and of names the longest, of
    which others leave what it does not cover."""
    taken, found = bytearray(len(text)), []
    for detail in (*_sure(text), *sorted(_names(text, known), key=_longest_first)):
        start, end = detail.start, detail.end
        while start < end and taken[start]:
            start += 1
        while start < end and taken[end - 1]:
            end -= 1
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(Detail(detail.kind, start, end))
    return sorted(found, key=lambda detail: detail.start)


def _longest_first(detail: Detail) -> tuple[int, int, int]:
    return detail.start - detail.end, KINDS.index(detail.kind), detail.start


def _sure(text: str) -> Iterator[Detail]:
    plain = text.translate(_WIDE)  # one character for one: places stay
    for match in _SECURITY.finditer(plain):
        yield Detail("security", *match.span())
    for caution in find_cautions(text):
        yield Detail("address" if caution.kind == "home_address" else "personal", caution.start, caution.end)
    for match in _MONEY.finditer(text):
        yield Detail("money", *match.span())


def _names(text: str, known: Known) -> Iterator[Detail]:
    for start, end in find_names(text, known.bodies):
        yield Detail("body", start, end)
    for start, end in find_names(text, known.people):
        yield Detail("name", start, end)
    for start, end in find_names(text, known.registered):
        if end - start > 3 or _stands_alone(text, start, end):
            yield Detail("name", start, end)
    for match in _SOMEBODY.finditer(text) if not has_dictionary() else ():
        if not _NOBODY.search(match[0]):
            yield Detail("name", *match.span())
    for named, start, end in names_in(text, known.common):
        yield Detail(named, start, end)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """A short name inside a longer word is none: 上田 of 川上田園."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return not (_KANJI.fullmatch(before) or _KANJI.fullmatch(after)) or bool(_CALLED_NEXT.match(text, end))


def find_names(text: str, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where any of the names stands, with any space between its parts, or none; the longest that begins at a place.
    However many names there are, the text is gone through once for each length that they have."""
    spelled = _spelled(names)
    if not spelled:
        return
    places = [place for place, letter in enumerate(text) if letter not in " 　"]
    bare = "".join(text[place] for place in places)
    for at in range(len(bare)):
        for length, words in spelled:
            if bare[at : at + length] in words:
                yield places[at], places[at + length - 1] + 1
                break


@lru_cache(maxsize=16)
def _spelled(names: frozenset[str]) -> list[tuple[int, frozenset[str]]]:
    """By length, the longest first."""
    found: dict[int, set[str]] = {}
    for name in names:
        bare = "".join(name.split())
        found.setdefault(len(bare), set()).add(bare)
    return [(length, frozenset(found[length])) for length in sorted(found, reverse=True) if length]


def pieces(text: str, details: Iterable[Detail]) -> list[Piece]:
    """The text cut into what was found and what stands between."""
    cut, at = [], 0
    for detail in details:
        if detail.start > at:
            cut.append(Piece(text[at : detail.start]))
        cut.append(Piece(text[detail.start : detail.end], detail.kind))
        at = detail.end
    return [*cut, Piece(text[at:])] if at < len(text) else cut


def hide(text: str, details: Iterable[Detail], kinds: Iterable[str]) -> str:
    """The text with a word in place of everything of these kinds."""
    wanted = set(kinds)
    return "".join(HIDDEN[p.kind] if p.kind in wanted else p.text for p in pieces(text, details) if p.text or p.kind)


def made_from(line: str, title: str, most: int) -> bool:
    """Whether a title is this line, perhaps with words in place of details, or its first `most` characters."""
    parts = _HIDDEN_WORDS.split(title)
    if not title or not line.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:]:
        found = line.find(part, at + 1)
        if found < 0:
            return False
        at = found + len(part)
    return at == len(line) or len(title) >= most or not parts[-1]
