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
from hub.db import Database
from hub.migrations.runner import _alembic, migrate
from hub.tables import Base
from hub.threads.models import Thread

BODY = {"id": 1, "member": True, "mail_domains": []}
CASE = {
    "organisation_id": 1, "owners_id": 1, "audience_id": 1, "confirm_every_months": 6, "created_at": utc_now(),
    **dict.fromkeys(("title", "summary", "led_by", "stage", "level", "ended_reason", "source_hash"), ""),
    "status": "published",
}  # fmt: skip


REMOVED, FILES = "(本文が取り除かれたスレッド)", "(添付ファイル)"


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


def _row(table: sa.Table, given: dict[str, object]) -> dict[str, object]:
    """`given`, with something harmless in every other column that must hold something."""
    kinds = ((sa.Boolean, False), (sa.Integer, 0), (sa.DateTime, utc_now()), (sa.JSON, []), (sa.Text, ""))
    needed = [c for c in table.c if not c.nullable and c.name not in given]
    return {c.name: next(value for kind, value in kinds if isinstance(c.type, kind)) for c in needed} | given


def _conversation(
    connection: sa.Connection, threads: dict[int, tuple[str, bool]], said: list[dict[str, object]]
) -> None:
    """Threads as id: (title, titled), all by one person, and messages; `files` says that one hangs on the message."""
    made = sa.MetaData()
    made.reflect(connection)

    def add(table: str, **given: object) -> None:
        connection.execute(sa.insert(made.tables[table]), _row(made.tables[table], given))

    add("organisations", id=1)
    add("audiences", id=1, key="members")
    add("sections", id=1, organisation_id=1)
    add("staff", id=1)
    add("postings", id=1, staff_id=1, section_id=1, role="officer")
    add("rooms", id=1, kind="commons", audience_id=1)
    add("blobs", digest="d", scan="clean")
    for id_, (title, titled) in threads.items():
        by = {"opened_by_id": 1, "opened_posting_id": 1}
        add("threads", id=id_, room_id=1, kind="talk", title=title, titled=titled, **by)
    for row in said:
        files = row.pop("files", False)
        add("messages", **{"author_id": 1, "posting_id": 1, "body_html": row["body"]} | row)
        if files:
            hangs = {"message_id": row["id"], "uploader_id": 1, "organisation_id": 1}
            add("attachments", id=row["id"], digest="d", kind="pdf", **hangs)


def test_words_that_stood_for_a_missing_text_are_stored_no_more(empty: Database):
    """And what people wrote in the same words stays."""
    migrate_to(empty, "0017")
    threads = {1: (REMOVED, True), 2: (REMOVED, True), 3: (REMOVED, True), 4: (FILES, False), 5: (FILES, True)}
    said = [
        {"id": 1, "thread_id": 1, "position": 1, "body": "", "deleted_at": utc_now()},
        {"id": 2, "thread_id": 2, "position": 1, "body": "", "redacted_at": utc_now()},
        {"id": 3, "thread_id": 3, "position": 1, "body": "この題名は自分で付けました"},
        {"id": 4, "thread_id": 4, "position": 1, "body": FILES, "files": True},
        {"id": 5, "thread_id": 5, "position": 1, "body": FILES},
        {"id": 6, "thread_id": 5, "position": 2, "body": f"{FILES} を見てください", "files": True},
        {"id": 7, "thread_id": 5, "position": 3, "body": "(attached files)", "files": True},
    ]
    with empty.engine.execution_options(writes=True).begin() as connection:
        _conversation(connection, threads, said)
    migrate(empty)
    with empty.read() as session:
        titles = session.execute(sa.text("SELECT title FROM threads ORDER BY id")).scalars().all()
        texts = session.execute(sa.text("SELECT body, body_html FROM messages ORDER BY id")).all()
        outdated = session.execute(sa.text("SELECT kind, ref_id FROM search_changes ORDER BY kind, ref_id")).all()
        untitled = {t.id: t.untitled for t in session.scalars(sa.select(Thread))}
    assert titles == ["", "", REMOVED, "", FILES]
    assert [untitled[n] for n in (1, 2, 4)] == ["removed", "removed", "files"]
    assert [bool(body) for body, _html in texts] == [False, False, True, False, True, True, False]
    assert [html for _body, html in texts] == [body for body, _html in texts]
    assert [tuple(row) for row in outdated] == [("message", 7), ("thread", 1), ("thread", 2), ("thread", 4)]


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
