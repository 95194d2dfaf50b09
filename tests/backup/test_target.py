"""A restore says what it overwrites, asks when something would be lost, and keeps what was there."""

from pathlib import Path

import pytest

from hub.backup.archive import write_backup
from hub.backup.restoring import check_backup
from hub.backup.target import Target
from hub.installation import Installation
from hub.threads.commands import EditMessage
from hub.threads.services.editing import edit_message
from tests.conftest import new_app
from tests.files.conftest import png


@pytest.fixture
def parts(app):
    return app.extensions["hub.db"], app.extensions["hub.config"]


def restore(app, *arguments):
    with app.app_context():
        return app.test_cli_runner().invoke(args=["hub", "restore", *map(str, arguments)])


def texts(world):
    return world.client("officer").text_of(f"/rooms/{world.room}")


def kept_in(folder):
    return sorted(folder.glob("before-restore-*.tar"))


def test_what_is_newer_is_overwritten_only_when_somebody_says_yes(app, world, parts, tmp_path):
    """Seen to fail before: the posts since the backup were gone without a question."""
    world.thread(world.room, body="控えの前")
    write_backup(*parts, tmp_path / "hub.tar")
    world.thread(world.room, body="控えのあと")
    refused = restore(app, tmp_path / "hub.tar")
    assert (refused.exit_code, "say --yes" in refused.output, "messages of 20" in refused.output) == (2, True, True)
    assert str(parts[0].engine.url.database) in refused.output
    assert "控えのあと" in texts(world)
    assert kept_in(tmp_path) == []
    assert restore(app, tmp_path / "hub.tar", "--yes").exit_code == 0
    assert "控えのあと" not in texts(world)


def test_what_was_there_is_kept_and_can_be_put_back(app, world, parts, tmp_path):
    """Seen to fail before: what the restore took was nowhere."""
    write_backup(*parts, tmp_path / "hub.tar")
    world.thread(world.room, body="控えのあと", attachment_ids=[world.upload(content=png())])
    done = restore(app, tmp_path / "hub.tar", "--yes")
    (kept,) = kept_in(tmp_path)
    assert str(kept) in done.output
    assert check_backup(kept).files == 1
    assert restore(app, kept, "--yes").exit_code == 0
    assert "控えのあと" in texts(world)


def test_an_edit_counts_as_well(app, world, parts, tmp_path):
    posted = world.thread(world.room, body="はじめ")
    write_backup(*parts, tmp_path / "hub.tar")
    world.write(edit_message, "officer", EditMessage(posted.message_id, "あとで直した", 1))
    assert restore(app, tmp_path / "hub.tar").exit_code == 2


def test_nothing_newer_needs_no_word(app, world, parts, tmp_path):
    world.thread(world.room, body="控えの前")
    write_backup(*parts, tmp_path / "hub.tar")
    done = restore(app, tmp_path / "hub.tar")
    assert done.exit_code == 0, done.output


def test_another_life_of_the_data_base_is_not_overwritten_unasked(app, world, parts, tmp_path):
    """Nothing in it is newer, and it is another one all the same. Seen to fail without the epoch in `lost`."""
    write_backup(*parts, tmp_path / "hub.tar")
    with world.store.transaction() as session:
        session.get_one(Installation, 1).epoch = "other"
    assert "another life" in restore(app, tmp_path / "hub.tar").output


@pytest.mark.once
def test_an_empty_place_needs_no_word_and_has_its_own_vault(app, world, parts, tmp_path):
    """The drill. Seen to fail where the restored database kept the id of the live vault."""
    with world.store.transaction() as session:
        session.get_one(Installation, 1).vault_id = "live"
    write_backup(*parts, tmp_path / "hub.tar")
    drill = new_app(tmp_path / "drill")
    assert restore(drill, tmp_path / "hub.tar").exit_code == 0
    with drill.extensions["hub.db"].read() as session:
        id_ = session.get_one(Installation, 1).vault_id
    assert id_ == drill.extensions["hub.vault"].mark() != "live"
    assert kept_in(tmp_path) == []


@pytest.mark.once
def test_a_drill_beside_the_live_attachments_is_refused(app, world, parts, tmp_path):
    """It would sweep away what the old database does not know. Seen to fail without the mark in `lost`."""
    write_backup(*parts, tmp_path / "hub.tar")
    vault = app.extensions["hub.vault"]
    vault.put_mark("live")
    drill = new_app(tmp_path / "drill", files_path=vault.root)
    refused = restore(drill, tmp_path / "hub.tar")
    assert (refused.exit_code, "attachments that is in use" in refused.output) == (2, True)


def test_what_cannot_be_kept_stops_the_restore_unless_told(app, world, parts, tmp_path, monkeypatch):
    write_backup(*parts, tmp_path / "hub.tar")

    def damaged(*_parts):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("hub.backup.target.write_backup", damaged)
        refused = restore(app, tmp_path / "hub.tar", "--yes")
        assert (refused.exit_code, "No space left" in refused.output) == (2, True)
        assert restore(app, tmp_path / "hub.tar", "--yes", "--without-backup").exit_code == 0


def test_a_folder_nobody_may_write_to_is_no_hindrance(app, world, parts, tmp_path, monkeypatch):
    world.thread(world.room, body="控えの前")
    write_backup(*parts, tmp_path / "hub.tar")
    monkeypatch.setattr("hub.backup.target.os.access", lambda *_: False)
    kept = Target(*parts).keep(tmp_path / "elsewhere")
    assert kept is not None
    assert kept.parent == Path(parts[1].instance_path)
