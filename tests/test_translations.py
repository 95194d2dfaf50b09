"""Both languages are complete: every sentence of code and templates has an English one with the same placeholders."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@cache
def sentences() -> frozenset[str]:
    python = extract_from_dir(str(ROOT / "hub"), method_map=[("**.py", "python")])
    pages = extract_from_dir(str(ROOT / "templates"), method_map=[("**.html", "jinja2")])
    return frozenset(message for _file, _line, message, _comments, _context in [*python, *pages])


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (ROOT / "hub/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def test_every_sentence_has_an_english_one(english: Catalog):
    assert sorted(s for s in sentences() if not (english.get(s) and english[s].string)) == []


def test_no_english_sentence_is_left_over(english: Catalog):
    assert sorted(m.id for m in english if m.id and m.id not in sentences()) == []


def test_placeholders_are_the_same(english: Catalog):
    kept = [(m.id, m.string) for m in english if set(PLACEHOLDER.findall(m.id)) != set(PLACEHOLDER.findall(m.string))]
    assert [k for k in kept if k[0]] == []


def test_no_japanese_is_left_in_the_english_texts(english: Catalog):
    assert [m.string for m in english if JAPANESE.search(m.string)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "static/js").rglob("*.js")), ids=lambda p: p.name)
def test_scripts_hold_no_language(path: Path):
    """What people read comes from the page; comments may name a Japanese term."""
    code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S)
    allowed = {"caution.js"}  # finds Japanese addresses
    assert path.name in allowed or not re.search(r"[ぁ-ん一-龠]", code)


def test_templates_hold_no_untranslated_text():
    """Japanese outside of _() would stay Japanese for everybody."""
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
        found += [f"{path.name}: {line.strip()}" for line in bare.splitlines() if JAPANESE.search(line)]
    assert found == []
