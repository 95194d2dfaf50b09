"""A restore while the hub runs on PostgreSQL: others hold what it needs, and want what it holds."""

import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hub.backup.archive import write_backup
from hub.backup.postgresql import ProgramFailed
from hub.backup.restoring import restore_backup
from hub.config import StartupFault


@pytest.fixture
def parts(app):
    return app.extensions["hub.db"], app.extensions["hub.config"]


class Crossing(threading.Thread):
    """Reads a table whose name comes late, and then one whose name comes early, in one transaction, again and again."""

    def __init__(self, store):
        super().__init__(daemon=True)
        self.store, self.over, self.refused = store, threading.Event(), []

    def run(self):
        while not self.over.is_set():
            try:
                with self.store.engine.connect() as connection:
                    connection.execute(sa.text("SELECT count(*) FROM visits"))
                    time.sleep(0.4)
                    connection.execute(sa.text("SELECT count(*) FROM acknowledgements"))
            except DBAPIError as fault:
                self.refused.append(fault)


def test_it_waits_for_its_turn_and_gets_through(world, parts, tmp_path):
    """Seen to fail, each time, with the tables dropped one after the other: `deadlock detected`."""
    world.thread(world.room, body="控えの前")
    write_backup(*parts, tmp_path / "hub.tar")
    world.thread(world.room, body="控えのあと")
    others = [Crossing(parts[0]) for _one in range(4)]
    for other in others:
        other.start()
    try:
        time.sleep(0.2)
        for _time in range(3):
            restore_backup(*parts, tmp_path / "hub.tar")
    finally:
        for other in others:
            other.over.set()
            other.join()
    page = world.client("officer").text_of(f"/rooms/{world.room}")
    assert ("控えの前" in page, "控えのあと" in page) == (True, False)


def test_what_went_wrong_is_told_not_what_was_noticed_before(parts):
    """Seen to fail with the first line of what the program says: a notice."""
    said = "psql:x.sql:1: NOTICE:  drop cascades\nLOCATION:  x\npsql:x.sql:9: ERROR:  53100: could not extend file\n"
    fault = ProgramFailed("psql", said)
    assert str(fault) == "psql: psql:x.sql:9: ERROR:  53100: could not extend file"
    assert fault.codes == {"53100"}


def test_one_that_can_never_succeed_is_not_repeated(world, parts, tmp_path, monkeypatch):
    write_backup(*parts, tmp_path / "hub.tar")
    monkeypatch.setattr("hub.backup.postgresql._LIFE", "SELECT nonsense('{epoch}', {version});\n")
    monkeypatch.setattr("hub.backup.postgresql.time.sleep", lambda _s: pytest.fail("repeated"))
    with pytest.raises(StartupFault, match="ERROR.*nonsense"):
        restore_backup(*parts, tmp_path / "hub.tar")
