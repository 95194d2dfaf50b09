"""What is stored: cleaned, measured, or refused with a reason; and what is shown of it as plain text."""

import pytest

from hub.text import plain_excerpt, plain_title
from hub.text_chars import TextRefused, clean_line, clean_source, visible


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t　\n", "empty"),
        ("\u200b\u202e\x00\u3164", "empty"),
        ("あ" * 11, "too_long"),
        ("a\ud800", "malformed"),
        ("\udfff", "malformed"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_reason(text, reason):
    for clean in (clean_source, clean_line):
        with pytest.raises(TextRefused) as refusal:
            clean(text, max_chars=10)
        assert refusal.value.reason == reason
        assert isinstance(refusal.value, ValueError)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("か\u3099", "が"),
        ("①㈱ｶﾞ", "①㈱ｶﾞ"),
        ("か\u200b\u3099", "が"),
        ("請求額\u202e000,1", "請求額000,1"),
        ("a\x00\x08\x1b[31mb\tc", "a[31mb\tc"),
        ("\n\n　字下げ  \n本文　\n\n", "　字下げ\n本文"),
        ("葛\U000e0100城市 ❤\ufe0f 👨\u200d👩\u200d👧 👍🏽", "葛\U000e0100城市 ❤\ufe0f 👨\u200d👩\u200d👧 👍🏽"),
        ("あ\u200dい\ufe0f\ufe0f\ufe0f", "あい\ufe0f"),
        ("\ue000外字", "\ue000外字"),
    ],
)
def test_stored_text_has_no_hidden_characters_and_keeps_what_names_need(text, stored):
    assert clean_source(text, max_chars=100) == stored
    assert clean_source(stored, max_chars=100) == stored


def test_length_is_measured_after_cleaning():
    assert clean_source("あ" * 10 + "\u200b\n\n", max_chars=10) == "あ" * 10


def test_a_field_of_one_line_has_one_line():
    assert clean_line(" 山田　 太郎\r\n\t(情報係) ", max_chars=20) == "山田 太郎 (情報係)"


def test_a_lone_surrogate_of_an_old_row_can_still_be_shown():
    assert visible("a\ud800b") == "a\ufffdb"


def test_an_excerpt_reads_without_marks():
    source = "# 経緯\n**「重要」**な`x`を[手引き](https://a.jp)で。\n\n- 甲\n- 乙\n\n> 引用\n\n```\nコード\n```"
    assert plain_excerpt(source, 100) == "経緯 「重要」なxを手引きで。 甲 乙 引用 コード"
    assert plain_excerpt(source, 8) == "経緯 「重要」…"
    assert plain_excerpt("", 10) == ""


def test_a_title_is_the_first_line_that_says_something():
    assert plain_title("\n\n> \n**標準化**の件\n本文", 100) == "標準化の件"
    assert plain_title("あ" * 50, 10) == "あ" * 9 + "…"


def test_cutting_never_parts_a_character_from_what_belongs_to_it():
    assert plain_excerpt("ab葛\U000e0100城市", 4) == "ab…"
    assert plain_excerpt("a👨\u200d👩\u200d👧bcd", 5) == "a…"
    assert plain_excerpt("abc", 0) == ""


def test_the_target_of_a_dishonest_link_is_named_in_mail_too():
    assert plain_excerpt("[good.jp](https://evil.jp)", 50) == "good.jp (evil.jp)"
