"""The migrations from nothing make what the models say, on both databases; a newer database is refused."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import hub.models  # noqa: F401 - registers every table
from hub.config import StartupFault
from hub.db import Database
from hub.migrations.runner import migrate
from hub.tables import Base


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
