"""`python -m bench.large`: every page for the largest prefecture after five years, beside the demo's data.

179 municipalities, 2,000 staff, 300 rooms, 20,000 threads, 392,000 messages, 5,000 cases, 20,000 adoptions and 50,000
entries of 通知, by bulk inserts, on SQLite or on the server of HUB_TEST_DATABASE_URL. Printed per page and role are the
milliseconds of this process's own work (the middle of some rounds), statements and KB, demo -> large.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench.large_data import enlarge
from bench.library import make_app
from hub.db import Database
from hub.security.loader import TOKEN
from hub.security.sessions import begin_sign_in

ROUNDS = 7
ROLES = ("supporter", "officer", "lead")
PAGES = (
    "/", "/rooms", "/rooms/{room}", "/threads/{thread}", "/rooms/{room}/ask", "/rooms/{room}/mentionable", "/inbox",
    "/cases", "/cases/{case}", "/cases/work", "/cases/{case}/spread", "/cases/spreading", "/sharings", "/visits",
    "/admin/duties", "/admin/people", "/admin/organisations", "/rooms/{room}/readers", "/threads/{thread}/precedents",
    "/support",
)  # fmt: skip


class Statements:
    """How many statements an application sends, and which how often."""

    def __init__(self, store: Database) -> None:
        self.seen: list[str] = []
        sa.event.listen(store.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "PRAGMA", "RELEASE")):
            self.seen.append(statement)

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        self.seen = sent = []
        yield sent
        self.seen = []


def signed_in(app: Flask, role: str) -> FlaskClient:
    store: Database = app.extensions["hub.db"]
    with store.transaction() as session:
        query = sa.text("SELECT staff_id FROM postings WHERE role = :role ORDER BY id LIMIT 1")
        staff_id = session.execute(query, {"role": role}).scalar_one()
        token = begin_sign_in(session, staff_id, app.extensions["hub.config"], "bench")
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    return client


def things(store: Database, staff_role: str) -> dict[str, int]:
    """A room, thread and case such as that role reads every day."""
    kind = "support" if staff_role != "officer" else "commons"
    with store.read() as session:
        room = session.execute(
            sa.text(
                "SELECT r.id, max(t.id) FROM rooms r JOIN threads t ON t.room_id = r.id WHERE r.kind = :kind"
                " GROUP BY r.id ORDER BY count(*) DESC, r.id LIMIT 1"
            ),
            {"kind": kind},
        ).one()
        case = session.execute(sa.text("SELECT max(case_id) FROM adoptions")).scalar_one()
    return {"room": room[0], "thread": room[1], "case": case}


def measure(
    app: Flask, role: str, statements: Statements, pages: tuple[str, ...]
) -> dict[str, tuple[float, int, float]]:
    client, ids = signed_in(app, role), things(app.extensions["hub.db"], role)
    found = {}
    for page in pages:
        address = page.format(**ids)
        with statements.counted() as sent:
            answer = client.get(address)
        if answer.status_code == 200:
            found[page] = (_work_ms(lambda address=address: client.get(address)), len(sent), len(answer.data) / 1024)
    return found


def _work_ms(ask: Callable[[], object]) -> float:
    rounds = []
    for _round in range(ROUNDS):
        worked = time.process_time()
        ask()
        rounds.append((time.process_time() - worked) * 1000)
    return statistics.median(rounds)


def main() -> None:
    pages = tuple(sys.argv[1:]) or PAGES
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder))
        store: Database = app.extensions["hub.db"]
        statements = Statements(store)
        small = {role: measure(app, role, statements, pages) for role in ROLES}
        began = time.perf_counter()
        enlarge(store)
        print(f"{store.engine.dialect.name}, filled in {time.perf_counter() - began:.0f} s")
        for role in ROLES:
            large = measure(app, role, statements, pages)
            for page, (ms, count, size) in large.items():
                was = small[role].get(page, (0.0, 0, 0.0))
                print(
                    f"{role:9} {page:30} {was[0]:6.1f} -> {ms:6.1f} ms  {was[1]:4} -> {count:4} statements"
                    f"  {was[2]:5.0f} -> {size:5.0f} KB"
                )


if __name__ == "__main__":
    main()
