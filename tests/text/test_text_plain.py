"""A text without signs is the same HTML whether it is read by the parser or not."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import hub.text
from hub.text import parsed_html, plain_excerpt, plain_title, render
from hub.text_chars import visible
from hub.text_plain import plain_html

pytestmark = pytest.mark.once

LIKELY = (
    "あ亜ｱＡＺ０①。、・（「―　 \n\n\naZ09éß𠮷👍🏽\u200d\ufe0f\u3000\u00a0\u2003\u2028\u0085\u0301＠"
    + "@*_`#>-+.1|~[](){}<>&:/\\\t\r"
)
TEXTS = st.text(st.one_of(st.sampled_from(LIKELY), st.characters()), max_size=60)


@given(TEXTS)
@settings(max_examples=1_500, deadline=None)
@example("一行目\n　字下げ\n\n\n次の段落")
@example("あ\u3000\n\u3000\nい")
@example("あ\u00a0い")
def test_it_is_what_the_parser_makes(source: str) -> None:
    assert render(source, ["あ", "亜ｱ"]) == parsed_html(visible(source), ["あ", "亜ｱ"])


@given(st.text(st.sampled_from("あ亜ｱ０。、（「　 \n\naZ09.,:;!?/()#%$^~=+-・"), max_size=60))
@settings(max_examples=1_500, deadline=None)
def test_nor_is_it_another_thing_where_no_parser_is_asked(text: str) -> None:
    plain = plain_html(text)
    assert plain is None or plain == parsed_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "ごみの収集日は、3日です。\n　よろしくお願いします。",
        "了解",
        "一\n\n二",
        "(1)様式は12/1(火)17:15までに、R8.4-様式1.xlsxで!\n残り3.5%",
    ],
)
def test_ordinary_answers_need_none(text: str) -> None:
    assert plain_html(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "1. 一",
        "a*b*",
        "https://x.jp",
        "@吉岡",
        "＠吉岡",
        "a<b",
        "a & b",
        "> 一",
        "m(_ _)m",
        "- 一",
        "1) 一",
        "+ 一",
        "# 一",
        "~~~\n一",
        "一\n===",
        "一\n---",
        "x://y",
        "一|二",
    ],
)
def test_whatever_could_be_a_sign_is_read(text: str) -> None:
    assert plain_html(text) is None


@given(TEXTS | st.text(st.sampled_from("あ亜ｱ０。、（「　 \n\naZ09.,:;!?/()#%$^~=+-・"), max_size=60))
@settings(max_examples=1_500, deadline=None)
def test_its_excerpt_is_what_the_parser_makes(text: str) -> None:
    read = plain_excerpt(text, 40), plain_title(text, 40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub.text, "is_plain", lambda _text: False)
        assert read == (plain_excerpt(text, 40), plain_title(text, 40))
