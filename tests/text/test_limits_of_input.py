"""What is typed is measured before anything reads it."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter
from pydantic.dataclasses import is_pydantic_dataclass

import hub
from hub.errors import ValidationFailed
from hub.threads import composing, draft_routes, input
from hub.threads.input import BODY_CHARS, checked_body, checked_line
from tests.factories import JSON, World

LONG = "# あ\n" * 50_000
# Months are measured by a check of their own; the rows of a table are what the hub itself gave, and a form holds.
ELSEWHERE = ["Content.started_on", "Content.ended_on", "TakeInStaff.rows"]
BOUNDS = {"maxLength", "enum", "const", "format", "pattern"}


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long the texts were that something read."""
    read: list[int] = []

    def measured(function: Any) -> Any:
        def measuring(text: str, *args: Any, **kwargs: Any) -> Any:
            read.append(len(text))
            return function(text, *args, **kwargs)

        return measuring

    for module, name in ((composing, "render"), (composing, "clean_source"), (composing, "find_cautions"),
                         (draft_routes, "find_cautions"), (input, "clean_source"), (input, "clean_line")):  # fmt: skip
        monkeypatch.setattr(module, name, measured(getattr(module, name)))
    return read


def test_a_preview_is_refused_before_it_is_read(world: World, readers: list[int]) -> None:
    """Seen to fail before: 200 KB of headings took a minute."""
    refused = world.client("officer").post_json("/preview", body=LONG)
    assert (refused.status_code, set(refused.json["error"]["fields"])) == (422, {"body"})
    assert readers == []


def test_a_preview_of_what_may_be_posted_is_shown(world: World) -> None:
    shown = world.client("officer").post_json("/preview", body="電話 027-123-4567\r\n" * 500).json
    assert (shown["cautions"], shown["body_html"].count("<br>")) == (["telephone"], 499)


@pytest.mark.parametrize("action", ["", "preview"])
def test_a_form_with_too_much_is_refused_before_it_is_read(world: World, readers: list[int], action: str) -> None:
    browser = world.client("officer")
    answer = browser.post_form(f"/rooms/{world.room}/threads", kind="talk", body=LONG[:150_000], action=action)
    assert answer.status_code == (200 if action else 422)
    assert [length for length in readers if length > BODY_CHARS] == []


def test_a_body_and_a_line_are_measured_first(readers: list[int]) -> None:
    with pytest.raises(ValidationFailed):
        checked_body(LONG)
    with pytest.raises(ValidationFailed):
        checked_line(LONG, max_chars=100, field="title")
    assert readers == []
    assert len(checked_body("が" * BODY_CHARS)) == BODY_CHARS
    assert checked_body("あ\r\n" * 4_999).count("\n") == 4_998


def unbounded(schema: dict[str, Any], defs: dict[str, Any], path: str) -> Iterator[str]:
    """Where a text or a list of any length is taken."""
    if "$ref" in schema:
        schema = defs[schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type")
    if kind == "string" and not BOUNDS & set(schema):
        yield path
    if kind == "array" and not {"maxItems", "prefixItems"} & set(schema):
        yield f"{path}[]"
    for part in [*schema.get("anyOf", []), schema.get("items")]:
        if isinstance(part, dict):
            yield from unbounded(part, defs, path)
    for name, part in schema.get("properties", {}).items():
        yield from unbounded(part, defs, f"{path}.{name}")


@pytest.mark.once
def test_every_command_limits_every_text_and_list() -> None:
    """Whatever a socket, a program or a form sends becomes one of these. Seen to fail with a bare `str`."""
    commands, found = set(), []
    for place in pkgutil.walk_packages(hub.__path__, "hub."):
        if ".migrations" in place.name or place.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(place.name)).values():
            if inspect.isclass(value) and is_pydantic_dataclass(value) and value not in commands:
                commands.add(value)
                schema = TypeAdapter(value).json_schema()
                found += unbounded(schema, schema.get("$defs", {}), value.__name__)
    assert len(commands) > 80
    assert [path for path in found if path not in ELSEWHERE] == []


def test_programs_are_told_the_same(world: World) -> None:
    browser = world.client("officer")
    answer = browser.post(
        f"/rooms/{world.room}/threads",
        json={"kind": "talk", "body": LONG, "client_id": world.new_id()},
        headers=JSON | {"X-CSRFToken": browser.csrf},
    )
    assert (answer.status_code, set(answer.json["error"]["fields"])) == (422, {"body"})
