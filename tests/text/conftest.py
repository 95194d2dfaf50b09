"""What the tests of `hub.text` share: the attack corpus and the judge of what may stand in safe HTML."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bleach._vendor import html5lib

ATTRIBUTES = {"a": {"href", "rel"}, "span": {"class"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
TAGS = {
    *ATTRIBUTES,
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "li",
    "blockquote",
    "code",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
}
VALUES = {
    "href": re.compile(r"https?://[a-z0-9_.-]+(:[0-9]{1,5})?([/?#][!-~]*)?|mailto:[!-~]+@[a-z0-9_.-]+"),
    "rel": re.compile("noopener noreferrer nofollow"),
    "class": re.compile("mention"),
    "start": re.compile("[0-9]+"),
    "align": re.compile("left|right|center"),
}
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


class _Elements(HTMLParser):
    """Elements as the simplest of parsers sees them; what it sees need not be what a browser builds."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.other: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def _built_by_a_browser(html: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return [(element.tag, list(element.attrib.items())) for element in tree.iter()][1:]


def _judge(html: str) -> None:
    plain = _Elements(html)
    assert not plain.other, f"comment or declaration in {html!r}"
    for tag, attributes in plain.found + _built_by_a_browser(html):
        assert tag in TAGS, f"<{tag}> in {html!r}"
        for name, value in attributes:
            assert name in ATTRIBUTES.get(tag, ()), f"{name} on <{tag}> in {html!r}"
            assert VALUES[name].fullmatch(value or ""), f"{name}={value!r} in {html!r}"
        if tag == "a" and "href" in dict(attributes):
            assert "rel" in dict(attributes), f"link without rel in {html!r}"
    assert not UNSEEN.search(html), f"invisible character in {html!r}"


@pytest.fixture(scope="session")
def assert_safe() -> Callable[[str], None]:
    return _judge


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `attack` runs once with every entry of every corpus file."""
    if "attack" not in metafunc.fixturenames:
        return
    files = sorted((Path(__file__).parent / "corpus").glob("*.json"))
    cases = [(file.stem, number, text) for file in files for number, text in enumerate(json.loads(file.read_text()))]
    metafunc.parametrize("attack", [text for *_, text in cases], ids=[f"{stem}-{number}" for stem, number, _ in cases])
