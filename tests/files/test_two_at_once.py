"""Files while somebody else is at them: between the look at one and the step that follows from it. Each is a second
transaction beside one that has written and not committed, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hub import clock
from hub.attachments.services import RemoveAttachment, remove_attachment
from hub.feed.models import FeedEvent
from hub.files.models import Attachment, Blob
from hub.files.services import AddUpload, add_upload
from hub.files.vault import Vault
from hub.threads.commands import OpenThread
from hub.threads.services.posting import open_thread
from tests.factories import World

DAY = timedelta(days=1, minutes=1)


def beside(world: World, service: Callable[..., Any], command: Any, other: Callable[[], None]) -> Any:
    """`other` begins when the service has written, and its commit comes half a second later."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with world.app.app_context():
                other()
        except BaseException as fault:  # told in the test's own thread
            faults.append(fault)

    thread = Thread(target=run)

    def slow(session: Any, actor: Any, command: Any) -> Any:
        receipt = service(session, actor, command)
        session.flush()
        thread.start()
        thread.join(0.5)
        return receipt

    receipt = world.write(slow, "officer", command)
    thread.join(20)
    assert not thread.is_alive()
    assert faults == []
    return receipt


def attachments(world: World) -> list[Attachment]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Attachment)))


def posting(world: World, file: int) -> OpenThread:
    return OpenThread(world.room, "talk", "添えます", world.new_id(), attachment_ids=[file])


def old_upload(world: World) -> int:
    long_ago = clock.utc_now() - DAY
    clock.set_source(lambda: long_ago)
    file = world.upload()
    clock.set_source(None)
    return file


def test_an_old_upload_that_is_being_sent_is_not_dropped(app: Flask, world: World) -> None:
    file = old_upload(world)
    beside(world, open_thread, posting(world, file), app.extensions["hub.caretaker"].drop_unsent)
    assert [a.message_id is not None for a in attachments(world)] == [True]


def test_a_content_that_is_sent_again_is_not_collected(app: Flask, world: World) -> None:
    """Its row is there, nothing shows it, and somebody else is uploading the same bytes."""
    vault: Vault = app.extensions["hub.vault"]
    file = world.upload()
    with world.store.transaction() as session:
        digest = session.get_one(Attachment, file).digest
        session.delete(session.get_one(Attachment, file))
    command = AddUpload(
        path=vault.path(digest),
        digest=digest,
        name="手引.pdf",
        kind="pdf",
        media_type="application/pdf",
        size_bytes=9,
        scan="unscanned",
        width=None,
        height=None,
        quota_bytes=10**6,
    )
    beside(world, add_upload, command, app.extensions["hub.caretaker"].collect)
    assert [a.digest for a in attachments(world)] == [digest]
    assert vault.path(digest).exists()


def test_a_content_that_was_attached_since_the_look_stays(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    caretaker, vault = app.extensions["hub.caretaker"], app.extensions["hub.vault"]
    file = world.upload()
    with world.store.transaction() as session:
        session.delete(session.get_one(Attachment, file))
    removing = Vault.removing

    def later(self: Vault) -> Any:
        world.upload()
        return removing(self)

    monkeypatch.setattr(Vault, "removing", later)
    caretaker.collect()
    assert len(attachments(world)) == 1
    assert len(list(vault.contents())) == 1
    with world.store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Blob)) == 1


def test_an_upload_is_taken_away_while_it_is_sent_and_its_readers_hear_of_it(app: Flask, world: World) -> None:
    """Seen to fail on PostgreSQL without the lock: the file was gone, and the message went on showing it."""
    file = world.upload()

    def take_away() -> None:
        world.write(remove_attachment, "officer", RemoveAttachment(file))

    beside(world, open_thread, posting(world, file), take_away)
    assert attachments(world) == []
    with world.store.read() as session:
        told = session.scalars(sa.select(FeedEvent).order_by(FeedEvent.id)).all()
    shown = {e.type: e.data["attachments"] for e in told if "attachments" in e.data}
    assert shown == {"message:posted": [], "attachments:changed": []}


def test_of_two_posts_with_one_file_the_second_is_refused(world: World) -> None:
    from hub.errors import ValidationFailed

    file, refused = world.upload(), []

    def second() -> None:
        try:
            world.write(open_thread, "officer", posting(world, file))
        except ValidationFailed as fault:
            refused.append(set(fault.fields))

    receipt = beside(world, open_thread, posting(world, file), second)
    assert refused == [{"attachment_ids"}]
    assert [str(a.message_id) for a in attachments(world)] == [receipt.data["message_id"]]


def test_two_uploads_of_the_same_at_once_are_one_content(world: World, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    command = AddUpload(path, "a" * 64, "a.pdf", "pdf", "application/pdf", 600, "clean", None, None, 10_000)

    def second() -> None:
        world.write(add_upload, "foreign_officer", command)

    beside(world, add_upload, command, second)
    assert [a.digest for a in attachments(world)] == ["a" * 64] * 2
    with world.store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Blob)) == 1


def test_two_uploads_at_once_count_both(world: World, tmp_path: Path) -> None:
    from hub.files.refusal import FileRefused

    refused: list[str] = []

    def command(letter: str) -> AddUpload:
        path = tmp_path / letter
        path.write_bytes(b"x")
        return AddUpload(path, letter * 64, "a.pdf", "pdf", "application/pdf", 600, "clean", None, None, 1_000)

    def second() -> None:
        try:
            world.write(add_upload, "manager", command("b"))
        except FileRefused as fault:
            refused.append(str(fault.reason))

    beside(world, add_upload, command("a"), second)
    assert refused == ["quota"]
    assert len(attachments(world)) == 1
