"""The steps of the form: which fields are asked where, and what a submitted step changes."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from werkzeug.datastructures import MultiDict

from hub.library.content import LISTS, MOST_ROWS, ROWS, Content

STEPS: tuple[tuple[str, ...], ...] = (
    ("title", "summary", "fields", "led_by", "stage", "level", "tags", "partners"),
    ("background", "approach", "started_on", "ended_on", "milestones", "alternatives"),
    ("effects", "kpis", "cost_initial", "cost_yearly", "cost_note", "funding"),
    ("team", "rules", "training", "communication", "difficulties"),
    ("lessons", "next", "products", "documents", "awards", "sources", "bases"),
)
SPARE_ROWS = 3


def step_of(text: str | None) -> int:
    """1 for anything that is no step."""
    return int(text) if text and text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= len(STEPS) else 1


def changes_of(form: MultiDict[str, str], step: int) -> dict[str, Any]:
    """The fields of the step as typed. A field that was not sent at all is not changed, but for boxes of a group."""
    found: dict[str, Any] = {}
    for name in STEPS[step - 1]:
        if name == "fields":
            found[name] = form.getlist(name)
        elif name in ROWS:
            found[name] = _rows(form, name)
        elif name in form:
            found[name] = form[name].splitlines() if name in LISTS else form[name]
    return {name: _filled(value) if name in LISTS else value for name, value in found.items()}


def _filled(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _rows(form: MultiDict[str, str], name: str) -> list[dict[str, str]]:
    """Rows with anything in them; one too many is kept so that it is refused, not lost."""
    columns = columns_of(name)
    rows = [{c: form.get(f"{name}-{n}-{c}", "") for c in columns} for n in range(MOST_ROWS + 1)]
    return [row for row in rows if any(value.strip() for value in row.values())]


def columns_of(name: str) -> list[str]:
    return [f.name for f in fields(ROWS[name])]


def values_of(content: Content, typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the form shows: the content, and over it what was typed and refused. Rows are dicts, with spare ones."""
    values = {f.name: getattr(content, f.name) for f in fields(content)} | dict(typed or {})
    for name in LISTS:
        values[name] = list(values[name])
    for name in ROWS:
        rows = [row if isinstance(row, dict) else row.__dict__ for row in values[name]]
        empty = dict.fromkeys(columns_of(name), "")
        spare = min(SPARE_ROWS, max(0, MOST_ROWS - len(rows)))
        values[name] = [{c: row.get(c, "") for c in empty} for row in rows] + [empty] * spare
    return values
