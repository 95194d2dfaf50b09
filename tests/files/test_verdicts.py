"""What comes of the scanner's word, or of its silence, for files that are there already. The scanner is played here;
the real one is in test_scanner.py."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.files.models import Blob
from hub.files.services import settle
from tests.files.conftest import PDF, send


class Fake:
    """A scanner that judges by what a content ends with; `there` is whether it answers at all."""

    configured = True

    def __init__(self) -> None:
        self.there = False
        self.words: dict[bytes, str] = {}
        self.shown: list[bytes] = []

    def scan(self, path: Path) -> str:
        self.shown.append(path.read_bytes().removeprefix(PDF))
        return self.words.get(self.shown[-1], "clean") if self.there else "held"

    def answers(self) -> bool:
        return self.there


@pytest.fixture
def scanner(app) -> Fake:
    app.extensions["hub.scanner"] = fake = Fake()
    return fake


@pytest.fixture
def uploads(upload) -> Callable[..., list[int]]:
    return lambda *ends: [upload(content=PDF + end) for end in ends]


def states(world, message_id: int) -> list[str]:
    message = world.client("supporter").get_json(f"/messages/{message_id}").json["message"]
    return [file["state"] for file in message["attachments"]]


def told(socket) -> list[list[str]]:
    """The states of files, in the order in which they were announced."""
    events = [event for event in socket.received("feed") if event["type"] in ("attachments:changed", "note:posted")]
    return [[file["state"] for file in event["data"]["attachments"]] for event in events]


def test_files_that_cannot_be_judged_keep_no_other_waiting(app, world, scanner, uploads, monkeypatch):
    """However many they are. Seen to fail in `release_held` of hub/files/caretaker.py with an end at the first that is
    held, and with no more than MOST_A_TICK of the oldest."""
    monkeypatch.setattr("hub.files.caretaker.MOST_A_TICK", 2)
    posted = world.thread(world.room, attachment_ids=uploads(b"1", b"2", b"3", b"good"))
    scanner.there, scanner.words = True, dict.fromkeys((b"1", b"2", b"3"), "held")
    app.extensions["hub.caretaker"].tick()
    assert states(world, posted.message_id) == ["held", "held", "held", "ready"]


def test_the_oldest_is_shown_first_and_the_only_one_while_the_scanner_is_away(app, scanner, uploads):
    """Seen to fail in `release_held` without the order, and where it went on without an answer."""
    uploads(b"3", b"1", b"2")
    scanner.shown.clear()
    app.extensions["hub.caretaker"].tick()
    assert scanner.shown == [b"3"]
    scanner.there = True
    app.extensions["hub.caretaker"].tick()
    assert scanner.shown == [b"3", b"3", b"1", b"2"]


def test_content_from_before_there_was_a_scanner_is_held_like_any_other(app, world, upload, socket_of):
    """Also where it hung before. Seen to fail with what was `unscanned` kept in `_keep_blob` of hub/files/services.py
    (both were ready), without the
    announcement there, and with the row as it was before in that."""
    old = world.thread(world.room, attachment_ids=[upload()])
    reader = socket_of("officer")
    reader.open(f"room:{world.room}")
    scanner = app.extensions["hub.scanner"] = Fake()
    fresh = world.thread(world.room, attachment_ids=[upload()])
    assert states(world, fresh.message_id) == states(world, old.message_id) == ["held"]
    assert told(reader) == [["held"]]
    scanner.there = True
    app.extensions["hub.caretaker"].tick()
    assert states(world, fresh.message_id) == states(world, old.message_id) == ["ready"]


def test_what_the_scanner_once_passed_stays_while_it_is_away(world, scanner, upload):
    """Seen to fail with the new word alone in `_keep_blob`."""
    scanner.there = True
    old = world.thread(world.room, attachment_ids=[upload()])
    scanner.there = False
    upload("manager")
    assert states(world, old.message_id) == ["ready"]


@pytest.mark.parametrize("before", ["clean", "unscanned"])
def test_content_that_is_found_infected_later_is_handed_out_nowhere(app, world, upload, socket_of, before):
    """Whoever brings it again is refused, and everybody who has it is told. Seen to fail without `condemn` in `_store`
    of hub/files/receiving.py (the old files were handed out), without the removal there, with `clean` or `unscanned`
    left out in `condemn`, and without the announcement in `settle` of hub/files/services.py."""
    scanner = Fake()
    scanner.there = True
    if before == "clean":
        app.extensions["hub.scanner"] = scanner
    old = upload()
    posted = world.thread(world.room, attachment_ids=[old])
    world.note(posted, attachment_ids=[upload("supporter")])
    app.extensions["hub.scanner"], scanner.words = scanner, {b"": "infected"}
    reader, inside = socket_of("officer"), socket_of("supporter")
    reader.open(f"room:{world.room}")
    inside.open(f"notes:{world.room}")
    answer = send(world.client("foreign_officer"), PDF)
    assert (answer.status_code, "危険と判断" in answer.json["error"]["fields"]["file"]) == (422, True)
    assert world.client("officer").get(f"/attachments/{old}").status_code == 404
    assert told(reader) == told(inside) == [["refused"]]
    assert list(app.extensions["hub.vault"].contents()) == []


def test_a_copy_of_a_content_of_others_waits_like_a_new_one(app, world, scanner):
    """While the scanner is away nobody learns by sending a file whether somebody has it already, say in a note. Would
    fail with the verdict of the content alone: the copy was ready at once, the new file was held."""
    scanner.there = True
    thread = world.thread(world.room)
    secret = world.upload("supporter", content=PDF + b"secret", name="内部.pdf")
    world.note(thread, attachment_ids=[secret])
    scanner.there = False
    sent = {
        what: send(world.client("foreign_officer"), content=PDF + what, name="写し.pdf").json
        for what in (b"secret", b"new")
    }
    copy, new = (sent[what] for what in (b"secret", b"new"))
    assert (copy["state"], new["state"]) == ("held", "held")
    reader = world.client("foreign_officer")
    answers = [reader.get_json(f"/attachments/{file['attachment_id']}") for file in (copy, new)]
    assert [a.status_code for a in answers] == [503, 503]
    assert answers[0].json["error"]["message"] == answers[1].json["error"]["message"]
    assert world.client("supporter").get(f"/attachments/{secret}").status_code == 200
    posted = world.thread(world.foreign_room, by="foreign_officer", attachment_ids=[int(copy["attachment_id"])])
    app.extensions["hub.caretaker"].tick()
    assert states(world, posted.message_id) == ["held"]
    scanner.there = True
    app.extensions["hub.caretaker"].tick()
    assert states(world, posted.message_id) == ["ready"]
    for file in (copy, new):
        assert reader.get(f"/attachments/{file['attachment_id']}").status_code == 200


def test_what_the_scanner_finds_in_a_copy_is_taken_from_all(app, world, scanner):
    """A content that was clean once: the signature came later."""
    scanner.there = True
    old = world.upload("officer", content=PDF + b"later")
    scanner.there = False
    copy = world.upload("foreign_officer", content=PDF + b"later")
    scanner.there, scanner.words = True, {b"later": "infected"}
    app.extensions["hub.caretaker"].tick()
    assert world.client("officer").get_json(f"/attachments/{old}").status_code == 404
    assert world.client("foreign_officer").get_json(f"/attachments/{copy}").status_code == 404


def test_a_word_of_the_scanner_that_comes_too_late_changes_nothing(world):
    """Another was faster; and the word is about one content alone."""
    world.upload(content=PDF + b"one")
    world.upload(content=PDF + b"two")
    with world.store.transaction() as session:
        first, second = session.scalars(sa.select(Blob.digest).order_by(Blob.created_at, Blob.digest)).all()
        settle(session, first, "infected", of=("unscanned",))
        settle(session, first, "clean", of=("unscanned", "held"))
    with world.store.read() as session:
        verdicts = dict(session.execute(sa.select(Blob.digest, Blob.scan)).all())
    assert verdicts == {first: "infected", second: "unscanned"}
