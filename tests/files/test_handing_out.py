"""Who gets a file, asked at every download, and how it is handed out. `_subject` is in hub/attachments/queries.py."""

from urllib.parse import quote

import pytest
import sqlalchemy as sa

from hub.files.models import Attachment, Blob
from hub.rooms.services import ensure_member
from hub.threads.commands import DeleteMessage, MoveThread, RedactMessage
from hub.threads.services.editing import delete_message, redact_message
from hub.threads.services.moving import move_thread
from tests.factories import PEOPLE, places_of
from tests.files.conftest import PDF, png

EVERYBODY = set(PEOPLE)


def readers(world, id_, kind="") -> set[str]:
    return {who for who in EVERYBODY if world.client(who).get_json(f"/attachments/{id_}{kind}").status_code == 200}


def attached(world, by="officer", room=None, content=PDF, name="手引.pdf"):
    id_ = world.upload(by, content, name)
    return id_, world.thread(room or world.room, by=by, attachment_ids=[id_])


def test_an_upload_that_hangs_on_nothing_is_its_uploaders_alone(world):
    """Seen to fail with the reader instead of `uploader_id` in `_subject`."""
    assert readers(world, world.upload("officer")) == {"officer"}
    assert readers(world, world.upload("shared")) == {"shared"}


def test_a_file_of_a_message_is_for_the_readers_of_its_room(world):
    """Seen to fail with any place of the reader's own instead of the message's in `_subject`. Without ROOM_READ in
    `get_thread_for` alone it holds: FILE_READ asks the room again."""
    id_, _thread = attached(world)
    assert readers(world, id_) == {"officer", "manager", "shared", "both", "supporter", "lead"}


def test_nobody_keeps_a_right_from_having_sent_a_file(world):
    """Seen to fail with `_subject` giving every file to its uploader."""
    world.admit("guest", world.room)
    id_, _thread = attached(world, by="guest")
    assert "guest" in readers(world, id_)
    world.dismiss("guest", world.room)
    assert "guest" not in readers(world, id_)


def test_a_file_of_a_note_is_for_the_dx_section(world):
    """Seen to fail without NOTE_READ in `_subject`."""
    id_ = world.upload("supporter")
    world.note(world.thread(world.room), attachment_ids=[id_])
    assert readers(world, id_) == {"supporter", "lead"}


def test_a_moved_thread_takes_the_right_to_its_files_along(world):
    """Seen to fail with `_subject` giving every file to its uploader, and with the room of the uploader's organisation
    instead of the message's."""
    id_, thread = attached(world)
    world.write(move_thread, "lead", MoveThread(thread.thread_id, world.foreign_room))
    assert readers(world, id_) == {"foreign_officer", "both", "supporter", "lead"}


def test_nobody_signed_out_gets_anything(world):
    """Seen to fail with staff 1 for whoever is not signed in in `current_actor` of hub/security/requires.py."""
    id_, _thread = attached(world)
    assert world.client(None).get_json(f"/attachments/{id_}").status_code == 401


def test_not_there_and_not_yours_look_the_same(world):
    """Seen to fail with any place of the reader's own instead of the message's in `_subject`, and with other words for
    what is not there than for what is not yours in `get_attachment_for`."""
    id_, _thread = attached(world)
    browser = world.client("foreign_officer")
    foreign, absent = browser.get_json(f"/attachments/{id_}"), browser.get_json(f"/attachments/{10**17 + 5}")
    assert (foreign.status_code, foreign.json) == (absent.status_code, absent.json) == (404, absent.json)


def test_ids_tell_nothing_of_each_other(world):
    """Seen to fail with numbers below a million in `add_upload` of hub/files/services.py."""
    ids = [world.upload() for _n in range(3)]
    assert all(len(str(id_)) == 18 for id_ in ids)
    assert min(abs(a - b) for a in ids for b in ids if a != b) > 10**9


@pytest.mark.parametrize("content", [PDF, png()], ids=["pdf", "png"])
def test_what_came_is_handed_out_for_saving_only(world, content):
    """Seen to fail with `inline` in `disposition` of hub/files/names.py, without `nosniff` in hub/security/headers.py,
    and without the sandbox and `no-store` in `_send` of hub/attachments/routes.py."""
    id_, _thread = attached(world, content=content)
    answer = world.client("officer").get(f"/attachments/{id_}")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["令和8年度 予算(案)①.pdf", "a;b\"c'd,e.pdf", "50%引き.pdf", "絵文字😀.pdf"])
def test_the_name_travels_whole_and_safe_in_the_header(world, name):
    """Seen to fail in `disposition` of hub/files/names.py without `quote`, and with the name itself as the plain
    one."""
    id_, _thread = attached(world, name=name)
    with world.store.transaction() as session:
        session.get_one(Attachment, id_).name = name  # past what made it safe when it came
    header = world.client("officer").get(f"/attachments/{id_}").headers["Content-Disposition"]
    assert header == f"attachment; filename=\"attachment-{id_}.pdf\"; filename*=UTF-8''{quote(name, safe='')}"
    assert header.isascii()
    assert header.isprintable()


def test_ranges_are_answered_and_so_are_senseless_ones(world):
    """Seen to fail without `conditional` in `_send` of attachments/routes.py, and, for the stranger, with any place of
    the reader's own in `_subject`."""
    id_, _thread = attached(world)
    browser = world.client("officer")
    part = browser.get(f"/attachments/{id_}", headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, b"PDF", f"bytes 1-3/{len(PDF)}")
    assert browser.get(f"/attachments/{id_}", headers={"Range": "bytes=900000-"}).status_code == 416
    assert world.client("foreign_officer").get(f"/attachments/{id_}", headers={"Range": "bytes=1-3"}).status_code == 404


def test_a_picture_is_shown_only_as_the_hub_drew_it(world):
    """Seen to fail in attachments/routes.py with the file that came in `_picture`, without the sandbox in `_send`, and
    without `get_attachment_for` in `_picture`. That other files have no picture is said by `width` there and by what is
    not on the disk in `_send`: seen to fail without both."""
    id_, _thread = attached(world, content=png(), name="画面.png")
    answer = world.client("officer").get(f"/attachments/{id_}/image")
    assert answer.mimetype == "image/webp"
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert readers(world, id_, "/thumbnail") == readers(world, id_, "/image") == readers(world, id_)
    pdf, _thread = attached(world)
    assert readers(world, pdf, "/thumbnail") == set()
    assert world.client("officer").get_json(f"/attachments/{pdf}/thumbnail").status_code == 404


@pytest.mark.parametrize("how", ["delete", "redact"])
def test_what_is_taken_out_of_a_message_reaches_its_files(app, world, how):
    """Seen to fail without `detach_from_message` and without `void_message` in hub/threads/erasing.py, without
    `collect` in the caretaker's `tick`, and with all contents for `_unused` there (the other's was gone)."""
    id_, thread = attached(world, name="住民の名前.pdf")
    other, _kept = attached(world, by="foreign_officer", room=world.foreign_room, name="別の名前.pdf")
    if how == "delete":
        world.write(delete_message, "officer", DeleteMessage(thread.message_id))
    else:
        world.write(redact_message, "manager", RedactMessage(thread.message_id, "個人情報"))
    assert readers(world, id_) == set()
    with world.store.read() as session:
        assert places_of(session, "住民の名前") == set()
        # For a moment the number alone, in what the index of the search has to forget.
        assert places_of(session, str(id_)) <= {"search_changes.ref_id"}
    caretaker, vault = app.extensions["hub.caretaker"], app.extensions["hub.vault"]
    caretaker.tick()
    assert len(list(vault.contents())) == 1, "the same content hangs elsewhere"
    with world.store.read() as session:
        message_id = session.get_one(Attachment, other).message_id
    world.write(delete_message, "foreign_officer", DeleteMessage(message_id))
    caretaker.tick()
    assert list(vault.contents()) == []
    with world.store.read() as session:
        assert session.scalars(sa.select(Blob)).all() == []


def test_a_town_without_the_room_gets_nothing_of_the_library_world(world):
    """Noise: another member's room does not open this one's files. Seen to fail with any place of the reader's own in
    `_subject`."""
    id_, _thread = attached(world)
    with world.store.transaction() as session:
        from hub.people.models import Organisation

        ensure_member(session, session.get_one(Organisation, world.foreign_town))
    assert "foreign_officer" not in readers(world, id_)
