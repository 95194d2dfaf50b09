"""What stands before and after a word: whether it is somebody who does something there, or a company one deals with."""

from hub.search.analysis import senses
from hub.sharing.finding.tokens import Line, Token
from hub.sharing.finding.words import HONORIFICS, roles, title_starts, titles, words_of

_LINKS = frozenset("が は も に と から へ の を まで 宛 宛て あて より って とか や なら だけ こそ ・ 、".split())
_IS = frozenset("は が の も ： : ＝ = 、 ， （ ( 「 『 【 ／ / ・ ー - →".split())
_SELVES = ("自分", "私", "わたし", "わたくし", "僕", "俺", "彼", "彼女", "本人", "相手", "住民")
_SAYING = ("と申し", "と言いま", "といいま")
_REACH = 5  # words behind the particle


def addressed(line: Line, index: int) -> bool:
    """Whether さん, 様 or a title follows, or the writer names themselves by it."""
    after = line.next_to(index)
    if after is None:
        return False
    if line.text.startswith(("様式", "様子", "様々", "氏名"), after.start):
        return False
    if after.text in HONORIFICS or after.text in titles():
        return True
    return line.text.startswith(title_starts(), after.start) or line.text.startswith(_SAYING, after.start)


def acts(line: Line, index: int) -> bool:
    """Whether what follows is what people do: 「◯◯が休み」「◯◯に頼む」「◯◯と打合せ」."""
    link = line.at(index + 1)
    if link is None or link.text not in _LINKS:
        return False
    if link.text in ("・", "、"):
        return False
    reach = _REACH
    if link.text == "の" or (link.text == "を" and len(line[index].text) == 1):
        reach = 1  # 森の説明, but not 森の面積を説明
    said = words_of("acts") if link.text in ("の", "を", "で") else words_of("acts") | words_of("acts_more")
    for token in line[index + 2 : index + 2 + reach]:
        if token.text in "。、！？!?":
            return False
        if token.lemma in words_of("of_things") and "語" in senses(line[index].text):  # 石橋を直す
            return False
        if len(line[index].text) == 1 and token.lemma in words_of("of_beasts"):  # 熊が出た
            return False
        if token.lemma in said or token.text in said:
            return True
    return False


def cast(line: Line, index: int) -> bool:
    """Whether a role stands before: 「担当は◯◯」「係長の◯◯」「母は◯◯」「窓口：◯◯」."""
    before = line.at(index - 1)
    if before is not None and before.text in _IS:
        return follows_role(line, index) and _stands_alone(line, index)
    return follows_role(line, index)


def follows_role(line: Line, index: int) -> bool:
    """The same, whatever comes behind it."""
    before, role = line.at(index - 1), line.at(index - 2)
    if before is None:
        return False
    if before.text in _IS:
        return role is not None and _is_role(role) and not (before.text == "の" and role.text in _SELVES)
    return before.text in titles() or (
        before.sort == "空白"
        and role is not None
        and (role.text in titles() | words_of("labels") or _is_role(role))
        and index < 5
    )


def _is_role(token: Token) -> bool:
    return token.text in roles() or (token.sort == "接尾辞" and token.text in ("者", "係", "役", "員"))


def _stands_alone(line: Line, index: int) -> bool:
    """What follows does not make it the beginning of something else: 担当の森林課."""
    after = line.at(index + 1)
    return after is None or not after.is_noun or after.text in HONORIFICS or after.text in titles()


def located(line: Line, index: int) -> bool:
    """Whether what follows is said of places: 「◯◯の住民」「◯◯に住む」「◯◯で工事」「◯◯地内」."""
    link, what = line.at(index + 1), line.at(index + 2)
    if link is None:
        return False
    if link.text in ("地内", "方面", "付近", "周辺", "一帯", "地区", "近辺"):
        return True
    if link.text == "の" and what is not None:
        after = line.at(index + 3)
        both = what.text + after.text if after is not None else ""
        return what.text in words_of("in_places") or both in words_of("in_places")
    return link.text in ("に", "で", "へ", "から", "まで") and any(
        token.lemma in ("住む", "工事", "出張", "通う", "引っ越す", "転居", "通勤")
        for token in line[index + 2 : index + 6]
    )
