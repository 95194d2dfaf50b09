"""A restore while pages are open: they learn of the new epoch at once, not with the next message."""

import pytest

from hub.backup.archive import write_backup
from hub.backup.restoring import restore_backup


@pytest.fixture
def parts(app):
    with app.app_context():
        yield app.extensions["hub.db"], app.extensions["hub.config"]


def test_open_pages_are_told_of_the_new_epoch(app, world, socket_of, parts, tmp_path, monkeypatch):
    """Seen to fail without `_notice_another_life` in hub/feed/watch.py (not told), without the new epoch in
    hub/backup/sqlite.py (nothing to tell), and without `announced.clear()` in the watcher: what others wrote afterwards
    was not named."""
    reader, watcher = socket_of("officer"), app.extensions["hub.watcher"]
    epoch = reader.open(f"room:{world.room}")["data"]["epoch"]
    watcher.begin()
    write_backup(*parts, tmp_path / "hub.backup")
    world.thread(world.room)
    watcher.tick()
    reader.received()
    restore_backup(*parts, tmp_path / "hub.backup")
    watcher.tick()
    told = reader.received("feed:heads")
    assert [t["heads"] for t in told if t["epoch"] != epoch] == [{f"room:{world.room}": 0}]
    reader.received()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("hub.feed.log._publishers", [])
        world.thread(world.room)  # as another process writes: with numbers that were announced in the life before
    watcher.tick()
    assert [t["heads"] for t in reader.received("feed:heads")] == [{f"room:{world.room}": 2}]
