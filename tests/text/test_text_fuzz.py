"""Properties that hold for any text at all."""

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.text import clean_html, find_mentions, plain_excerpt, render
from hub.text_chars import TextRefused, clean_source, visible
from hub.text_urls import safe_url

NAMES = ["吉岡町", "吉岡", "山田 太郎", "DX"]
PIECES = [
    *"*_`[]()<>|#-+>!&@:/\\\"'\n\t 　=~.。、",
    *[
        "**",
        "```",
        "\n\n",
        "](",
        "|-|\n",
        "1. ",
        "- ",
        "> ",
        "# ",
        "https://a.jp/",
        "//evil.jp",
        "javascript:",
        "data:",
        "mailto:a@b.jp",
    ],
    *[
        "<script>",
        "</style>",
        "<svg>",
        "<a href=",
        "onclick=",
        "&lt;",
        "&#x",
        "<!--",
        "-->",
        "<![CDATA[",
        "</p>",
        "<p>",
        "<math>",
    ],
    *[
        "@吉岡町",
        "@山田　太郎",
        "＠DX",
        "重要",
        "「」",
        "（",
        "）",
        "a",
        "1",
        "\u202e",
        "\u200d",
        "\ufe0f",
        "👨",
        "\x00",
        "\ud800",
        "か\u3099",
        "\xa0",
    ],
]
sources = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(source=sources)
def test_rendered_text_holds_only_allowed_elements_and_is_stable(source, assert_safe):
    made = render(source, NAMES)
    assert_safe(made)
    assert clean_html(made) == made


@settings(max_examples=300, deadline=None)
@given(markup=sources)
def test_any_markup_is_made_safe_and_then_stable(markup, assert_safe):
    made = clean_html(markup)
    assert_safe(made)
    assert clean_html(made) == made


@settings(max_examples=200, deadline=None)
@given(source=sources)
def test_no_word_is_lost_on_the_way_to_the_page(source):
    shown = html.unescape(re.sub(r"<[^>]*>", " ", render(re.sub(r"[`\[\]|]", " ", source))))
    kept = set(re.findall(r"[一-龠ぁ-ん]+", visible(re.sub(r"[`\[\]|]", " ", source))))
    assert all(word in shown for word in kept)


@settings(max_examples=200, deadline=None)
@given(source=sources)
def test_mentions_found_are_the_mentions_marked(source):
    assert bool(find_mentions(source, NAMES)) == ('class="mention"' in render(source, NAMES))


@settings(max_examples=200, deadline=None)
@given(text=sources)
def test_cleaning_a_source_twice_changes_nothing(text):
    try:
        stored = clean_source(text, max_chars=10_000)
    except TextRefused:
        return
    assert clean_source(stored, max_chars=10_000) == stored
    assert visible(stored) == stored


@settings(max_examples=200, deadline=None)
@given(source=sources, chars=st.integers(0, 30))
def test_an_excerpt_keeps_its_length_and_its_line(source, chars):
    excerpt = plain_excerpt(source, chars)
    assert len(excerpt) <= chars
    assert "\n" not in excerpt


@settings(max_examples=300, deadline=None)
@given(url=st.one_of(sources, sources.map("https://".__add__), sources.map("mailto:a@b.jp".__add__)))
def test_a_safe_address_is_ascii_and_stays_what_it_is(url):
    safe = safe_url(url)
    if safe is not None:
        assert re.fullmatch(r"(https?://|mailto:)[!-~]+", safe)
        assert safe_url(safe) == safe
