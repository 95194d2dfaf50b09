"""The settings table in README.md says what hub/config.py does, in both directions."""

import re
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from hub.config import OTHER_NAMES, ROOT, Config, read_config

ROW = re.compile(r"^\| `(?P<name>[A-Z][A-Z_]+)` \| (?P<default>[^|]+) \| (?P<about>[^|]+) \|$")
README = (ROOT / "README.md").read_text(encoding="utf-8")
SPECS = {f.metadata["name"]: f for f in fields(Config) if "name" in f.metadata}


def rows() -> dict[str, re.Match[str]]:
    found = [match for line in README.splitlines() if (match := ROW.match(line))]
    assert len({m["name"] for m in found}) == len(found), "a setting stands in the table twice"
    return {m["name"]: m for m in found}


def shown(value: Any) -> str:
    """A default as the table writes it."""
    if isinstance(value, bool):
        return f"`{'on' if value else 'off'}`"
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}/`"
    return "(空 / empty)" if value in ("", None, ()) else f"`{value}`"


def test_every_setting_stands_in_the_table() -> None:
    assert sorted(set(SPECS) - set(rows())) == []


def test_every_row_of_the_table_is_a_setting() -> None:
    assert sorted(set(rows()) - set(SPECS)) == []


def test_the_table_names_the_real_defaults() -> None:
    assert all(spec.default is not MISSING for spec in SPECS.values())
    wrong = {n: row["default"] for n, row in rows().items() if row["default"] != shown(SPECS[n].default)}
    assert wrong == {}


def test_a_default_of_the_table_is_accepted_as_a_value() -> None:
    values = {n: row["default"].strip("`") for n, row in rows().items() if row["default"].startswith("`")}
    del values["HUB_INSTANCE_PATH"]
    assert read_config(values) == Config()


def test_the_names_for_tests_are_mentioned() -> None:
    assert [name for name in sorted(OTHER_NAMES) if f"`{name}`" not in README] == []
