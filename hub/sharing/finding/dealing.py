"""How surely the words around a name say that it is a company, or what a company sells."""

from hub.sharing.finding.tokens import Line
from hub.sharing.finding.words import words_of

NOT, PERHAPS, SURELY = 0, 1, 2
_IS = frozenset("は が も の ： : ＝ = 、 ， （ ( 「 『 【 ／ / ・ ー - →".split())
_NAMING = frozenset("は が ： : ＝ =".split())
_LINKS = frozenset(
    "が は も に と から へ の を まで で 宛 宛て あて より って とか や なら だけ こそ 側 等 など".split()
)
_PARTY_LINKS = frozenset("と に が から へ は も より 側".split())
_CALLED = frozenset("社 製 さん 様 御中 製品 営業 担当者 社製".split())
_REACH = 5  # words behind the particle


def dealing(line: Line, first: int, last: int) -> int:
    """Whether the words from `first` to `last` are somebody with whom one does business, or what they sell."""
    if _named_as_partner(line, first) or _called(line, last) or _bound(line, last) or _offered(line, last):
        return SURELY
    return PERHAPS if _told_before(line, first) or _told_behind(line, last) else NOT


def contracted(line: Line, last: int) -> bool:
    """「◯◯と契約」: what is done with companies alone."""
    link = line.at(last + 1)
    return link is not None and link.text in _PARTY_LINKS and _said(line, last + 2, "contracts")


def _named_as_partner(line: Line, index: int) -> bool:
    """「委託先は◯◯」"""
    link, word, wider = line.at(index - 1), line.at(index - 2), line.at(index - 3)
    if link is None or word is None or link.text not in _NAMING:
        return False
    deals = wider is not None and (
        wider.text in words_of("contracts") | words_of("binding") or wider.text in words_of("deals")
    )
    return word.text in words_of("partners") and (word.text not in ("先", "者", "元", "店") or deals)


def _called(line: Line, last: int) -> bool:
    """「◯◯社の」「◯◯製の」「◯◯御中」「◯◯という会社」"""
    after, told, what = line.next_to(last), line.at(last + 2), line.at(last + 3)
    if after is None:
        return False
    said = after.text in ("と", "って") and told is not None and told.text in ("いう", "言う")
    return after.text in _CALLED or (
        said and what is not None and what.text in words_of("partners") | words_of("offered")
    )


def _bound(line: Line, last: int) -> bool:
    """「◯◯が出店」「◯◯から借りる」"""
    link = line.at(last + 1)
    bound = link is not None and link.text in _PARTY_LINKS and _said(line, last + 2, "binding")
    return bound or contracted(line, last)


def _said(line: Line, first: int, name: str) -> bool:
    """Whether one of the words of a list follows before the sentence ends."""
    for token in line[first : first + _REACH]:
        if token.text in "。、！？!?":
            return False
        if token.lemma in words_of(name) or token.text in words_of(name):
            return True
    return False


def _offered(line: Line, last: int) -> bool:
    """「◯◯の製品」「◯◯の認証サーバー」: the whole compound behind の counts."""
    link, index = line.at(last + 1), last + 2
    if link is None or link.text != "の":
        return False
    while (token := line.at(index)) is not None and token.is_noun and index < last + 2 + _REACH:
        after = line.next_to(index)
        if token.text in words_of("offered") or (after and token.text + after.text in words_of("offered")):
            return True
        index += 1
    return False


def _told_before(line: Line, first: int) -> bool:
    """「保守は◯◯」「次期システムの◯◯」"""
    link, word = line.at(first - 1), line.at(first - 2)
    if link is None or word is None or link.text not in _IS:
        return False
    return word.text in words_of("before_companies") or (word.sort == "接尾辞" and word.text in "先者元")


def _told_behind(line: Line, last: int) -> bool:
    link = line.at(last + 1)
    if link is not None and link.text in ("経由", "版", "対応", "連携", "導入"):
        return True
    return link is not None and link.text in _LINKS and _said(line, last + 2, "deals")
