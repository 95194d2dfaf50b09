"""An id is one string. What a database would take for the same number (089, ８９, +89) names nothing, anywhere."""

import re
from typing import Any

import pytest
from flask import Flask

from hub.ids import number_of
from tests.factories import JSON, Socket, World
from tests.permission_things import Things
from tests.test_permissions_matrix import EVENTS, ROUTES, Line, allowed, filled_in, kinds_of, names_in

pytestmark = pytest.mark.once
OTHER_WORDS = ("new", "other_basis")  # names of things that are no ids
# A number that people type, blanks and all; and boxes of a list, of which the unknown are left out.
TYPED_BY_PEOPLE, LEFT_OUT = "spreading.link", "spreading.check"
ALIASES = ["0{}", "00{}", "+{}", "{}.0", " {}"]


@pytest.fixture
def things(app: Flask, world: World) -> Things:
    app.extensions["hub.limits"].enabled = False
    return Things(world)


def wide(id_: str) -> str:
    return id_.translate({ord("0") + n: ord("０") + n for n in range(10)})


def aliases(id_: str) -> list[str]:
    return [*(alias.format(id_) for alias in ALIASES), wide(id_)]


def test_only_the_exact_string_is_an_id() -> None:
    assert [number_of(text) for text in ("0", "7", "89", "9" * 18)] == [0, 7, 89, 10**18 - 1]
    assert [number_of(text) for text in (*aliases("89"), "", "-1", "1e3", "0x1", "1_0", "89\n", "1" * 19)] == [
        None
    ] * 13


def with_ids(lines: list[Line]) -> list[Any]:
    found = {line.name: line for line in lines if set(names_in(line)) - set(OTHER_WORDS)}
    return [pytest.param(line, id=name) for name, line in found.items()]


@pytest.mark.parametrize("line", with_ids([line for line in ROUTES if re.search(r"{(?!new)\w+}", line.address)]))
def test_an_address_with_another_spelling_is_not_there(world: World, things: Things, line: Line) -> None:
    kind = kinds_of(line)[0]
    method, template = line.address.split(" ", 1)
    browser = world.client((allowed(line, kind) or ["lead"])[0])
    ids = things.ids(kind, names_in(line))
    path, _mark, query = template.partition("?")
    for name in re.findall(r"{(\w+)}", path):
        for alias in aliases(ids[name]):
            address = filled_in(path, {**ids, name: alias}) + (f"?{filled_in(query, ids)}" if query else "")
            if method == "GET":
                answer = browser.get(address, headers=JSON)
            else:
                headers = JSON | {"X-CSRFToken": browser.csrf}
                answer = browser.post(address, json=filled_in(line.fields, ids), headers=headers)
            assert answer.status_code in (404, 405), (address, answer.status_code)


@pytest.mark.parametrize("line", with_ids(EVENTS))
def test_an_event_with_another_spelling_is_refused(world: World, things: Things, line: Line) -> None:
    kind = kinds_of(line)[0]
    ids = things.ids("own", names_in(line))
    socket = Socket(world.client(allowed(line, kind)[0]))
    for name in set(names_in(line)) - set(OTHER_WORDS):
        for alias in aliases(ids[name]):
            ack = socket.ask(line.name, filled_in(line.fields, {**ids, name: alias}))
            assert not ack["ok"] or ack["data"].get("refused") or line.name == "feed:close", (name, alias, ack)


@pytest.mark.parametrize(
    "line", with_ids([n for n in ROUTES if n.address.startswith("POST") and re.search(r"{(?!new)\w+}", str(n.fields))])
)
def test_a_form_and_json_with_another_spelling_are_refused(world: World, things: Things, line: Line) -> None:
    kind = kinds_of(line)[0]
    ids = things.ids("own" if kind == "anything" else kind, names_in(line))
    address = filled_in(line.address, ids).split(" ", 1)[1]
    browser = world.client((allowed(line, kind) or ["lead"])[0])
    for name in set(re.findall(r"{(\w+)}", str(line.fields))) - set(OTHER_WORDS):
        for alias in aliases(ids[name])[: 2 if line.name == TYPED_BY_PEOPLE else None]:
            fields = filled_in(line.fields, {**ids, name: alias})
            told = browser.post(address, json=fields, headers=JSON | {"X-CSRFToken": browser.csrf})
            typed = browser.post_form(address, **{n: "1" if v is True else v for n, v in fields.items()})
            for answer in (told,) if line.name == LEFT_OUT else (told, typed):
                assert answer.status_code in (400, 404, 409, 422), (name, alias, answer.status_code, answer.text[:200])
