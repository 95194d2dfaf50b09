"""The wording of what people read: signs, words, lengths and endings (docs/glossary.md).

Every rule holds for every sentence. What it cannot hold for is named with the reason.
"""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.pofile import read_po

from tests.test_translations import JAPANESE, ROOT, forms, sentences

pytestmark = pytest.mark.once
GUIDES = ("users-officer.md", "users-supporter.md", "cases.md", "glossary.md", "roles.md")
LETTER = "[ぁ-んァ-ヶ一-龠々ー「」、。・]"
HALF_WIDTH = re.compile(rf"{LETTER}\s?[()~?:]|[()~?]\s?{LETTER}|:\s?{LETTER}|\d~\d")
# They show the keys of the search, which are typed with the half-width sign.
SEARCH_KEYS = re.compile(r"(?:団体|期間|分野|タグ|担当): ?")

# Word that nobody reads: what stands in its place.
FORBIDDEN = {
    "サインイン": "ログイン",
    "サインアウト": "ログアウト",
    "お知らせ箱": "通知",
    "スレッド": "相談、お知らせ、話題; やりとり for all three",
    "だれ": "誰",
    "(?<!の)うち": "自団体",
    "あなたの(?:団体|側)|自分の団体": "自団体",
    "もとの": "元の",
    "もとづ": "基づ",
    "いま[のはも、]": "今",
    "まちが": "間違",
    "かまいま": "構いま",
    "わか[りらるっ]": "分か",
    "ちがう": "違う",
    "つくる": "作る",
    "やめる": "キャンセル; 終了する for a thing",
    "足す|加える|加えて": "追加する",
    "取り除": "削除する, 外す, 取り下げる",
    "変える": "変更する",
    "(?<![しえけりいせれび])直(?:す|して(?!ほしい))": "編集する, 変更する",
    "招[くきか]": "招待する",
    "確かめ": "確認",
    "動いてい": "続いてい",
    "出ていく": "公開される",
    "連絡先の": "問合せ先",
    "県のDX担当": "県DX担当",
    "フォロー": "更新を受け取る",
    "ロック": "書き込みを停止する",
    "系譜": "事例のつながり",
    "根拠": "前提",
    "空席|席です": "担当者なし",
    "(?<![目矢])印(?!刷)": "目印, 区分, チェック",
    "空なら|空に(?!な)|空の(?!行)": "空欄",
    "当てはま": "該当する",
    "比べる": "比較する",
    "同じ組|(?<!取)組を(?!取り込)": "グループ",
    "問い合わせ": "問合せ",
    "取り込み(?!ま)": "取込み",
    "行め": "行目",
    "[一二三]つ": "1つ",
    "知らせてください": "連絡してください",
    "(?:に|が)誤り": "what happened and what to do",
    "はい、|いいえ$": "the act itself",
}
EXAMPLE = "例："  # what somebody might write: their words, not ours
ALLOWED = {
    "「共用」は「はい」または空欄にしてください：%(text)s": "はい is what is typed into the table",
    "印鑑登録": "the name of a system",
}

PLAIN_ENDING = re.compile(r"(?<![まで])(?:する|いる|ある|ない|だ)。|(?<!まし)(?<!でし)た。")
SENTENCE = re.compile(r"(?:です|ます|ません|ました|ください|でした|ましょう)$")
HEADING_MOST = 24  # a sentence without 。 is a heading, a state or a button
SENTENCE_MOST = 60

GETTEXT = r"(?:_|gettext|ngettext)\('((?:[^'\\]|\\.)*)'"
PLACES = {
    "label": (r"ui\.(?:field|textarea|select)\(\s*" + GETTEXT, 12),
    "label by hand": (r'<label class="field__label"[^>]*>\s*\{\{\s*' + GETTEXT, 12),
    "pill": (r"ui\.pill\(\s*" + GETTEXT, 8),
    "column head": (r'<th scope="col"[^>]*>\s*\{\{\s*' + GETTEXT, 6),
}
MENU_MOST = 11  # a noun has 8; what names its object and its verb may have three more
PIECE = re.compile("^(?:さん|件の|以上$|以下$|まで$|から$|[をがの])")


# English words that have one other word here.
ENGLISH = {
    "memo": "note",
    "bureau staff": "department staff",
    "circle": "study group",
    "(?:body|bodies)": "organisation",
    "(?:duty|duties)": "desk",
    "somebody|anybody|everybody": "someone, anyone, everyone",
    "practice": "project",
    "taken? over": "take up",
    "municipality’s manager|organisation’s manager": "organisation manager",
}
TYPED_QUOTES = ('"last 3 months"', 'quotation marks (")', 'quotation mark (")')  # they show what is typed


@cache
def english() -> tuple[str, ...]:
    with (ROOT / "hub/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return tuple(form for message in read_po(file) if message.id for form in forms(message))


@cache
def japanese() -> tuple[str, ...]:
    return tuple(sorted({s if isinstance(s, str) else s[0] for s in sentences()}))


def shown(sentence: str) -> str:
    """With a letter for each placeholder, as it stands beside the others on the page."""
    return re.sub(r"%\(\w+\)s", "字", sentence).replace("%%", "%")


def half_width(text: str) -> bool:
    return bool(HALF_WIDTH.search(SEARCH_KEYS.sub("", text)))


def guide_lines() -> Iterator[tuple[str, str]]:
    """The lines of the guides without code, links and addresses."""
    for name in GUIDES:
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        text = re.sub(r"```.*?```", "", text, flags=re.S)
        for line in text.splitlines():
            yield name, re.sub(r"`[^`]*`|\]\([^)]*\)", "", line)


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def forbidden_in(text: str) -> list[str]:
    return [f"{word}: {instead}" for word, instead in FORBIDDEN.items() if re.search(word, text)]


def test_brackets_and_colons_are_full_width():
    assert [s for s in japanese() if JAPANESE.search(s) and half_width(shown(s))] == []


def test_brackets_and_colons_around_sentences_are_full_width():
    """`{{ _('：') }}`, `{{ _('（') }}`: English has its own."""
    found = re.compile(r"(?:\}\}|%\}|</\w+>) ?(?:[(~]|: |:<)|\}\}\)| · ")
    assert [f"{name}: {m[0]}" for name, text in templates() for m in found.finditer(text)] == []


def test_brackets_of_the_guides_are_full_width():
    assert [f"{name}: {line}" for name, line in guide_lines() if half_width(line)] == []


def test_words_are_those_of_the_glossary():
    kept = [s for s in japanese() if not s.startswith(EXAMPLE) and s not in ALLOWED]
    assert {s: found for s in kept if (found := forbidden_in(shown(s)))} == {}


def test_allowed_sentences_are_there():
    assert [s for s in ALLOWED if s not in japanese()] == []


def test_guides_call_things_by_their_names():
    names = (
        "サインイン",
        "お知らせ箱",
        "だれ",
        "もとの",
        "もとづ",
        "かまいま",
        "フォロー",
        "系譜",
        "行め",
        "出ていく",
        "空席",
    )
    words = re.compile("|".join(names))
    assert [f"{name}: {line}" for name, line in guide_lines() if words.search(line)] == []


def test_sentences_are_polite_and_end():
    said = [s for s in japanese() if EXAMPLE not in s]
    assert [s for s in said if PLAIN_ENDING.search(s)] == []
    assert [s for s in said if SENTENCE.search(s) and len(shown(s)) > HEADING_MOST] == []


def test_sentences_are_short():
    assert [
        p for s in japanese() for p in re.split("(?<=。)", shown(s)) if len(p) > SENTENCE_MOST and EXAMPLE not in s
    ] == []


@pytest.mark.parametrize("place", PLACES)
def test_labels_are_short(place: str):
    found, most = PLACES[place]
    words = [(name, re.sub(r"%\(\w+\)s", "", m[1])) for name, text in templates() for m in re.finditer(found, text)]
    assert words, "nothing stands there any more"
    assert [f"{name}: {word}" for name, word in words if len(word) > most] == []


def test_menu_items_are_short():
    found = []
    for name, text in templates():
        for menu in re.findall('<div class="menu__items">(.*?)</details>', text, flags=re.S):
            found += [(name, m[1]) for m in re.finditer(GETTEXT, menu)]
    assert len(found) > 10
    assert [f"{name}: {word}" for name, word in found if len(word) > MENU_MOST] == []


def test_no_sentence_is_a_piece_of_another():
    """What is put together differs between languages: one sentence with a placeholder."""
    assert [s for s in japanese() if PIECE.search(s)] == []


def test_english_words_are_used_for_one_thing():
    words = re.compile("|".join(rf"\b(?:{word})\b" for word in ENGLISH), re.IGNORECASE)
    assert [s for s in english() if words.search(re.sub(r"%\(\w+\)s", "", s))] == []


def test_english_quotation_marks_are_curly():
    straight = [s for s in english() if re.search("[\"']", s)]
    assert [s for s in straight if not any(typed in s for typed in TYPED_QUOTES)] == []


@pytest.mark.parametrize("text", ["番号(必須)", "例: 町", "5~10万人", "いつ?"])
def test_half_width_signs_are_found(text: str):
    assert half_width(text)


@pytest.mark.parametrize(
    "text", ["誰が", "印刷する", "目印", "選び直してください。", "直してほしいところ", "今の値", "そのうち"]
)
def test_other_words_are_no_forbidden_ones(text: str):
    assert forbidden_in(text) == []


@pytest.mark.parametrize("text", ["だれが", "印を付ける", "直す", "いまの値", "うちの状況", "やめる", "確かめる"])
def test_forbidden_words_are_found(text: str):
    assert forbidden_in(text) != []
