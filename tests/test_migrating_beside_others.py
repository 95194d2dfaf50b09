"""A migration on PostgreSQL while others are there: it waits for another migration, and keeps nobody waiting."""

import shutil
import threading
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from hub.db import Database
from hub.migrations import runner
from tests.conftest import _new_database

NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", {head!r}
def upgrade():
    op.add_column("installation", sa.Column("colour", sa.Text(), nullable=True))
"""


@pytest.fixture
def older(tmp_path, monkeypatch):
    """A database whose schema is a step behind a hub that has one migration more."""
    with _new_database() as address:
        database = Database(address)
        runner.migrate(database)
        head = ScriptDirectory.from_config(runner._alembic()).get_current_head()
        newer = shutil.copytree(runner.HERE, tmp_path / "migrations")
        (newer / "versions" / "9999_colour.py").write_text(NEXT.format(head=head))
        monkeypatch.setattr(runner, "HERE", newer)
        yield database
        database.engine.pool.dispose()


@contextmanager
def held(database, statement, seconds):
    """Somebody else's transaction, for so long."""
    begun = threading.Event()

    def hold():
        with database.engine.connect() as connection:
            connection.execute(sa.text(statement))
            begun.set()
            time.sleep(seconds)

    other = threading.Thread(target=hold)
    other.start()
    begun.wait()
    yield
    other.join()


def test_it_waits_for_a_migration_that_takes_long(older):
    """Seen to fail with the five seconds that a request waits for a lock: the second process did not start."""
    with held(older, f"SELECT pg_advisory_xact_lock({runner.LOCK})", 7):
        assert runner.migrate(older)


def test_a_table_in_use_is_waited_for_in_turns_and_readers_get_in_between(older, monkeypatch):
    """Seen to fail with one try: behind it everybody waited, and then it was given up."""
    monkeypatch.setattr(runner, "PAUSE_S", 0.5)
    waits = []

    def read():
        end = time.monotonic() + 6
        while time.monotonic() < end:
            begin = time.monotonic()
            with older.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1 FROM installation"))
            waits.append(time.monotonic() - begin)
            time.sleep(0.05)

    reader = threading.Thread(target=read)
    with held(older, "SELECT 1 FROM installation", 9):
        reader.start()
        assert runner.migrate(older)
    reader.join()
    assert max(waits) < 5
