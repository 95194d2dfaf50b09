"""Both languages are complete: every sentence of code and templates has an English one with the same placeholders."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
COUNTED = re.compile(r"%\((?:n|all|total|bodies|done)\)s (?:\w+ )?(?:\w{3,}s|people)\b")
LIMIT = re.compile(r"\b(?:up to|at most|at least|the first|previous|next|may have)\b", re.IGNORECASE)
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@cache
def sentences() -> frozenset[str | tuple[str, str]]:
    """As they are given to gettext, or as two to ngettext."""
    python = extract_from_dir(str(ROOT / "hub"), method_map=[("**.py", "python")])
    pages = extract_from_dir(str(ROOT / "templates"), method_map=[("**.html", "jinja2")])
    return frozenset(message for _file, _line, message, _comments, _context in [*python, *pages])


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (ROOT / "hub/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def forms(message: Message) -> list[str]:
    """The English ones: one, or one and many."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def pairs(catalog: Catalog) -> Iterator[tuple[str | tuple[str, str], str]]:
    """Every sentence with each of its English forms."""
    return ((m.id, form) for m in catalog if m.id for form in forms(m))


def test_every_sentence_has_an_english_one(english: Catalog):
    found = {s: english.get(s) for s in sentences()}
    assert sorted(str(s) for s, m in found.items() if not (m and m.id == s and all(forms(m)))) == []


def test_no_english_sentence_is_left_over(english: Catalog):
    assert sorted(str(m.id) for m in english if m.id and m.id not in sentences()) == []


def test_japanese_has_one_form():
    """Without a Japanese catalogue the second would be shown for every number but one."""
    assert [s for s in sentences() if isinstance(s, tuple) and s[0] != s[1]] == []


def test_placeholders_are_the_same(english: Catalog):
    kept = [(id_, form) for id_, form in pairs(english) if placeholders(id_) != placeholders(form)]
    assert kept == []


def placeholders(sentence: str | tuple[str, str]) -> set[str]:
    return set(PLACEHOLDER.findall(sentence if isinstance(sentence, str) else sentence[0]))


class Values(dict[str, str]):
    def __str__(self) -> str:
        raise TypeError("a placeholder without a name would show all of them")


def broken(catalog: Catalog) -> list[str]:
    """What cannot be filled in with the placeholders of its sentence. Templates fill in every sentence, also one
    without a placeholder: a percent sign that stands alone makes its page an error."""
    found = []
    for id_, form in pairs(catalog):
        values = Values.fromkeys(placeholders(id_), "1")
        for text in (*([id_] if isinstance(id_, str) else id_), form):
            try:
                text % values
            except (KeyError, TypeError, ValueError):
                found.append(text)
    return found


def test_every_sentence_can_be_filled_in(english: Catalog):
    assert broken(english) == []


@pytest.mark.parametrize("form", ["50 % of all", "%(n)s of %(all)s", "%(n) of all", "100 %", "%s of all"])
def test_what_cannot_be_filled_in_is_found(form: str):
    catalog = Catalog()
    catalog.add("全体の%(n)s", form)
    assert broken(catalog) == [form]


def test_no_japanese_is_left_in_the_english_texts(english: Catalog):
    assert [form for _id, form in pairs(english) if JAPANESE.search(form)] == []


def test_what_is_counted_in_english_has_a_form_for_one(english: Catalog):
    """`1 people` is no English. Limits that are never one may stand in the plural."""
    single = [m.string for m in english if m.id and isinstance(m.string, str)]
    assert [s for s in single if COUNTED.search(s) and not LIMIT.search(s)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "static/js").rglob("*.js")), ids=lambda p: p.name)
def test_scripts_hold_no_language(path: Path):
    """What people read comes from the page; comments may name a Japanese term."""
    code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S)
    allowed = {"caution.js", "thanks.js"}  # they look for Japanese addresses and thanks in what people write
    assert path.name in allowed or not re.search(r"[ぁ-ん一-龠]", code)


def test_templates_hold_no_untranslated_text():
    """Japanese outside of _() would stay Japanese for everybody."""
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
        found += [f"{path.name}: {line.strip()}" for line in bare.splitlines() if JAPANESE.search(line)]
    assert found == []
