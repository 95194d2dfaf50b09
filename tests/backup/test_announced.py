"""A restore while pages are open: they learn of the new epoch at once, not with the next message."""

import pytest

from hub.backup.archive import restore_backup, write_backup


@pytest.fixture
def parts(app):
    with app.app_context():
        yield app.extensions["hub.db"], app.extensions["hub.config"]


def test_open_pages_are_told_of_the_new_epoch(app, world, socket_of, parts, tmp_path):
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
    world.thread(world.room)
    watcher.tick()
    assert reader.received()
