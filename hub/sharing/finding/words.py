"""The lists by which names are told from words (`hub/sharing/data`). They say how sentences are built more than who is
named in them: what is named in other sentences is to be found as well."""

import re
from functools import cache, lru_cache
from pathlib import Path

from hub.search.analysis import reading, senses, to_hiragana
from hub.search.old_forms import NEW_FORMS
from hub.sharing.finding.tokens import KANJI

_DATA = Path(__file__).parents[1] / "data"
_SYNONYMS = Path(__file__).parents[2] / "search" / "data" / "synonyms.txt"

HONORIFICS = frozenset("さん 様 さま 氏 君 くん ちゃん 殿 夫人 女史 夫妻 両氏".split())
DIRECTIONS = re.compile("(?:第?[一二三四五六七八九十0-9０-９]{1,2}|[北南]?[東西]|[北南]|中央|[東西南北中]部|上|下)+")
NUMBERED = frozenset(
    "小学校 中学校 高校 高等学校 保育園 保育所 幼稚園 こども園 公民館 支所 出張所 分団 公園 図書館 児童館 団地"
    " 病院 消防署"
    " 大橋 環状線 バイパス 交番 体育館 グラウンド".split()
)


@cache
def words_of(name: str) -> frozenset[str]:
    lines = (_DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def pattern_of(name: str) -> re.Pattern[str]:
    """Any word of a list, the longest that fits."""
    return re.compile("|".join(map(re.escape, sorted(words_of(name), key=lambda word: (-len(word), word)))))


@cache
def ordinary() -> frozenset[str]:
    """What looks like a name and is none, with the words of the trade, of which the dictionary does not know all."""
    lines = _SYNONYMS.read_text(encoding="utf-8").splitlines()
    trade = {w.strip(" →") for line in lines if not line.startswith("#") for w in line.replace(",", "、").split("、")}
    return words_of("ordinary") | frozenset(trade)


_FIRST = frozenset(
    "青赤秋浅朝芦荒有安飯池石磯市稲猪今岩植上牛内梅江榎遠大岡荻奥小尾落鬼折柏片勝加門金上神亀鴨川河木菊岸北絹木桐久草熊倉栗黒桑"
    "郡古越小駒斎坂桜笹佐沢塩重篠柴渋島清下白新杉鈴須関瀬高滝竹武田立舘千塚津土角富豊鳥内永中長成西新根野萩橋羽浜林早原春東"
    "樋平広深福藤船古干星細堀本前牧増町松丸三水宮向村持元本森八柳藪矢山湯横吉米若和渡鷲一五八"
)
_LAST = frozenset(
    "田川山村本野井沢澤島嶋崎﨑木原橋口岡藤林森谷坂内池瀬尾塚松石倉浦津屋越沼間根辺邊永見保代垣柳条城場岸渕淵窪久檜桧栗桑杉竹梨梅桐柏滝沼池浜江川合子下上中出入戸門前宮倉蔵"
)


_WORDS = frozenset(
    "原本 立場 森林 山林 竹林 河川 草原 高原 平原 川岸 海岸 湖岸 石垣 生垣 玉石 市場 現場 古本 見本 基本 根本 元本 永久"
    " 草木 古木 若木 植木 立木 高木 水田 山村 中間 山間 谷間 林間 河口 出口 広島 福島 大橋 小橋 本島".split()
)


@cache
def _no_families() -> frozenset[str]:
    return words_of("generic") | _WORDS


def like_a_family(text: str) -> bool:
    """石坂, 柴崎: written as family names are, of which no list has all. What is around it decides."""
    return len(text) == 2 and text[0] in _FIRST and text[1] in _LAST and text not in _no_families()


@lru_cache(maxsize=4_096)
def is_family(text: str) -> bool:
    """The dictionary or a list has it as a family's, or it is one of two letters with a third: 大井田."""
    text = text.translate(NEW_FORMS)
    if text in words_of("families") or "姓" in senses(text):
        return True
    if senses(text) or text in ordinary() or not 2 <= len(text) <= 3:
        return False
    longer = (
        text[2:] in _LAST
        and is_named_so(text[:2])
        or text[0] in "大小上中下東西南北新古高奥"
        and "姓" in senses(text[1:])
    )
    return like_a_family(text) if len(text) == 2 else longer


@lru_cache(maxsize=4_096)
def is_named_so(text: str) -> bool:
    """A family or a place has this name, among whatever else it may be a word for."""
    if text in ordinary() or text in words_of("generic") or not KANJI.fullmatch(text):
        return False
    return bool({"地名", "姓"} & senses(text.translate(NEW_FORMS))) or like_a_family(text)


@cache
def family_readings() -> frozenset[str]:
    """さいとう: the families as they sound."""
    found = {to_hiragana(reading(name)) for name in words_of("families")}
    return frozenset(name for name in found if len(name) > 2) - ordinary()


@cache
def _daily() -> frozenset[str]:
    return words_of("katakana") | ordinary()


@lru_cache(maxsize=4_096)
def is_daily(text: str) -> bool:
    """A word in katakana that everybody uses, or several of them put together: オンデマンドバス."""
    plain, ends = _daily(), {0}
    for end in range(1, len(text) + 1):
        if any(start in ends and text[start:end] in plain for start in range(max(0, end - 12), end)):
            ends.add(end)
    return len(text) in ends


@cache
def titles() -> frozenset[str]:
    return words_of("titles")


@cache
def roles() -> frozenset[str]:
    return words_of("roles") | titles()


@cache
def title_starts() -> tuple[str, ...]:
    return tuple(sorted(titles()))
