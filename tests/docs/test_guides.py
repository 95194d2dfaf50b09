"""The guides: no dead links, no commands and fault texts that the hub does not know."""

import re
import unicodedata
from pathlib import Path

import pytest

from hub.config import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)(?P<file>[^)#\s]*)(?:#(?P<anchor>[^)]*))?\)")
SOURCES = [*(ROOT / "hub").rglob("*.py"), *(ROOT / "deploy").glob("*.sh")]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall("^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {"".join(map(_anchor_char, head.lower())) for head in heads}


def _anchor_char(char: str) -> str:
    if char in " -_":
        return char.replace(" ", "-")
    return char if unicodedata.category(char)[0] in "LNM" else ""


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    dead = []
    for link in LINK.finditer(document.read_text(encoding="utf-8")):
        target = (document.parent / link["file"]).resolve() if link["file"] else document
        if not target.exists() or (link["anchor"] and link["anchor"] not in anchors(target)):
            dead.append(link[0])
    assert dead == []


def test_every_fault_of_the_guide_is_one_that_the_hub_gives() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    section = guide.partition("## 起動しないとき")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)
    code = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    parts = [part.strip(" :") for row in rows for part in re.sub(r"HUB_[A-Z_]*", "…", row).split("…")]
    assert len(rows) > 8
    assert [part for part in parts if part not in code] == []


def test_every_file_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:hub|templates|static|deploy|tests)/[\w./-]*)`", text)
    assert len(named) > 25
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_no_decision_is_missing_and_every_one_is_listed() -> None:
    """Seen to fail before: 13 was nowhere."""
    records = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    listed = re.findall(r"\]\((\d{4}-[^)]*)\)", (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8"))
    assert listed == records
