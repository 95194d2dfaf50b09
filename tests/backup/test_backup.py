"""The restore drill: what stood there at the backup's moment stands there again, files included, in a new epoch."""

import io
import json
import os
import shutil
import tarfile
import threading
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.backup.archive import write_backup
from hub.backup.restoring import restore_backup
from hub.config import StartupFault
from hub.feed.models import FeedEvent
from hub.files.models import Attachment
from hub.installation import Installation
from hub.threads.commands import DeleteMessage, SaveDraft
from hub.threads.models import Draft, Message
from hub.threads.services.editing import delete_message
from hub.threads.services.reading import save_draft
from tests.files.conftest import PDF, png


@pytest.fixture
def parts(app):
    with app.app_context():
        yield app.extensions["hub.db"], app.extensions["hub.config"]


def life(world):
    with world.store.read() as session:
        row = session.get_one(Installation, 1)
        return row.epoch, row.access_version


def test_a_restore_brings_back_data_base_files_and_drafts_of_one_moment(app, world, parts, tmp_path):
    """Seen to fail without the files in `_take_out` of hub/backup/restoring.py and without the pictures in `_add_files`
    of hub/backup/archive.py; in hub/backup/sqlite.py with the backup's own epoch, with an access version that begins
    anew, and with a copy of the database's file (what stood in its WAL was missing)."""
    kept = world.upload(content=png(), name="残る.png")
    posted = world.thread(world.room, body="控えの前", attachment_ids=[kept])
    world.write(save_draft, "officer", SaveDraft(f"thread:{posted.thread_id}", "書きかけ"))
    reader = world.client("officer")
    before, version = life(world)
    manifest = write_backup(*parts, tmp_path / "hub.backup")
    assert (manifest.files, manifest.missing) == (1, ())

    late = world.upload(content=PDF, name="あと.pdf")
    world.message(posted, "控えのあと", attachment_ids=[late])
    world.write(delete_message, "officer", DeleteMessage(posted.message_id))
    app.extensions["hub.caretaker"].tick()
    assert reader.get(f"/attachments/{kept}").status_code == 404

    restore_backup(*parts, tmp_path / "hub.backup")
    page = reader.text_of(f"/threads/{posted.thread_id}")
    assert ("控えの前" in page, "控えのあと" in page, "残る.png" in page) == (True, False, True)
    assert reader.get(f"/attachments/{kept}").data == png()
    assert reader.get(f"/attachments/{kept}/thumbnail").status_code == 200
    assert reader.get(f"/attachments/{late}").status_code == 404
    with world.store.read() as session:
        assert session.scalars(sa.select(Draft.body)).all() == ["書きかけ"]
    epoch, newer = life(world)
    assert epoch != before
    assert newer > version
    stale = reader.get_json(f"/feed/room:{world.room}?after=0&epoch={before}")
    assert (stale.status_code, stale.json["error"]["code"]) == (410, "resync")
    world.message(posted, "復元のあとも書ける")


def test_a_backup_under_load_is_of_one_moment(world, parts, tmp_path):
    """Somebody posts with files all the while: every message of the backup has its file, positions have no gaps. Seen
    to fail with the database copied 0.3 s after its contents were listed in `write_backup`, and with a copy of the
    database's file in hub/backup/sqlite.py."""
    thread, stop, begun = world.thread(world.room), threading.Event(), threading.Event()
    world.app.extensions["hub.limits"].enabled = False

    def post() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            world.message(thread, f"{number}", attachment_ids=[world.upload(content=PDF + str(number).encode())])
            begun.set()

    writer = threading.Thread(target=post)
    writer.start()
    try:
        assert begun.wait(60)
        manifests = [write_backup(*parts, tmp_path / f"{n}.backup") for n in range(4)]
    finally:
        stop.set()
        writer.join()
    assert manifests[-1].files > 0
    assert all(not m.missing for m in manifests)
    shutil.rmtree(world.app.extensions["hub.vault"].root / "content")  # what is there afterwards was in the backup
    restore_backup(*parts, tmp_path / "3.backup")
    with world.store.read() as session:
        positions = session.scalars(sa.select(Message.position).where(Message.thread_id == thread.thread_id)).all()
        files = session.scalars(sa.select(Attachment.id).where(Attachment.message_id.is_not(None))).all()
        seqs = session.scalars(sa.select(FeedEvent.seq).where(FeedEvent.stream == f"room:{world.room}")).all()
    assert sorted(positions) == list(range(1, len(positions) + 1))
    assert sorted(seqs) == list(range(1, len(seqs) + 1))
    assert len(files) == len(positions) - 1
    assert all(world.client("officer").get(f"/attachments/{id_}").status_code == 200 for id_ in files)


def test_a_missing_or_damaged_content_is_told(app, world, parts, tmp_path):
    """Seen to fail without the digest in `_add_files` of hub/backup/archive.py, and without the exit code in
    hub/backup/cli.py."""
    world.thread(world.room, attachment_ids=[world.upload(content=PDF), world.upload(content=PDF + b"2")])
    digests = sorted(digest for digest, _path in app.extensions["hub.vault"].contents())
    app.extensions["hub.vault"].path(digests[0]).write_bytes(b"rotten")
    assert write_backup(*parts, tmp_path / "x").missing == (digests[0],)
    run = app.test_cli_runner().invoke(args=["hub", "backup", str(tmp_path / "y")])
    assert (run.exit_code, "1 files are missing or damaged" in run.output) == (1, True)


def test_what_is_taken_away_meanwhile_is_in_the_backup(app, world, parts, tmp_path, monkeypatch):
    """Seen to fail without `vault.held()` in `write_backup`: the caretaker took the file away."""
    posted = world.thread(world.room, attachment_ids=[world.upload()])
    add, vault = tarfile.TarFile.add, app.extensions["hub.vault"]

    def after_a_deletion(self, name, arcname=None, **options):
        if arcname == "database":
            world.write(delete_message, "officer", DeleteMessage(posted.message_id))
            app.extensions["hub.caretaker"].tick()
        add(self, name, arcname, **options)

    monkeypatch.setattr(tarfile.TarFile, "add", after_a_deletion)
    manifest = write_backup(*parts, tmp_path / "hub.backup")
    assert (manifest.files, manifest.missing) == (1, ())
    app.extensions["hub.caretaker"].tick()
    assert list(vault.contents()) == []


def rewritten(source, target, change):
    """The backup with one of its parts changed by somebody who knows how: sums and seal fit again."""
    sums, sealed = {}, b""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for entry in old:
            content = old.extractfile(entry).read()
            if entry.name == "manifest.json":
                content = json.dumps({**json.loads(content), "sums": sums}).encode()
            if entry.name == "manifest.sha256":
                content = sha256(sealed).hexdigest().encode()
            name, content = change(entry.name, content)
            if entry.name == "manifest.json":
                sealed = content
            sums[name] = sha256(content).hexdigest()
            entry.name, entry.size = name, len(content)
            new.addfile(entry, io.BytesIO(content))
    return target


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n, c: ("../../tmp/x" if n.startswith("files/") else n, c), "does not belong"),
        (lambda n, c: ("files/" + "A" * 64 if n.startswith("files/") else n, c), "does not belong"),
        (lambda n, c: (n, c + b"x" if n.startswith("files/") else c), "damaged"),
        (
            lambda n, c: (n, json.dumps({**json.loads(c), "format": 3}).encode() if n == "manifest.json" else c),
            "format",
        ),
        (
            lambda n, c: (n, json.dumps({**json.loads(c), "schema": "9999"}).encode() if n == "manifest.json" else c),
            "newer",
        ),
        (
            lambda n, c: (
                n,
                json.dumps({**json.loads(c), "database": "other"}).encode() if n == "manifest.json" else c,
            ),
            "is of",
        ),
        (lambda n, c: (n, b"not json" if n == "manifest.json" else c), "manifest"),
        (
            lambda n, c: (n, c[: len(c) // 2] if n == "database" else c),
            "the database of the backup is damaged|pg_restore",
        ),
    ],
    ids=["path", "name", "content", "format", "schema", "kind", "manifest", "half"],
)
def test_a_backup_that_is_not_right_changes_nothing(world, parts, tmp_path, change, words):
    """Seen to fail in hub/backup/restoring.py without the refusal of what does not belong (path, name), without
    `_compare` (content), without schema and kind, and with the database put back before the files were looked at
    (path, name, content had changed it); in hub/backup/manifest.py without the format and where what json raises was
    not turned into a refusal; in hub/backup/sqlite.py where what SQLite raises was not turned into one (half)."""
    posted = world.thread(world.room, attachment_ids=[world.upload()])
    write_backup(*parts, tmp_path / "good")
    world.message(posted, "あとの投稿")
    before = life(world)
    with pytest.raises(StartupFault, match=words):
        restore_backup(*parts, rewritten(tmp_path / "good", tmp_path / "bad", change))
    assert life(world) == before
    assert "あとの投稿" in world.client("officer").text_of(f"/threads/{posted.thread_id}")


def test_what_is_no_backup_at_all_is_refused_in_one_line(app, parts, tmp_path):
    """Seen to fail in `opened` of hub/backup/manifest.py without either `except`."""
    (tmp_path / "text").write_text("hello")
    for name, words in (("text", "no backup of this hub"), ("nothing", "is not there")):
        run = app.test_cli_runner().invoke(args=["hub", "restore", str(tmp_path / name)])
        assert run.exit_code == 2
        assert run.output.startswith("hub: ")
        assert words in run.output


def test_a_backup_that_failed_leaves_the_earlier_one_and_nothing_else(parts, tmp_path, monkeypatch):
    """Seen to fail in `write_backup` with the target itself for `part`, and with `part` outside the folder."""
    folder = tmp_path / "backups"
    folder.mkdir()
    target = folder / "hub.backup"
    write_backup(*parts, target)
    earlier = target.read_bytes()

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with pytest.raises(OSError, match="No space"):
        write_backup(*parts, target)
    assert target.read_bytes() == earlier
    assert list(folder.iterdir()) == [target]


def test_only_its_owner_may_read_a_backup_also_while_it_is_written(parts, tmp_path, monkeypatch):
    """Seen to fail without `touch` in `write_backup`."""
    modes, add = [], tarfile.TarFile.add

    def looked_at(self, *args, **options):
        modes.append(Path(self.name).stat().st_mode)
        add(self, *args, **options)

    monkeypatch.setattr(tarfile.TarFile, "add", looked_at)
    before = os.umask(0o022)
    try:
        write_backup(*parts, tmp_path / "hub.backup")
    finally:
        os.umask(before)
    modes.append((tmp_path / "hub.backup").stat().st_mode)
    assert [mode & 0o077 for mode in modes] == [0, 0]
