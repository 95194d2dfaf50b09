"""Names in katakana or Latin letters, which hardly any list has: told from words by how they are put together and by
what stands around them."""

import re
from collections.abc import Iterator

from hub.sharing.finding.dealing import NOT, PERHAPS, SURELY, dealing
from hub.sharing.finding.tokens import HIRAGANA, KATAKANA, LATIN, Line, Token
from hub.sharing.finding.words import HONORIFICS, is_daily, ordinary, words_of

Span = tuple[int, int]
_JOINS = frozenset("・ - ･ ‐ & ＆".split())
_CAMEL = re.compile("[A-Z]{6,}|[A-Z][a-z]{3,}|[A-Z]?[a-z]+[A-Z][A-Za-z]*|[A-Z]{2,}[a-z]{2,}[A-Za-z]*")
_SHORT = re.compile("[A-Z0-9]{1,5}")
_KINDS = tuple(
    "センター ベンダー メーカー スタッフ デスク システム サービス アプリ サイト サーバー サーバ ソフト カード バス"
    " タクシー データ メール ルーム フォーム チーム メンバー グループ クラブ パソコン ネットワーク チャット"
    " コーナー プロジェクト プラン モデル ツール マップ ショップ ボット カメラ ルール".split()
)


def firms_in(line: Line) -> Iterator[Span]:
    for first, last in line.runs(_run):
        if _is_firm(line, first, last):
            yield line[_begin(line, first, last)].start, line[last].end


def _begin(line: Line, first: int, last: int) -> int:
    """まるごとクラウド: nouns in hiragana that stand before belong to it."""
    while first > 0 and line[first - 1].end == line[first].start and _is_spoken(line[first - 1]):
        first -= 1
    if first > 1 and line[first - 1].text == " " and LATIN.fullmatch(line[first - 2].text + line[first].text[0]):
        first -= 2  # DX Suite
    return first


def _is_spoken(token: Token) -> bool:
    known = token.text in words_of("generic") or token.text in HONORIFICS
    return bool(HIRAGANA.fullmatch(token.text)) and token.sort in ("名詞", "接尾辞") and not known


def _run(line: Line, index: int) -> int | None:
    """Where the words in katakana or Latin letters end that begin here and are written together."""
    if not _is_foreign(line[index]):
        return None
    last = index
    while (more := line.next_to(last)) is not None:
        if _is_foreign(more):
            last += 1
        elif more.text in _JOINS and (part := line.next_to(last + 1)) is not None and _is_foreign(part):
            last += 2
        else:
            break
    return last


def _is_foreign(token: Token) -> bool:
    written = KATAKANA.fullmatch(token.text) or LATIN.fullmatch(token.text)
    return bool(written) and token.sort not in ("助詞", "助動詞") and token.text not in "・"


def _is_firm(line: Line, first: int, last: int) -> bool:
    text, parts = line.text[line[first].start : line[last].end], line[first : last + 1]
    before = line.at(_begin(line, first, last) - 1)
    if (
        len(text) < 3
        or (first == last and _is_plain(text) and _begin(line, first, last) == first)
        or (before is not None and before.end == line[first].start and before.is_noun)
    ):
        return False
    sure = dealing(line, first, last)
    if text in ordinary():
        return False
    if text.endswith("ジャパン") and len(text) > 6:
        return True
    if is_daily(text) or all(_is_plain(part.text) or part.text in _JOINS for part in parts):
        if _begin(line, first, last) < first and sure > NOT:
            return True
        several = len(parts) > 1 and len(text) > 6 and KATAKANA.fullmatch(text)
        return bool(several) and sure == SURELY and not text.endswith(_KINDS)
    if _CAMEL.fullmatch(text) and (any(part.unknown for part in parts) or text[1:] != text[1:].lower()):
        return True
    if any(_is_strange(part) for part in parts):
        return sure >= (SURELY if _SHORT.fullmatch(text) else _least(text))
    if _begin(line, first, last) < first and len(text) > 2:
        return True  # ふるさとチョイス
    if len(parts) > 1 and len(text) > 5 and KATAKANA.fullmatch(text) and text.count("・") < 2:
        return True  # ネットワールド: put together of words, and not one that everybody uses
    return sure >= (PERHAPS if len(parts) > 1 else SURELY)


def _least(text: str) -> int:
    """A long word in katakana that nobody knows, or one like xID, is a name wherever it stands."""
    return NOT if (KATAKANA.fullmatch(text) and len(text) > 2) or _CAMEL.fullmatch(text) else PERHAPS


def _is_strange(token: Token) -> bool:
    """Neither the dictionary knows it, nor everybody uses it."""
    return not _is_plain(token.text) and len(token.text) > 1 and (token.unknown or bool(token.proper))


def _is_plain(text: str) -> bool:
    return is_daily(text) or text in words_of("latin") or text in ordinary()
