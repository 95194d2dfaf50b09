"""What is typed and written in other ways than one thinks of: each is found, or what is the matter is said, on the
page, in the finder, while a question is typed, and when a search is saved."""

from urllib.parse import quote

import pytest

from hub.search import matching
from hub.search.analysis import fold
from hub.search.old_forms import NEW_FORMS
from tests.search.finding import found, index, titles

FOUND = [
    ("固定資産税の通知", "税"),
    ("渡邉さんからの電話", "渡辺"),
    ("渡辺さんからの電話", "渡邊"),
    ("髙﨑の合同庁舎", "高崎"),
    ("高崎の合同庁舎", "髙﨑"),
    ("𠮷井の祭り", "吉井"),
    ("濵口さんの申出", "浜口"),
    ("鹽澤の會館", "塩沢の会館"),
    ("斎藤家の調査", "齋藤"),
    ("葛󠄀城市の視察", "葛城市"),
    ("㈱架空商事の見積り", "(株)架空商事"),
    ("㍻30年の記録", "平成30年"),
    ("面積50㎡の倉庫", "50m2"),
    ("ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞの更新", "マイナンバーカード"),
    ("マイナンバーカードの更新", "ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞ"),
    ("転入の手続き", "転\u200b入"),
    ("できました😀", "😀"),
    ("できました🙏", "🙏🙏"),
    ("承知しました👍🏽", "👍"),
    ("☎️の取り次ぎ", "☎"),
    ("試験 ' OR 1=1 --", "' OR 1=1 --"),
    ("印鑑 OR NEAR/3 の意味", "印鑑 OR NEAR/3 *"),
]
WORDLESS = ["ー", "。", "!?()「」", "%_\\", "\u200b", "の", "こと", '"', "-", "→", "\ufffd\ufffd", "'; --"]
WORDLESS_SAID = "だけでは検索できません"


def ways(world, typed: str) -> dict[str, list[str]]:
    """The titles that each way of asking shows."""
    browser = world.client("officer")
    answer = browser.get_json(f"/search?q={quote(typed)}")
    finder = browser.get_json(f"/search/finder?q={quote(typed)}")
    similar = browser.post_json("/search/similar", text=typed)
    saved = browser.post_json("/search/saved", q=typed)
    assert (answer.status_code, finder.status_code, similar.status_code, saved.status_code) == (
        200,
        200,
        200,
        422 if typed in WORDLESS else 201,
    )
    rows = {
        "search": [] if answer.json["nearest"] else answer.json["hits"],
        "finder": finder.json["results"],
        "similar": similar.json["data"]["similar"],
    }
    return {way: [row["title"] for row in hits] for way, hits in rows.items()}


@pytest.mark.parametrize(("written", "asked"), FOUND)
def test_other_forms_of_characters_are_found_by_every_way(world, written, asked):
    """Seen to fail without NEW_FORMS (old forms), without `_LOOKS` (葛󠄀, a space without width), and without pictures in
    `_PART` (😀) of hub/search/analysis.py."""
    world.thread(world.room, "consultation", title=written, body="くわしくは添付のとおりです。")
    world.thread(world.room, "consultation", title="会議室の鍵", body="かかわりのない話です。")
    index(world)
    assert ways(world, asked) == {"search": [written], "finder": [written], "similar": [written]}
    page = world.client("officer").text_of(f"/search?q={quote(asked)}").replace(" ", "")
    assert written.replace(" ", "").replace("'", "&#39;") in page


@pytest.mark.parametrize("typed", WORDLESS)
def test_where_there_is_no_word_it_is_said(world, typed):
    """Seen to fail without `wordless` in hub/search/searching.py: a lone quotation mark showed everything, and signs
    were answered as words that stand nowhere."""
    world.thread(world.room, "consultation", title="転入の手続き", body="!?()「」%_\\ → ー。")
    index(world)
    assert ways(world, typed) == {"search": [], "finder": [], "similar": []}
    browser = world.client("officer")
    page = browser.text_of(f"/search?q={quote(typed)}")
    assert WORDLESS_SAID in page
    assert "該当なし" in page
    assert WORDLESS_SAID not in browser.text_of("/search?q=転入")


def test_of_signs_beside_words_the_words_are_searched(world):
    world.thread(world.room, title="転入の手続き", body="窓口")
    index(world)
    assert titles(world, "officer", "転入 !? →") == titles(world, "officer", "転入😀") == ["転入の手続き"]


@pytest.mark.parametrize("typed", ["引っ越し" * 2_500, "a" * 10_000, "転入 " * 31])
def test_that_not_everything_typed_was_searched_is_said(world, typed):
    """Seen to fail without `cut` in hub/search/language.py."""
    world.thread(world.room, "consultation", title="転入と引っ越しの手続き", body="窓口")
    index(world)
    browser = world.client("officer")
    assert "はじめのほうの言葉だけで" in browser.text_of(f"/search?q={quote(typed)}")
    assert "はじめのほうの言葉だけで" not in browser.text_of("/search?q=転入")
    assert browser.get_json(f"/search/finder?q={quote(typed)}").status_code == 200
    assert browser.post_json("/search/similar", text=typed).status_code == 200
    if len(typed) > 500:
        refused = browser.post_json("/search/saved", q=typed)
        assert (refused.status_code, refused.json["error"]["fields"]) == (422, {"q": "500文字以内で入力してください。"})


def test_half_of_a_character_is_refused_or_passed_over(world):
    world.thread(world.room, "consultation", title="転入の手続き", body="窓口")
    index(world)
    browser = world.client("officer")
    assert browser.post_json("/search/similar", text="転入\ud800の手続き").status_code in (200, 422)
    assert browser.post_json("/search/saved", q="転入\ud800").status_code in (201, 422)
    assert "該当なし" in browser.text_of("/search?q=%ED%A0%80")
    assert titles(world, "officer", "転入\ud800") == ["転入の手続き"]


def test_what_stands_at_the_end_of_a_long_text_is_found_also_as_a_phrase(world):
    """The index keeps the order of the first 400 words. Seen to fail without `_is_cut` in hub/search/matching.py."""
    filler = "窓口の案内を繰り返しています。" * 700
    text = filler[: 10_000 - 12] + "保証金の振込口座を変えた"
    long, other = world.thread(world.room, title="長い文", body=text), "電子化された文"
    world.thread(world.room, title=other, body="口座の振込について、保証金は変えない")
    index(world)
    assert len(text) == 10_000
    for asked in ('"保証金の振込口座"', '"振込口座を変えた"'):
        hits = found(world, "officer", asked).hits
        assert [hit.document.thread_id for hit in hits] == [long.thread_id], asked
    assert set(titles(world, "officer", "保証金")) == {"長い文", other}


def test_a_phrase_that_very_many_could_hold_is_judged_by_words_and_pairs_of_letters(world, monkeypatch):
    """Seen to fail without the pairs of letters in `likely` of hub/search/matching.py."""
    monkeypatch.setattr(matching, "PHRASES_LOOKED_AT", 2)
    for title in ("電子申請の導入", "電子申請の手引", "申請の電子化", "電子と申請"):
        world.thread(world.room, title=title, body="一")
    index(world)
    assert set(titles(world, "officer", '"電子申請"')) == {"電子申請の導入", "電子申請の手引"}


def test_signs_of_several_letters_and_half_width_kana_are_unfolded_without_a_dictionary_too():
    """Seen to fail with NFC in the place of NFKC; Sudachi's own folding hides it in searches."""
    assert fold("㈱㍻㎡ﾊﾞ") == "(株)平成m2バ"


def test_the_table_of_old_forms_leads_to_forms_in_use_at_once():
    assert len(NEW_FORMS) == 396
    assert not {ord(new) for new in NEW_FORMS.values()} & NEW_FORMS.keys()
