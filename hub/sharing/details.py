"""What of a text should not leave its room unnoticed: names, bodies, amounts of money, and what would help an attacker.
Found to be shown before anything goes out, and to be replaced by a word. It warns; people decide.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from hub.caution import find_cautions

Kind = Literal["name", "body", "money", "security", "personal"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Stored text, so in the language in which people write.
HIDDEN: dict[Kind, str] = {
    "name": "【氏名】",
    "body": "【団体名】",
    "money": "【金額】",
    "security": "【設定情報】",
    "personal": "【個人情報】",
}


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
    """Names to look for: of people and of bodies."""

    people: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()


_CALLED = "(?:さん|様|氏|先生|主任|主査|主幹|係長|課長補佐|課長|次長|部長|室長|町長|市長|村長)"
_SOMEBODY = re.compile(
    r"(?<![一-龠々ァ-ヶ])[一-龠々]{1,3}(?=(?:さん|様|氏)(?![一-龠]))"
    rf"|[一-龠々]{{2,4}}(?={_CALLED}(?:の|が|に|は|へ|と|、))"
    r"|(?:(?<=^)|(?<=\n)|(?<=。)|(?<=[町村市]の))[一-龠々]{1,3}(?=です[。\n])"  # 西村です。 吉岡町の福田です。
)
_NOBODY = re.compile(
    "皆|担当|住民|職員|相手|委託先|事業|業者|支援員|保護者|利用者|参加者|申請者|来庁者|お客|市民|町民|村民"
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
    """Everything found in `text`, in order and without overlaps; the surest kind wins."""
    found: list[Detail] = []
    for detail in _candidates(text, known):
        if all(detail.end <= other.start or other.end <= detail.start for other in found):
            found.append(detail)
    return sorted(found, key=lambda detail: detail.start)


def _candidates(text: str, known: Known) -> Iterator[Detail]:
    plain = text.translate(_WIDE)  # one character for one: places stay
    for match in _SECURITY.finditer(plain):
        yield Detail("security", *match.span())
    for caution in find_cautions(text):
        yield Detail("personal", caution.start, caution.end)
    for match in _MONEY.finditer(text):
        yield Detail("money", *match.span())
    # The longest name first, whatever it is of: a town's name may be the beginning of a person's.
    named: list[tuple[str, Kind]] = [(n, "name") for n in known.people]
    named += [(n, "body") for n in known.bodies]
    for name, kind in sorted(named, key=lambda pair: (-len(pair[0]), pair)):
        for match in re.finditer(_spelled(name), text):
            yield Detail(kind, *match.span())
    for match in _SOMEBODY.finditer(text):
        if not _NOBODY.search(match[0]):
            yield Detail("name", *match.span())


def _spelled(name: str) -> str:
    """The name with any space between its parts, or none."""
    return r"[ 　]?".join(map(re.escape, name.split()))


def pieces(text: str, known: Known) -> list[Piece]:
    """The text cut into what was found and what stands between."""
    cut, at = [], 0
    for detail in find_details(text, known):
        if detail.start > at:
            cut.append(Piece(text[at : detail.start]))
        cut.append(Piece(text[detail.start : detail.end], detail.kind))
        at = detail.end
    return [*cut, Piece(text[at:])] if at < len(text) else cut


def hide(text: str, known: Known, kinds: Iterable[str]) -> str:
    """The text with a word in place of everything of these kinds."""
    wanted = set(kinds)
    return "".join(HIDDEN[p.kind] if p.kind in wanted else p.text for p in pieces(text, known) if p.text or p.kind)


def names_itself(text: str, names: Iterable[str]) -> str:
    """The first of `names` that stands in the text, however wide its letters and spaced; empty when none does."""
    plain = _squeezed(text)
    return next((name for name in names if name.strip() and _squeezed(name) in plain), "")


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
