"""Words that stand in texts only as a part of a longer one, words that are put together, and what a phrase is."""

import pytest

from hub.search.vocabulary import is_part
from tests.search.finding import found, index, titles


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("マイナンバー", "マイナンバーカードの更新"),
        ("ﾏｲﾅﾝﾊﾞｰ", "マイナンバーカードの更新"),
        ("カード", "マイナンバーカードの更新"),
        ("町村", "市町村の役割"),
        ("村長", "市町村長の会議"),
        ("Wi", "Wi-Fiの設置"),
        ("リスト", "チェックリストの配布"),
    ],
)
def test_a_word_is_found_in_a_longer_one(world, asked, written):
    """And is marked there. Seen to fail without the vocabulary, and without longer words in excerpts."""
    world.thread(world.room, title=written, body="くわしくは添付のとおりです。")
    world.thread(world.room, title="会議室の鍵", body="かかわりのない話です。")
    index(world)
    answer = found(world, "officer", asked)
    assert not answer.nearest
    assert [hit.title.text for hit in answer.hits] == [written]
    assert answer.hits[0].title.explains
    assert titles(world, "officer", f'"{asked}"') == [written]
    for taken_away in (f"-{asked}", f'-"{asked}"'):
        left = titles(world, "officer", taken_away)
        assert written not in left
        assert "会議室の鍵" in left


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("テスト", "コンテスト"),
        ("it", "digital"),
        ("it", "items"),
        ("カ", "カメラ"),
        ("町村", "町村"),
        ("京都", "東京都庁"),
    ],
)
def test_letters_that_meet_by_chance_are_no_part(word, term):
    """Seen to fail without the rest that must be left, and without the sign beside a word of latin letters."""
    assert not is_part(word, term)


def test_a_word_that_came_later_is_known_too(world):
    """Seen to fail with a vocabulary that is read once."""
    world.thread(world.room, title="会議室の鍵", body="かかわりのない話です。")
    index(world)
    assert titles(world, "officer", "マイナンバー") == []
    world.thread(world.room, title="マイナンバーカードの更新", body="予約制です。")
    index(world)
    assert titles(world, "officer", "マイナンバー") == ["マイナンバーカードの更新"]


@pytest.mark.parametrize(
    ("asked", "other"),
    [("障害者", "障害物を避けるドローン"), ("申請者", "申請書の様式"), ("保健所", "保健指導の記録")],
)
def test_a_word_that_is_put_together_is_not_its_first_half(world, asked, other):
    """者 and 所 stand in every question and are not looked for; joined to a word they are a part of it. Seen to fail
    without `_endings`."""
    world.thread(world.room, title=other, body="くわしくは添付のとおりです。")
    world.thread(world.room, title=f"{asked}への案内", body="くわしくは添付のとおりです。")
    index(world)
    assert titles(world, "officer", asked) == [f"{asked}への案内"]


def test_other_words_must_stand_together(world):
    """建築確認 is also called 確認申請: both words apart, as in 本人確認 and 電子申請, are something else. Seen to fail
    without `_joints`."""
    world.thread(world.room, title="確認申請の窓口", body="予約制です。")
    world.thread(world.room, title="本人確認と電子申請", body="予約制です。")
    index(world)
    assert titles(world, "officer", "建築確認") == ["確認申請の窓口"]


def test_an_explanation_names_what_stands_there_whole(world):
    """And that alone is marked. Seen to fail when one word of an alternative is enough, for either."""
    world.thread(world.room, title="転入の窓口と住所の書き方", body="予約制です。")
    world.thread(world.room, title="住所変更の届出", body="予約制です。")
    index(world)
    shown = found(world, "officer", "引越し").hits
    marked = {hit.title.text: [piece.text for piece in hit.title.pieces if piece.marked] for hit in shown}
    assert marked == {"転入の窓口と住所の書き方": ["転入"], "住所変更の届出": ["住所変更"]}
    told = {
        hit.title.text: [other for _typed, other in hit.title.via] for hit in found(world, "officer", "引越し").hits
    }
    assert "転入" in told["転入の窓口と住所の書き方"]
    assert "住所変更" not in told["転入の窓口と住所の書き方"]
    assert "住所変更" in told["住所変更の届出"]


@pytest.mark.parametrize(
    ("phrase", "written", "other"),
    [
        ("電子の申請", "電子の申請を始めます", "電子申請を始めます"),
        ("職員が", "職員が答えます", "職員に聞きます"),
        ("書かない窓口", "書かない窓口の案内", "書くための窓口の案内"),
        ("引越し手続き", "引っ越し手続きの案内", "手続きと引っ越しの案内"),
    ],
)
def test_a_phrase_is_held_letter_by_letter_where_grammar_is_in_it(world, phrase, written, other):
    """Seen to fail with a phrase of its content words alone."""
    for title in (written, other):
        world.thread(world.room, title=title, body="予約制です。")
    index(world)
    assert titles(world, "officer", f'"{phrase}"') == [written]
    assert titles(world, "officer", f'予約 -"{phrase}"') == [other]
