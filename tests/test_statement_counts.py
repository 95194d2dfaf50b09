"""A page asks as often where there is much as where there is little: nothing is asked row by row."""

from collections.abc import Iterator

import pytest
from flask import Flask

from bench.large import PAGES, ROLES, Statements, signed_in, things
from bench.large_data import Size, enlarge
from tests.conftest import demo_app

LITTLE = Size(40, 150, 60, 300, 3, 120, 200, 300, 12)
MUCH = Size(80, 300, 120, 900, 6, 240, 700, 900, 50)
MOST = 81  # of the page of a thread; may only become fewer
WITHOUT_NUMBERS = "/profile /sign-ins /search /search/reuse /cases/tags /cases/bases /cases/collections /admin/audit"
ADDRESSES = (*PAGES, *WITHOUT_NUMBERS.split())


def counts(app: Flask, role: str, statements: Statements) -> Iterator[tuple[str, int]]:
    client, ids = signed_in(app, role), things(app.extensions["hub.db"], role)
    for page in ADDRESSES:
        address = page.format(**ids)
        client.get(address)  # what a worker keeps from then on
        with statements.counted() as sent:
            answer = client.get(address)
        if answer.status_code == 200:
            yield page, len(sent)


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Flask, Statements]]:
    made = []
    for size in (LITTLE, MUCH):
        app = demo_app(tmp_path_factory.mktemp("size"))
        enlarge(app.extensions["hub.db"], size)
        made.append((app, Statements(app.extensions["hub.db"])))
    return made


@pytest.mark.once
@pytest.mark.parametrize("role", ROLES)
def test_much_is_asked_for_in_as_many_statements_as_little(role: str, apps: list[tuple[Flask, Statements]]) -> None:
    little, much = (dict(counts(app, role, statements)) for app, statements in apps)
    assert len(little) > len(ADDRESSES) / 2, "pages were really shown"
    assert {page: (little[page], n) for page, n in much.items() if n > little[page]} == {}
    assert {page: n for page, n in much.items() if n > MOST} == {}
