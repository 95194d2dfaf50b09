"""The table of who follows what is whole: every kind stands in it, with those who follow whatever is like it."""

import importlib
import inspect
from pathlib import Path

import pytest

from hub.access_changes import follow as change_access
from hub.config import ROOT
from hub.events.following import in_order
from hub.events.happenings import Audited, Happening
from hub.records.following import write_entries
from hub.subscribers import FOLLOWERS

pytestmark = pytest.mark.once
MODULES = sorted(Path(ROOT / "hub").rglob("happenings.py"))


def kinds_of(path: Path) -> set[type[Happening]]:
    """Those of a module that are said: not what others are made of."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    kinds = {k for _n, k in inspect.getmembers(importlib.import_module(name), inspect.isclass) if k.__module__ == name}
    kinds = {kind for kind in kinds if issubclass(kind, Happening)}
    said = {kind for kind in kinds if kind in FOLLOWERS}
    bases = {base for kind in kinds for base in kind.__mro__[1:]}
    return said | (kinds - bases)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.parent.name)
def test_every_kind_stands_in_the_table(path: Path) -> None:
    if path.parent.name != "events":
        assert kinds_of(path) <= set(FOLLOWERS)


def test_what_is_audited_is_written_down() -> None:
    assert {k for k, f in FOLLOWERS.items() if write_entries in f} == {k for k in FOLLOWERS if issubclass(k, Audited)}


def test_every_action_belongs_to_one_kind() -> None:
    actions = [kind.action for kind in FOLLOWERS if issubclass(kind, Audited)]
    assert len(actions) == len(set(actions))


def test_the_access_version_is_raised_last_and_so_once() -> None:
    """What other followers say of access still counts with it."""
    assert in_order(FOLLOWERS)[-1] is change_access


@pytest.mark.parametrize("path", sorted((ROOT / "hub").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_nobody_calls_a_follower_by_hand(path: Path) -> None:
    names = {follower.__name__ for followers in FOLLOWERS.values() for follower in followers} - {"follow"}
    if path.name != "subscribers.py":
        text = path.read_text(encoding="utf-8")
        assert [name for name in names if f" {name}(" in text.replace(f"def {name}(", "")] == []
