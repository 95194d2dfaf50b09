"""The migrations from nothing make what the models say, on both data bases; a newer data base is refused."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import hub.models  # noqa: F401 - registers every table
from hub.clock import utc_now
from hub.config import StartupFault
from hub.db import Base, Database
from hub.migrations.runner import _alembic, migrate

BODY = {"id": 1, "member": True, "mail_domains": []}
CASE = {
    "organisation_id": 1, "owners_id": 1, "audience_id": 1, "confirm_every_months": 6, "created_at": utc_now(),
    **dict.fromkeys(("title", "summary", "led_by", "stage", "level", "ended_reason", "source_hash"), ""),
    "status": "published",
}  # fmt: skip


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    url = os.environ.get("HUB_TEST_DATABASE_URL")
    if not url:
        yield Database(f"sqlite:///{tmp_path / 'hub.sqlite3'}")
        return
    name = f"empty_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    made = Database(f"{url.rsplit('/', 1)[0]}/{name}")
    yield made
    made.engine.dispose()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_migrations_equal_the_models(empty: Database):
    migrate(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(empty: Database):
    migrate(empty)
    migrate(empty)


def test_a_newer_data_base_is_refused(empty: Database):
    migrate(empty)
    with empty.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StartupFault, match="newer"):
        migrate(empty)


def migrate_to(empty: Database, revision: str) -> None:
    with empty.engine.execution_options(writes=True).begin() as connection:
        command.upgrade(_alembic(connection), revision)


def test_costs_that_were_told_in_words_are_known_for_that(empty: Database):
    """Of the version that stands on the shelf; a newer draft beside it says nothing yet."""
    migrate_to(empty, "0013")
    notes = {1: ("言葉で",), 2: ("",), 3: ("", "下書きの言葉"), 4: ("言葉で",)}
    with empty.engine.execution_options(writes=True).begin() as connection:
        tables = sa.MetaData()
        tables.reflect(connection)
        body, audience, case, version = (
            tables.tables[name] for name in ("organisations", "audiences", "cases", "case_versions")
        )
        connection.execute(sa.insert(body), dict.fromkeys(("name", "kana", "kind", "district", "source"), "") | BODY)
        connection.execute(sa.insert(audience), {"id": 1, "key": "members"})
        for number, said in notes.items():
            row = {"id": number, "version": len(said), "published_version": 1, "cost_yen": 5 if number == 4 else None}
            connection.execute(sa.insert(case), CASE | row)
            for n, note in enumerate(said, start=1):
                text = {"case_id": number, "number": n, "content": {"cost_note": note}, "writer_name": ""}
                connection.execute(sa.insert(version), text | {"created_at": utc_now()})
    migrate(empty)
    with empty.read() as session:
        told = session.scalars(sa.text("SELECT id FROM cases WHERE cost_in_words ORDER BY id")).all()
    assert told == [1]


def test_what_is_out_is_closed_towards_the_past_and_readers_that_were_chosen_are_known(empty: Database):
    migrate_to(empty, "0017")
    audit = {"id": 1, "at": utc_now(), "action": "case.shared", "subject": "case:4", "detail": {}}
    with empty.engine.execution_options(writes=True).begin() as connection:
        tables = sa.MetaData()
        tables.reflect(connection)
        body, audience, case, entry = (
            tables.tables[name] for name in ("organisations", "audiences", "cases", "audit_entries")
        )
        connection.execute(sa.insert(body), dict.fromkeys(("name", "kana", "kind", "district", "source"), "") | BODY)
        connection.execute(sa.insert(audience), [{"id": 1, "key": "town:1"}, {"id": 2, "key": "members"}])
        draft = {"version": 3, "published_version": None, "published_at": None, "status": "draft"}
        out = {"version": 5, "published_version": 4, "published_at": utc_now()}
        rows = [{"id": 1} | out, {"id": 2} | draft, {"id": 3, "audience_id": 2} | draft, {"id": 4} | draft]
        for row in rows:
            connection.execute(sa.insert(case), CASE | row)
        connection.execute(sa.insert(entry), audit)
    migrate(empty)
    with empty.read() as session:
        found = session.execute(sa.text("SELECT id, readers_from, readers_chosen FROM cases ORDER BY id")).all()
    assert [tuple(row) for row in found] == [(1, 4, True), (2, 1, False), (3, 1, True), (4, 1, True)]
