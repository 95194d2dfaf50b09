"""Mentions in the page and for the inbox are found by the same rule."""

import pytest

from hub.text import find_mentions, render

NAMES = ["吉岡町", "吉岡", "@県DX担当", "山田 太郎", "DX", "DX戦略課"]


def marked(text: str) -> str:
    return f'<span class="mention">{text}</span>'


@pytest.mark.parametrize(
    ("source", "html", "found"),
    [
        ("@吉岡町の皆さん", f"{marked('@吉岡町')}の皆さん", ["吉岡町"]),
        ("@吉岡さん", f"{marked('@吉岡')}さん", ["吉岡"]),
        (
            "(@県DX担当)、@山田 太郎さん",
            f"({marked('@県DX担当')})、{marked('@山田 太郎')}さん",
            ["県DX担当", "山田 太郎"],
        ),
        ("＠県ＤＸ担当 @山田　太郎", f"{marked('＠県ＤＸ担当')} {marked('@山田　太郎')}", ["県DX担当", "山田 太郎"]),
        ("@DX戦略課 @dx @DX2", f"{marked('@DX戦略課')} {marked('@dx')} @DX2", ["DX戦略課", "DX"]),
        ("**@吉岡町**", f"<strong>{marked('@吉岡町')}</strong>", ["吉岡町"]),
        ("@@吉岡町", f"@{marked('@吉岡町')}", ["吉岡町"]),
        ("@吉岡町 @吉岡町", f"{marked('@吉岡町')} {marked('@吉岡町')}", ["吉岡町"]),
        ("yamada@吉岡町", "yamada@吉岡町", []),
        ("`@吉岡町` @前橋市", "<code>@吉岡町</code> @前橋市", []),
    ],
)
def test_the_longest_name_is_marked_outside_code_and_mail_addresses(source, html, found):
    assert render(source, NAMES) == f"<p>{html}</p>"
    assert find_mentions(source, NAMES) == found


def test_a_mention_within_a_link_is_none():
    source = "[@吉岡町](https://a.jp) https://a.jp/@DX"
    assert "mention" not in render(source, NAMES)
    assert find_mentions(source, NAMES) == []


def test_mentions_are_found_in_lists_quotes_headings_and_tables():
    source = "- @吉岡町\n\n> @DX\n\n# @山田 太郎\n\n|@県DX担当|\n|-|\n|x|"
    assert find_mentions(source, NAMES) == ["吉岡町", "DX", "山田 太郎", "県DX担当"]
    assert render(source, NAMES).count('class="mention"') == 4


def test_nobody_is_mentioned_without_names():
    assert render("@吉岡町") == "<p>@吉岡町</p>"
    assert find_mentions("@吉岡町", ["", "@", " "]) == []
