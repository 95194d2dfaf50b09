"""What comes of the scanner's word, or of its silence, for files that are there already."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.files.conftest import PDF


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
