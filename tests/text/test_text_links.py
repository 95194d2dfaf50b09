"""Links: right in Japanese text, and honest."""

from urllib.parse import quote

import pytest

from hub.text import render
from hub.text_urls import safe_url


def link(href: str, text: str | None = None) -> str:
    return f'<a href="{href}" rel="noopener noreferrer nofollow">{text or href}</a>'


A = "https://example.jp/a"
KEPT = "/?#()=&_.-"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (f"{A}。続き", f"{link(A)}。続き"),
        (f"{A}、{A}", f"{link(A)}、{link(A)}"),
        (f"詳細は{A}を参照", f"詳細は{link(A)}を参照"),
        (f"（{A}）「{A}」", f"（{link(A)}）「{link(A)}」"),
        (f"({A})", f"({link(A)})"),
        (f"{A}_(b)", link(f"{A}_(b)")),
        (f"({A}_(b))。", f"({link(f'{A}_(b)')})。"),
        (f"{A}). {A}, {A}!?", f"{link(A)}). {link(A)}, {link(A)}!?"),
        (f"{A}(新)", f"{link(A)}(新)"),
        (f"**{A}**です", f"<strong>{link(A)}</strong>です"),
        (f"{A}_b_c", link(f"{A}_b_c")),
        (f"{A}?b=1&c=%E3%81%82#d", link(f"{A}?b=1&amp;c=%E3%81%82#d")),
        ("http://intra:8080/", link("http://intra:8080/")),
        ("HTTPS://EXAMPLE.JP/A", link("https://example.jp/A", "HTTPS://EXAMPLE.JP/A")),
        (f"|{A}|", f"|{link(A)}|"),
        (f"参考({A})({A}b)です", f"参考({link(A)})({link(f'{A}b')})です"),
        (f"{A},{A}b;{A}|{A}", f"{link(A)},{link(f'{A}b')};{link(A)}|{link(A)}"),
    ],
)
def test_bare_addresses_end_where_a_japanese_reader_ends_them(source, html):
    assert render(source) == f"<p>{html}</p>"


WIKI = "https://ja.wikipedia.org/wiki/"


@pytest.mark.parametrize(
    ("address", "rest"),
    [
        ("https://example.jp/資料.pdf", ""),
        ("https://example.jp/様式第1号.pdf", "に記入"),
        (f"{WIKI}群馬県", ""),
        (f"{WIKI}群馬県", "を参照"),
        (f"{WIKI}群馬県", "です。"),
        (f"{WIKI}群馬県", "」に"),
        (f"{WIKI}前橋市_(群馬県)", "と前橋市"),
        (f"{WIKI}日本の市町村", " 参照"),
        ("https://example.jp/検索?q=帳票&p=1", "まで"),
        ("https://example.jp/?q=粗大ごみ", "、から"),
        ("https://example.jp/くらし/ごみ", ""),
        ("https://example.jp/子ども/", "から選ぶ"),
        ("https://example.jp/ふるさと納税", "(案内)"),
        ("https://example.jp/お知らせ#令和8年度", "へ"),
        ("https://example.jp/", "をご覧ください"),
        ("https://example.jp/", "の2ページ目"),
        ("https://example.jp/a", "から"),
    ],
)
def test_an_address_with_japanese_in_it_links_where_it_says(address: str, rest: str) -> None:
    """Seen to fail while an address ended at its first Japanese character: the link led to the folder above."""
    target = f"https://example.jp{quote(address[18:], safe=KEPT)}" if "example" in address else WIKI
    if address.startswith(WIKI):
        target += quote(address.removeprefix(WIKI), safe=KEPT)
    assert render(address + rest) == f"<p>{link(target.replace('&', '&amp;'), address.replace('&', '&amp;'))}{rest}</p>"


@pytest.mark.parametrize("label", ["仕様書.pdf", "様式 第1号.xlsx", "図面.dwg", "R8.docx"])
def test_the_name_of_a_file_is_no_host(label: str) -> None:
    """Seen to fail: the host of the link was added in brackets, as if the label named another."""
    assert render(f"[{label}](https://example.jp/x)") == f"<p>{link('https://example.jp/x', label)}</p>"


def test_an_ending_that_is_a_domain_too_is_explained() -> None:
    assert "tool.zip</a> (example.jp)" in render("[tool.zip](https://example.jp/x)")


@pytest.mark.parametrize(
    "source",
    [
        "http://",
        "https://。",
        "xhttps://a.jp",
        "ftp://a.jp",
        "https:/a.jp",
        "https://_.",
        "https://...",
        "a.jp",
        "https://good.jp@evil.jp",
        "https://u:p@a.jp",
    ],
)
def test_what_is_no_plain_web_address_is_not_linked(source):
    assert "<a" not in render(source)


def test_an_address_run_into_another_is_not_shown_twice():
    assert render("https://a._http://b.jp") == f"<p>{link('https://a._http')}://b.jp</p>"


def test_addresses_in_code_and_in_links_are_not_linked_again():
    assert "<a" not in render(f"`{A}` と\n\n```\n{A}\n```")
    assert render(f"[{A}]({A})") == f"<p>{link(A)}</p>"
    assert render(f"[案内 {A} です]({A})").count("<a ") == 1


@pytest.mark.parametrize(
    "source",
    [
        "[a](javascript:alert(1))",
        "[a](//evil.jp)",
        "[a](/rooms/1)",
        "[a](data:text/html,x)",
        "[a](https://good.jp@evil.jp)",
        "[a]()",
    ],
)
def test_links_that_are_not_allowed_are_shown_as_typed(source):
    assert render(source) == f"<p>{source}</p>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("[https://www.mynumber.go.jp](https://evil.jp/)", "(evil.jp)"),
        ("[mynumber.go.jp](https://evil.jp)", "(evil.jp)"),
        ("[**mynumber**.go.jp](https://evil.jp)", "(evil.jp)"),
        ("[ｍｙｎｕｍｂｅｒ．ｇｏ．ｊｐ](https://evil.jp)", "(evil.jp)"),
        ("[аррӏе.com](https://evil.jp)", "(evil.jp)"),
        ("[apple.com](https://аррӏе.com)", "(xn--80ak6aa92e.com)"),
        ("[詳細](https://例え.jp)", "(xn--r8jz45g.jp)"),
        ("[soumu@soumu.go.jp](mailto:x@evil.jp)", "(x@evil.jp)"),
        ("[example.jp](https://example.jp:8443)", "(example.jp:8443)"),
    ],
)
def test_a_link_that_names_another_host_says_where_it_leads(source, shown):
    assert render(source).endswith(f"</a> {shown}</p>")


@pytest.mark.parametrize(
    "source",
    [
        "[手引き](https://example.jp)",
        "[example.jp](https://www.example.jp/)",
        "[a@b.jp](mailto:a@b.jp)",
        "[第2.1版](https://a.jp)",
    ],
)
def test_an_honest_link_stays_plain(source):
    assert render(source).endswith("</a></p>")


def test_a_link_without_text_shows_its_address():
    for text in ("", " ", "\u200b", "　"):
        assert render(f"[{text}]({A})") == f"<p>{link(A)}</p>"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("HTTPS://Example.JP/あ b", "https://example.jp/%E3%81%82%20b"),
        ("https://ｅｘａｍｐｌｅ．ｊｐ", "https://example.jp"),
        ("https://evil。jp", "https://evil.jp"),
        ("mailto:a@例え.jp?bcc=x", "mailto:a@xn--r8jz45g.jp"),
        ("https://a.jp/100%", "https://a.jp/100%"),
        ("//a.jp", None),
        ("https://%65vil.jp", None),
        ("https://a.jp\\@evil.jp", None),
        ("https://" + "a" * 300, None),
        ("https://a..jp", None),
        ("mailto:a@b@c.jp", None),
        ("tel:0", None),
    ],
)
def test_addresses_are_written_as_they_are_asked_for(url, safe):
    assert safe_url(url) == safe
