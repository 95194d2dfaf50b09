"""/healthz says no when nothing can be written."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from hub.health.probe import ILL_FOR_S, WELL_FOR_S
from hub.migrations.runner import migrate
from tests.conftest import new_app
from tests.server.faulty import full, small_disk

FULL_FUNCTION = """CREATE FUNCTION full_up() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$"""


@pytest.fixture
def passes(monkeypatch):
    """Time goes on by so many seconds."""
    now = [1000.0]
    monkeypatch.setattr("hub.health.probe.time.monotonic", lambda: now[0])
    return lambda seconds: now.__setitem__(0, now[0] + seconds)


@contextmanager
def read_only(store):
    """As a full disk does: whatever writes a row fails, and reading goes on."""
    fail = "BEGIN SELECT RAISE(ABORT, 'full'); END" if store.is_sqlite else "EXECUTE FUNCTION full_up()"
    full_up = (
        f"CREATE TRIGGER full_up BEFORE UPDATE ON health_probes {'' if store.is_sqlite else 'FOR EACH ROW '}{fail}"
    )
    if not store.is_sqlite:
        full_up = f"{FULL_FUNCTION}; {full_up}"
    drop = "DROP TRIGGER full_up" if store.is_sqlite else "DROP FUNCTION full_up() CASCADE"
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.text(full_up))
    yield
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.text(drop))


def test_it_says_no_while_no_row_can_be_written(app, world, passes):
    """Seen to fail before: a database that only answered was called well."""
    browser = world.client(None)
    assert browser.get("/healthz").status_code == 200
    with read_only(app.extensions["hub.db"]):
        passes(WELL_FOR_S)
        assert browser.get("/healthz").status_code == 503
    passes(ILL_FOR_S)
    assert browser.get("/healthz").status_code == 200


def test_it_says_no_while_no_file_can_be_taken(app, world, passes, monkeypatch):
    browser = world.client(None)
    with monkeypatch.context() as full_disk:

        def refuse(_vault):
            raise OSError(28, "No space left on device")

        full_disk.setattr("hub.files.vault.Vault.incoming", refuse)
        assert browser.get("/healthz").status_code == 503
    passes(ILL_FOR_S)
    assert browser.get("/healthz").status_code == 200


def test_however_many_ask_it_is_tried_once(app, world, passes, monkeypatch):
    """Anybody may ask. Seen to fail without `_until` in hub/health/probe.py."""
    tried = []
    monkeypatch.setattr("hub.health.probe._try", lambda *_: tried.append(1) or True)
    for _time in range(50):
        assert world.client(None).get("/healthz").status_code == 200
    assert len(tried) == 1


@pytest.mark.once
def test_a_full_disk_is_noticed(tmp_path):
    """A disk of its own, filled to the last byte, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, 8):
        if not disk.is_mount():
            pytest.skip("no disk may be mounted here")
        (disk / "instance").mkdir()
        app = new_app(disk / "instance")
        client = app.test_client()
        migrate(app.extensions["hub.db"])
        assert client.get("/healthz").status_code == 200
        app.extensions["hub.probe"]._until = 0.0
        with full(disk):
            assert client.get("/healthz").status_code == 503
        app.extensions["hub.probe"]._until = 0.0
        assert client.get("/healthz").status_code == 200
        app.extensions["hub.db"].close()
