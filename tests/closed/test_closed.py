"""Every command that writes, tried on things that are closed: locked, archived, deleted, redacted, ended, withdrawn.

The rows follow from the permission matrix: each of its lines that posts, and each socket event, with each thing that it
names in each state in which that thing can be closed (`states.py`). It has to be refused and to cause nothing. What is
allowed all the same stands in `exceptions.py` with the reason, and then has to succeed. A new command is tried without
anybody thinking of it, and a new kind of thing fails until it stands in `states.py`."""

import json
from typing import Any, NamedTuple

import pytest
from flask import Flask

from tests.closed.exceptions import EXCEPTIONS
from tests.closed.states import CLOSING, ENDLESS, close
from tests.effects import NOTHING, Effects
from tests.factories import Socket, World
from tests.permission_things import ALWAYS, Things
from tests.test_permissions_matrix import EVENTS, ROUTES, Line, allowed, filled_in, kinds_of, names_in, request

WRITING = [line for line in ROUTES if line.address.startswith("POST")] + EVENTS


class Row(NamedTuple):
    line: Line
    thing: str
    state: str

    @property
    def reason(self) -> str:
        """Why it succeeds; empty where it has to be refused."""
        return next((EXCEPTIONS[key] for key in self.keys if key in EXCEPTIONS), "")

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        fields = json.dumps(self.line.fields, ensure_ascii=False)
        return (f"{self.line.name} {fields}", self.state), (self.line.name, self.state)


def kind_of(line: Line) -> str:
    return next((kind for kind in kinds_of(line) if allowed(line, kind)), "")


ROWS = [
    Row(line, thing, state)
    for line in WRITING
    if kind_of(line)
    for thing in dict.fromkeys(names_in(line))
    if kind_of(line) != "anything" or thing in ALWAYS
    for state in CLOSING.get(thing, ())
]


def ids() -> list[Any]:
    counts: dict[str, int] = {}
    params = []
    for row in ROWS:
        name = f"{row.line.name}-{row.thing}-{row.state.replace(' ', '_')}"
        counts[name] = counts.get(name, 0) + 1
        params.append(pytest.param(row, id=f"{name}-{counts[name]}"))
    return params


@pytest.fixture
def things(app: Flask, world: World) -> Things:
    app.extensions["hub.limits"].enabled = False
    return Things(world)


def test_every_thing_is_known_to_close_or_not() -> None:
    named = {name for line in WRITING for name in names_in(line)}
    assert named == set(CLOSING) | ENDLESS


def test_every_exception_is_one() -> None:
    assert set(EXCEPTIONS) - {key for row in ROWS for key in row.keys} == set()


@pytest.mark.once
@pytest.mark.parametrize("row", ids())
def test_what_is_closed_stays_as_it_is(world: World, things: Things, row: Row) -> None:
    line, kind = row.line, kind_of(row.line)
    role = allowed(line, kind)[0]
    ids = things.ids(kind, names_in(line))
    close(world, row.thing, row.state, ids[row.thing])
    browser = world.client(role)
    socket = None if " " in line.address else Socket(browser)
    effects = Effects(world, None, world.staff_id(role), 0)
    with effects.watch():
        if socket:
            ack = socket.ask(line.name, filled_in(line.fields, ids))
            done, answer = ack["ok"], ack
        else:
            response = request(world, line, role, ids, browser=browser)
            done, answer = response.status_code < 400, response.text[:200]
            assert response.status_code < 500
    if row.reason:
        assert done, answer
    else:
        assert not done, (answer, effects.found)
        assert effects.found == NOTHING
