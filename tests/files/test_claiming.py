"""A worker serves only on the folder of attachments of its own database."""

import pytest

from hub.config import StartupFault
from hub.files.claiming import require_own
from hub.files.vault import Vault
from hub.installation import Installation
from hub.serve import prepare
from tests.conftest import new_app
from tests.files.conftest import PDF


@pytest.fixture
def start(app, world):
    """Start a worker on a folder: what `hub serve` does before it serves."""

    def on(vault: Vault) -> None:
        with world.store.transaction() as session:
            require_own(session, vault)

    return on


@pytest.fixture
def mine(app):
    return app.extensions["hub.vault"]


def test_two_workers_with_a_folder_each_are_told(start, mine, tmp_path):
    """Seen to fail before: both served, and half of the attachments could not be opened."""
    start(mine)
    start(mine)
    with pytest.raises(StartupFault, match="HUB_FILES_PATH must name the one folder"):
        start(Vault(tmp_path / "second"))
    assert not (tmp_path / "second" / "vault-id").exists()


def test_a_share_that_is_not_mounted_is_told(start, mine, world, tmp_path):
    world.thread(world.room, attachment_ids=[world.upload(content=PDF)])
    start(mine)
    mine.root.rename(tmp_path / "mounted")
    mine.root.mkdir()
    with pytest.raises(StartupFault, match="not mounted"):
        start(mine)


def test_the_folder_of_another_installation_is_told(start, mine):
    mine.put_mark("another")
    with pytest.raises(StartupFault, match="another installation"):
        start(mine)


def test_an_installation_of_before_takes_the_folder_that_holds_its_files(start, mine, world, tmp_path):
    """Seen to fail without the look at the files in hub/files/claiming.py: the empty folder became its own."""
    world.thread(world.room, attachment_ids=[world.upload(content=PDF)])
    with pytest.raises(StartupFault, match="not the one of this database"):
        start(Vault(tmp_path / "empty"))
    start(mine)
    with world.store.read() as session:
        assert session.get_one(Installation, 1).vault_id == mine.mark()


def test_files_that_were_copied_back_without_their_mark_are_known_again(start, mine, world):
    world.thread(world.room, attachment_ids=[world.upload(content=PDF)])
    start(mine)
    id_ = mine.mark()
    (mine.root / "vault-id").unlink()
    start(mine)
    assert mine.mark() == id_


def test_a_start_that_was_cut_off_after_the_mark_is_no_hindrance(start, mine, world):
    with world.store.read() as session:
        mine.put_mark(session.get_one(Installation, 1).epoch)
    start(mine)


def test_the_operator_can_say_that_it_is_the_right_one(app, start, mine, tmp_path):
    start(mine)
    mine.put_mark("another")
    assert app.test_cli_runner().invoke(args=["hub", "files", "claim"]).exit_code == 0
    start(mine)


@pytest.mark.once
def test_the_start_itself_refuses(tmp_path):
    """Seen to fail without `require_own` in `prepare` of hub/serve.py."""
    app = new_app(tmp_path / "a")
    prepare(app.extensions["hub.db"], app.extensions["hub.config"])
    other = new_app(tmp_path / "a", files_path=tmp_path / "b")
    with pytest.raises(StartupFault, match="HUB_FILES_PATH"):
        prepare(other.extensions["hub.db"], other.extensions["hub.config"])
    health = other.test_cli_runner().invoke(args=["hub", "health"])
    assert "files: the folder is not that of this database" in health.output
