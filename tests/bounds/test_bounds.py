"""Every limit one below, at and one beyond. Limits are found by their names in the code (those that begin with _ are a
module's own affair) and among the settings: a new one without a row fails."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from hub.config import Config
from hub.errors import HubError
from tests.bounds.counts import COUNTS, Count
from tests.bounds.listed import ELSEWHERE, NO_LIMIT, NO_LIMIT_SETTINGS, SETTINGS
from tests.bounds.texts import DOORS, TEXTS, Write
from tests.library.conftest import Library

ROOT = Path(__file__).parents[2]
NAMED = re.compile(
    r"(^|_)(MOST|MAX|LIMIT|LARGEST|SHORTEST|LONGEST|LEAST|PAGE|PAGES|AT_ONCE)(_|$)|_(CHARS|BYTES|ROWS|PARTS)$"
)
WRITES = [
    pytest.param(name, write, id=f"{name}-{n}")
    for name, first in TEXTS.items()
    for n, write in enumerate([first, *DOORS.get(name, [])])
]


def value_of(name: str) -> int:
    module, _colon, constant = name.partition(":")
    return int(getattr(import_module(f"hub.{module}"), constant))


@pytest.mark.parametrize(("name", "write"), WRITES)
def test_a_text_may_be_just_so_long(library: Library, name: str, write: Write) -> None:
    limit = value_of(name)
    for chars in (limit - 1, limit):
        write(library, "あ" * chars if "ADDRESS" not in name else "a" * chars)
    with pytest.raises(HubError):
        write(library, "あ" * (limit + 1) if "ADDRESS" not in name else "a" * (limit + 1))


@pytest.mark.parametrize("name", COUNTS)
def test_so_many_and_no_more(library: Library, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """With a small limit in its place, which shows that it is this one that limits."""
    module, _colon, constant = name.partition(":")
    monkeypatch.setattr(f"hub.{module}.{constant}", 3)
    count: Count = COUNTS[name](library)
    seen = [count.one_more() for _ in range(5)]
    assert seen == [1, 2, 3, 3, 3]


def limits() -> Iterator[str]:
    for path in sorted((ROOT / "hub").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT / "hub").with_suffix("").parts)
        if module.startswith("migrations."):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            names = [n.id for t in targets if t is not None for n in ast.walk(t) if isinstance(n, ast.Name)]
            yield from (f"{module}:{name}" for name in names if NAMED.search(name) and not name.startswith("_"))


def test_every_limit_has_a_row() -> None:
    tried = TEXTS.keys() | COUNTS.keys() | ELSEWHERE.keys()
    assert set(limits()) - NO_LIMIT.keys() == tried
    assert not NO_LIMIT.keys() & tried


def test_every_setting_that_limits_has_a_row() -> None:
    limiting = {f.name for f in fields(Config) if f.type in (int, float, "int", "float")}
    assert limiting == SETTINGS.keys() | NO_LIMIT_SETTINGS.keys()


@pytest.mark.parametrize("place", sorted({*ELSEWHERE.values(), *SETTINGS.values()}))
def test_what_is_said_to_be_tried_elsewhere_is_there(place: str) -> None:
    file, _colon, test = place.partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert test in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
