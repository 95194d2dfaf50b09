"""The Markdown subset as a municipal officer meets it."""

import pytest

from hub.text import render


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**「重要」**です", "<strong>「重要」</strong>です"),
        ("これは**重要（必須）**です", "これは<strong>重要（必須）</strong>です"),
        ("達成率は**100%**です", "達成率は<strong>100%</strong>です"),
        ("**“重要”**です", "<strong>“重要”</strong>です"),
        ("は**「A」**と**「B」**で", "は<strong>「A」</strong>と<strong>「B」</strong>で"),
        ("**重要**、*斜体*。", "<strong>重要</strong>、<em>斜体</em>。"),
        ("***「両方」***です", "<em><strong>「両方」</strong></em>です"),
        ("締切：**11月30日(月)**まで", "締切：<strong>11月30日(月)</strong>まで"),
        ("**DX**推進と**重要**DX", "<strong>DX</strong>推進と<strong>重要</strong>DX"),
        ("**🎉**です", "<strong>🎉</strong>です"),
        ("これは *大事* で、「*必須*」です", "これは <em>大事</em> で、「<em>必須</em>」です"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        ("(´・ω・`) と `code` と `f(x)`", "(´・ω・`) と <code>code</code> と <code>f(x)</code>"),
        ("_italic_ and __bold__ words", "<em>italic</em> and <strong>bold</strong> words"),
    ],
)
def test_bold_and_italics_need_no_spaces_in_japanese(source, html):
    assert render(source) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "source",
    [
        "5*3=15、4*2=8",
        "承知しました m(_ _)m よろしくお願いします m(_ _)m",
        "m(__)m お願いします m(__)m",
        "単価*1と数量*2は別表のとおり",
        "単価(*1)と数量(*2)、(*3)",
        "対象は住民記録*、税*、福祉*です",
        "対象は住民記録**、税**、福祉**です",
        "*は必須項目 氏名* 住所*",
        "*1 税込み *2 税抜き *3 概算",
        "価格（*）と数量（*）",
        "縦*横*高さ",
        "2**10と2**20",
        "(´・ω・`)でした(´・ω・`)",
        "(`・ω・´)ゞ と (`・ω・´)ゞ",
        "(*´ω`*)です(*´ω`*)",
        "(*^_^*) と (>_<) と (T_T) と (;_;) と _(._.)_",
        "(*'▽'*) (*'▽'*)",
        "※*印の欄、*印は必須",
        "令和__年__月__日",
        "file_name_a と snake_case_b",
        "** 重要 **",
        "\\\\filesv01\\共有\\様式\\*.xlsx",
        "#1 の件",
        "100% & <担当>",
        "&lt;b&gt; &copy;",
        "[要確認] (至急)",
        "2026. 11. 23",
    ],
)
def test_what_is_no_mark_is_shown_as_typed(source):
    escaped = source.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert render(source) == f"<p>{escaped}</p>"


def test_raw_html_is_shown_as_typed():
    assert render("<b>太字</b><br>") == "<p>&lt;b&gt;太字&lt;/b&gt;&lt;br&gt;</p>"


def test_images_are_not_loaded():
    assert "<img" not in render("![図](https://example.jp/a.png)")


def test_single_line_ends_are_kept():
    assert render("一行目\n二行目\n\n次の段落") == "<p>一行目<br>\n二行目</p>\n<p>次の段落</p>"


def test_indentation_by_a_full_width_space_is_kept():
    assert render("　本日は\n　晴天なり") == "<p>　本日は<br>\n　晴天なり</p>"


def test_a_heading_is_a_bold_paragraph():
    assert render("# 経緯 **補足**\n本文") == "<p><strong>経緯 補足</strong></p>\n<p>本文</p>"


def test_lines_of_signs_are_separators_not_marks():
    for line in ("------", "======", "~~~~~~", "* * *"):
        html = render(f"前\n{line}\n後")
        assert "<h" not in html
        assert "<code" not in html
        assert "後" in html


def test_lists():
    assert render("- 甲\n- 乙") == "<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>"
    assert render("1. 甲\n2. 乙") == "<ol>\n<li>甲</li>\n<li>乙</li>\n</ol>"
    assert render("3. 丙") == '<ol start="3">\n<li>丙</li>\n</ol>'


def test_an_answer_below_a_quoted_line_is_not_part_of_the_quote():
    assert render("> ご質問\nお答えします") == "<blockquote>\n<p>ご質問</p>\n</blockquote>\n<p>お答えします</p>"


def test_code_is_left_alone():
    html = render("`**x** <b> https://a.jp @吉岡町`", ["吉岡町"])
    assert html == "<p><code>**x** &lt;b&gt; https://a.jp @吉岡町</code></p>"
    html = render("```sql\nSELECT * FROM a -- https://a.jp @吉岡町\n```", ["吉岡町"])
    assert html == "<pre><code>SELECT * FROM a -- https://a.jp @吉岡町\n</code></pre>"


def test_tables_with_alignment_and_no_style_attribute():
    html = render("|項目|金額|\n|:--|--:|\n|**保守**|1,200千円|\n|合計|")
    assert '<th align="left">項目</th>\n<th align="right">金額</th>' in html
    assert '<td align="left"><strong>保守</strong></td>\n<td align="right">1,200千円</td>' in html
    assert "style" not in html


def test_a_table_too_large_to_be_meant_stays_text():
    source = "|" + "a|" * 50 + "\n|" + "-|" * 50 + "\n" + "x\n" * 3000
    html = render(source)
    assert "<table" not in html
    assert len(html) < 10 * len(source)


def test_marks_nested_deeper_than_anybody_reads_are_shown_as_typed():
    assert "&gt; &gt; 深い" in render("> " * 12 + "深い")
    assert "- - 深い" in render("- " * 7 + "深い")
    assert render("**" * 500 + "a" + "**" * 500) == "<p><strong>a</strong></p>"


def test_variants_of_characters_that_names_need_survive():
    assert render("葛\U000e0100城市の𠮷田、髙橋、㈱、①") == "<p>葛\U000e0100城市の𠮷田、髙橋、㈱、①</p>"
