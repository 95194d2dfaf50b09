"""The disk is full before all of a file has come. What happens when it is full afterwards is in test_caretaker.py."""

import errno
import io
import os

import pytest

from hub.threads.commands import SaveDraft
from hub.threads.services.reading import save_draft
from tests.files.conftest import PDF, send

WORDS = "ファイルの保存容量がいっぱいです。"
LARGE = PDF + b"\n" * 500_000


class FullDisk(io.FileIO):
    """Takes what fits into a few thousand bytes."""

    def write(self, data) -> int:
        if self.tell() + len(data) > 3_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


@pytest.fixture(autouse=True)
def _full(app, monkeypatch) -> None:
    vault = type(app.extensions["hub.vault"])
    incoming = vault.incoming

    def full(self):
        file = incoming(self)
        file.file = io.BufferedRandom(FullDisk(file.name, "r+b"))
        return file

    monkeypatch.setattr(vault, "incoming", full)


def left_of(app) -> list[str]:
    return os.listdir(app.extensions["hub.vault"].root / "incoming")


@pytest.mark.parametrize("content", [LARGE, PDF + b"\n" * 4_000], ids=["in the middle", "at the last flush"])
def test_a_disk_that_fills_up_is_said_in_words_and_nothing_stays_behind(app, world, content):
    """With this code the page keeps the text and may send again; the draft is there too. Seen to fail without
    `except OSError` in `take_in` of hub/files/receiving.py (an unforeseen error), and with `delete=False` in
    `Vault.incoming`."""
    thread = world.thread(world.room)
    world.write(save_draft, "officer", SaveDraft(f"thread:{thread.thread_id}", "大事な文章"))
    browser = world.client("officer")
    answer = send(browser, content)
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "unavailable")
    assert WORDS in answer.json["error"]["message"]
    assert left_of(app) == []
    assert "大事な文章" in browser.get(f"/threads/{thread.thread_id}").text


def test_without_javascript_nothing_is_posted_either(app, world):
    """The browser's way back leads to the filled form. Seen to fail without `except OSError` in `take_in`."""
    thread, browser = world.thread(world.room), world.client("officer")
    form = {"csrf_token": browser.csrf, "body": "大事な文章", "client_id": world.new_id()}
    file = {"file": (io.BytesIO(LARGE), "資料.pdf")}
    answer = browser.post(f"/threads/{thread.thread_id}/messages", data=form | file)
    assert (answer.status_code, WORDS in answer.text) == (503, True)
    assert left_of(app) == []
    assert "大事な文章" not in browser.get(f"/threads/{thread.thread_id}").text
