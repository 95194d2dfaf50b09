"""The hub is any prefecture's: no name of one, nor of its section, stands in what is not demo data."""

from pathlib import Path

import pytest

from hub.config import ROOT

pytestmark = pytest.mark.once
PLACES = ("hub", "templates", "static", "deploy")
TEXTS = {".py", ".html", ".js", ".css", ".po", ".sh", ".conf", ".inc", ".service", ".txt", ".in", ".svg"}
WORDS = ("群馬", "DX戦略課", "Gunma", "gunma")


def files() -> list[Path]:
    every = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.suffix in TEXTS]
    return [path for path in every if "demo" not in path.relative_to(ROOT).parts]


def test_nothing_but_demo_data_names_a_prefecture_or_its_section():
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in files()
        for word in WORDS
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert len(files()) > 500
    assert found == []
