"""Uploads that were never sent, contents that nothing shows, and what a killed process leaves behind."""

import os
from datetime import timedelta

import sqlalchemy as sa

from hub import clock
from hub.files import caretaker as caretaker_module
from hub.files.models import Attachment, Blob
from tests.files.conftest import PDF

DAY = timedelta(days=1, minutes=1)


def later(delta=DAY):
    moment = clock.utc_now() + delta
    clock.set_source(lambda: moment)


def test_an_upload_that_was_never_sent_goes_after_a_day_and_one_that_was_stays(app, world):
    """Seen to fail in hub/files/caretaker.py without the age in `drop_unsent` (it went at once), without `homeless()`
    there (what was sent went too), without either step of `tick` (it stayed), and with all contents for `_unused`."""
    world.upload(content=PDF + b"1")
    world.thread(world.room, attachment_ids=[world.upload(content=PDF + b"2")])
    caretaker = app.extensions["hub.caretaker"]
    caretaker.tick()
    assert len(list(app.extensions["hub.vault"].contents())) == 2
    later()
    caretaker.tick()
    assert len(list(app.extensions["hub.vault"].contents())) == 1
    with world.store.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Attachment)).scalar() == 1


def test_nothing_is_removed_while_a_backup_holds_it(app, world):
    """Seen to fail without the lock in `Vault.held`, and with `True` for whoever did not get it in `Vault.removing`."""
    world.upload()
    later()
    vault, caretaker = app.extensions["hub.vault"], app.extensions["hub.caretaker"]
    with vault.held():
        caretaker.tick()
        assert len(list(vault.contents())) == 1
    caretaker.tick()
    assert list(vault.contents()) == []


def test_bytes_without_a_row_go_after_a_day(app, world):
    """Seen to fail in `sweep_orphans` without the age, without `known` (what hangs on a message went), without
    `sweep_incoming` and without the age in that."""
    vault, caretaker = app.extensions["hub.vault"], app.extensions["hub.caretaker"]
    world.thread(world.room, attachment_ids=[world.upload()])
    lost = vault.path("a" * 64)
    lost.parent.mkdir(parents=True, exist_ok=True)
    lost.write_bytes(b"x")
    part = vault.root / "incoming" / "tmp-of-a-killed-process"
    part.write_bytes(b"x")
    caretaker.sweep_orphans()
    assert lost.exists()
    assert part.exists()
    old = clock.utc_now().timestamp() - 2 * 86_400
    for _digest, path in [*vault.contents(), ("", part)]:
        os.utime(path, (old, old))
    caretaker.sweep_orphans()
    assert not lost.exists()
    assert not part.exists()
    assert len(list(vault.contents())) == 1


def test_the_folder_is_looked_through_beside_the_loop(app, world, monkeypatch):
    """Seen to fail with each of the three in the loop itself: with many files everybody waited for it."""
    beside, run = [], caretaker_module.pool.run

    def noted(work, *args):
        beside.append(work.__name__)
        return run(work, *args)

    monkeypatch.setattr(caretaker_module.pool, "run", noted)
    app.extensions["hub.caretaker"].sweep_orphans()
    assert beside == ["sweep_incoming", "_contents_before", "run"]


def test_content_that_was_taken_away_meanwhile_is_put_back(app, world, monkeypatch):
    """The bytes vanish between being placed and being written down: the upload places them again. Seen to fail without
    `Vanished` in `_keep_blob` of hub/files/services.py."""
    vault = app.extensions["hub.vault"]
    place, tries = type(vault).place, []

    def unlucky(self, source, digest):
        place(self, source, digest)
        if not tries:
            self.remove(digest)
        tries.append(digest)

    monkeypatch.setattr(type(vault), "place", unlucky)
    id_ = world.upload()
    assert len(tries) == 2
    assert world.client("officer").get(f"/attachments/{id_}").data == b"%PDF-1.7\n"


def test_a_full_disk_is_said_in_words_and_nothing_is_written(app, world, monkeypatch):
    """Seen to fail without `except OSError` in `receive` of hub/files/receiving.py, and with the bytes placed after the
    row and no `Vanished`."""

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(app.extensions["hub.vault"]), "place", full)
    browser = world.client("officer")
    from tests.files.conftest import send

    answer = send(browser, PDF)
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "unavailable")
    assert "保存できませんでした" in answer.json["error"]["message"]
    with world.store.read() as session:
        assert session.scalars(sa.select(Blob)).all() == []
