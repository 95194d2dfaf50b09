"""Files on messages and notes: by socket, by JSON, by a plain form; later, in part, and twice."""

import io

import pytest
import sqlalchemy as sa

from hub.attachments.services import AddToMessage, RemoveAttachment, add_to_message, remove_attachment
from hub.feed.models import FeedEvent
from hub.files.models import Attachment
from hub.threads.models import Message, Thread
from tests.factories import places_of
from tests.files.conftest import PDF, png

WORDS = "添付ファイルが見つかりません"


def message_of(world, message_id, who="officer"):
    return world.client(who).get_json(f"/messages/{message_id}").json["message"]


def test_foreign_taken_and_absent_files_cannot_be_attached(world):
    """Seen to fail in `attach` of hub/files/attaching.py without `uploader_id` (a foreign file hung), without
    `homeless()` (a taken one moved) and without the refusal when no row was found (the absent one)."""
    foreign, taken = world.upload("manager"), world.upload("officer")
    thread = world.thread(world.room, attachment_ids=[taken])
    browser = world.client("officer")
    for id_ in (foreign, taken, 10**17):
        answer = browser.post_json(
            f"/threads/{thread.thread_id}/messages", body="話", client_id=world.new_id(), attachment_ids=[str(id_)]
        )
        assert answer.status_code == 422
        assert WORDS in answer.json["error"]["fields"]["attachment_ids"]
    with world.store.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Message)).scalar() == 1


def test_too_many_files_are_refused(world):
    """At once and one after the other. Seen to fail without the limit in `attach` of hub/files/attaching.py, and
    without the `already` that `add_to_message` hands it."""
    ids = [world.upload() for _n in range(11)]
    answer = world.client("officer").post_json(
        f"/rooms/{world.room}/threads",
        kind="talk",
        body="話",
        client_id=world.new_id(),
        attachment_ids=[str(i) for i in ids],
    )
    assert "10個まで" in answer.json["error"]["fields"]["attachment_ids"]
    posted = world.thread(world.room, attachment_ids=ids[:10])
    later = world.client("officer").post_json(
        f"/messages/{posted.message_id}/attachments", attachment_ids=[str(ids[10])]
    )
    assert "10個まで" in later.json["error"]["fields"]["attachment_ids"]


def test_files_come_with_the_event_and_with_the_page(world, socket_of):
    """Seen to fail without the files in `present_messages` of hub/threads/presenters.py (the page), and in `_announce`
    of hub/threads/services/posting.py (the event)."""
    image, pdf = world.upload(content=png(), name="画面.png"), world.upload(name="手引.pdf")
    reader = socket_of("supporter")
    reader.open(f"room:{world.room}")
    thread = world.thread(world.room)
    reader.received()
    socket = socket_of("officer")
    ids = [str(image), str(pdf)]
    payload = {
        "thread_id": str(thread.thread_id),
        "body": "見てください",
        "client_id": world.new_id(),
        "attachment_ids": ids,
    }
    assert socket.ask("message:post", payload)["ok"]
    event = reader.received("feed")[-1]
    assert [(f["attachment_id"], f["name"], f["kind"]) for f in event["data"]["attachments"]] == [
        (str(image), "画面.png", "image"),
        (str(pdf), "手引.pdf", "pdf"),
    ]
    text = world.client("officer").text_of(f"/threads/{thread.thread_id}")
    assert "画面.png" in text
    assert "手引.pdf" in text


def test_a_repeat_of_the_same_post_attaches_nothing_anew(world):
    """Seen to fail with `once` of hub/feed/submissions.py switched off: the repeat was refused, for its file was
    taken."""
    id_, client_id = world.upload(), world.new_id()
    thread, browser = world.thread(world.room), world.client("officer")
    fields = {"body": "話", "client_id": client_id, "attachment_ids": [str(id_)]}
    first, second = (browser.post_json(f"/threads/{thread.thread_id}/messages", **fields) for _n in range(2))
    assert first.json == second.json
    assert len(message_of(world, first.json["data"]["message_id"])["attachments"]) == 1


def test_files_alone_are_a_message_that_says_so(world):
    """Seen to fail without the words in `_body` of hub/threads/services/posting.py."""
    thread = world.thread(world.room)
    posted = world.message(thread, " ", attachment_ids=[world.upload()])
    assert message_of(world, posted.message_id)["body"] == ""
    officer, supporter = world.client("officer"), world.client("supporter")
    supporter.post_form("/language", language="en")
    assert "（添付ファイル）" in officer.text_of(f"/threads/{thread.thread_id}")
    page = supporter.text_of(f"/threads/{thread.thread_id}?reply={posted.message_id}")
    assert "（添付ファイル）" not in page
    assert page.count("(attached files)") >= 2  # the message, and what the reply is to


def test_a_thread_and_a_note_of_files_alone_are_shown_in_the_readers_language(world):
    thread = world.thread(world.room, body="", attachment_ids=[world.upload()])
    world.note(thread, "", attachment_ids=[world.upload("supporter")])
    with world.store.read() as session:
        assert places_of(session, "添付ファイル") == set()
        assert session.get_one(Thread, thread.thread_id).untitled == "files"
    supporter = world.client("supporter")
    assert supporter.text_of(f"/threads/{thread.thread_id}").count("（添付ファイル）") >= 3
    supporter.post_form("/language", language="en")
    assert supporter.text_of(f"/threads/{thread.thread_id}").count("(attached files)") >= 3


def test_a_plain_form_posts_text_and_files_together(world):
    """Seen to fail where `SentFiles.with_command` of hub/threads/composing.py left the command as it was."""
    thread, browser = world.thread(world.room), world.client("officer")
    files = [(io.BytesIO(PDF), "一.pdf"), (io.BytesIO(png()), "二.png")]
    answer = browser.post(
        f"/threads/{thread.thread_id}/messages",
        data={"csrf_token": browser.csrf, "body": "二つあります", "client_id": world.new_id(), "file": files},
    )
    assert answer.status_code == 303
    assert [f["name"] for f in newest(world)["attachments"]] == ["一.pdf", "二.png"]


def newest(world):
    with world.store.read() as session:
        return message_of(world, session.execute(sa.select(sa.func.max(Message.id))).scalar_one())


def test_a_form_with_a_refused_file_keeps_the_text_and_the_good_file(world):
    """Seen to fail in hub/threads/composing.py without the branch of faults in `answer_submission` (it was posted) and
    without `own_uploads` in `sent_files` (the good file was lost)."""
    thread, browser = world.thread(world.room), world.client("officer")
    files = [(io.BytesIO(PDF), "よい.pdf"), (io.BytesIO(b"MZ\0"), "わるい.exe")]
    answer = browser.post(
        f"/threads/{thread.thread_id}/messages",
        data={"csrf_token": browser.csrf, "body": "大事な文章", "client_id": world.new_id(), "file": files},
    )
    assert answer.status_code == 422
    for kept in ("大事な文章", "よい.pdf", "わるい.exe」は添付できません", 'name="attachment_ids"'):
        assert kept in answer.text
    with world.store.read() as session:
        kept_id = session.execute(sa.select(Attachment.id)).scalar_one()
    fields = {"body": "大事な文章", "client_id": world.new_id(), "attachment_ids": str(kept_id)}
    assert browser.post_form(f"/threads/{thread.thread_id}/messages", **fields).status_code == 303
    assert [f["name"] for f in newest(world)["attachments"]] == ["よい.pdf"]


def test_the_form_of_a_note_and_of_a_thread_take_files_too(world):
    """Seen to fail where `SentFiles.with_command` left the command as it was, and with notes on everybody's page of a
    thread (`show` of hub/threads/routes.py)."""
    browser = world.client("supporter")
    form = {"csrf_token": browser.csrf, "kind": "talk", "body": "話", "client_id": world.new_id()}
    answer = browser.post(f"/rooms/{world.room}/threads", data=form | {"file": (io.BytesIO(PDF), "一.pdf")})
    thread = answer.headers["Location"]
    note = {
        "csrf_token": browser.csrf,
        "body": "メモ",
        "client_id": world.new_id(),
        "file": (io.BytesIO(PDF), "内部.pdf"),
    }
    assert browser.post(f"{thread}/notes", data=note).status_code == 303
    assert "内部.pdf" in browser.text_of(thread)
    assert "内部.pdf" not in world.client("officer").get(thread).text
    notes = browser.get_json(f"{thread}/notes").json["notes"]
    assert [f["name"] for f in notes[0]["attachments"]] == ["内部.pdf"]


@pytest.mark.parametrize("who", ["manager", "supporter", "foreign_officer"])
def test_only_the_author_adds_files_later_or_takes_them_away(world, who):
    """Seen to fail without `require` in `_own_message` of hub/files/services.py and without `is_author` for EDIT in the
    table of permissions: colleagues did both. From a stranger two checks keep it: with `require` off and no ROOM_READ
    in `get_thread_for`, the stranger did both as well."""
    first = world.upload()
    posted = world.thread(world.room, attachment_ids=[first])
    browser = world.client(who)
    add = browser.post_json(f"/messages/{posted.message_id}/attachments", attachment_ids=[str(world.upload(who))])
    remove = browser.post_json(f"/attachments/{first}/delete")
    assert (add.status_code, remove.status_code) == (404, 404)
    assert len(message_of(world, posted.message_id)["attachments"]) == 1


def test_a_file_that_a_gateway_held_up_is_added_to_its_message(world, socket_of):
    """The same content under another name, a day later: the thread stays whole and the hash says it is the same. Seen
    to fail where `announce_attachments` of hub/files/services.py appended nothing."""
    posted = world.thread(world.room, attachment_ids=[world.upload(name="計画.pdf")])
    reader = socket_of("supporter")
    reader.open(f"room:{world.room}")
    late = world.upload(name="20261126_kensa_zumi.pdf")
    world.write(add_to_message, "officer", AddToMessage(posted.message_id, [late]))
    event = reader.received("feed")[-1]
    assert event["type"] == "attachments:changed"
    files = event["data"]["attachments"]
    assert [f["name"] for f in files] == ["計画.pdf", "20261126_kensa_zumi.pdf"]
    assert files[0]["sha256"] == files[1]["sha256"]
    assert message_of(world, posted.message_id)["attachments"] == files


def test_a_form_adds_files_to_an_own_message_and_shows_them(world):
    """Seen to fail without the branch of faults in `add` of attachments/routes.py: the refused file was passed over in
    silence."""
    posted, browser = world.thread(world.room), world.client("officer")
    address = f"/messages/{posted.message_id}/attachments"
    assert "ファイルはありません" in browser.text_of(address)
    form = {"csrf_token": browser.csrf, "file": (io.BytesIO(PDF), "あとから.pdf")}
    assert browser.post(address, data=form).headers["Location"] == address
    assert "あとから.pdf" in browser.text_of(address)
    bad = browser.post(address, data={"csrf_token": browser.csrf, "file": (io.BytesIO(b"MZ\0"), "x.exe")})
    assert (bad.status_code, "添付できません" in bad.text) == (422, True)


def test_a_file_taken_away_leaves_the_log_as_well(world):
    """Seen to fail without `_forget_in_log` in hub/files/services.py."""
    gone, stays = world.upload(name="まちがい.pdf"), world.upload(name="正しい.pdf")
    posted = world.thread(world.room, attachment_ids=[gone])
    world.write(add_to_message, "officer", AddToMessage(posted.message_id, [stays]))
    world.write(remove_attachment, "officer", RemoveAttachment(gone))
    with world.store.read() as session:
        assert places_of(session, "まちがい") == set()
        # For a moment the number alone, in what the search's index has to forget.
        assert places_of(session, str(gone)) <= {"search_changes.ref_id"}
        kept = session.scalars(sa.select(FeedEvent.data).where(FeedEvent.type == "attachments:changed")).all()
    assert all([f["name"] for f in data["attachments"]] == ["正しい.pdf"] for data in kept)


def test_an_own_upload_is_taken_back_before_it_is_sent(world):
    """Seen to fail without the comparison with `uploader_id` in `remove_attachment` of hub/files/services.py."""
    id_ = world.upload("officer")
    assert world.client("manager").post_json(f"/attachments/{id_}/delete").status_code == 404
    assert world.client("officer").post_json(f"/attachments/{id_}/delete").status_code == 200
    assert world.client("officer").get_json(f"/attachments/{id_}").status_code == 404


def test_files_stand_on_paper_by_name(world):
    """Seen to fail without `attachments_on_paper` in templates/threads/_sheet.html."""
    posted = world.thread(world.room, attachment_ids=[world.upload(name="別紙1.pdf")])
    assert "別紙1.pdf" in world.client("officer").text_of(f"/threads/{posted.thread_id}/print")
