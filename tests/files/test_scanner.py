"""A real clamd with a signature of our own."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.attachments.services import AddToMessage, add_to_message
from hub.config import ROOT, Config
from hub.files.scanner import Scanner
from hub.health.checks import health_report
from tests.factories import JSON
from tests.files.conftest import PDF, send

BAD = "架空のウイルス HUB-TEST-SIGNATURE"  # what the signature below looks for; harmless
READY_S = 60


class Clamd:
    """One clamd on a socket of its own, as whoever runs the tests."""

    def __init__(self, folder: Path) -> None:
        self.socket, self.config = folder / "clamd.sock", folder / "clamd.conf"
        signatures = folder / "signatures"
        signatures.mkdir()
        (signatures / "hub.ndb").write_text(f"Hub.Test:0:*:{b'HUB-TEST-SIGNATURE'.hex()}\n")
        lines = [f"DatabaseDirectory {signatures}", f"LocalSocket {self.socket}", "Foreground yes", "User root"]
        self.config.write_text("\n".join(lines if os.geteuid() == 0 else lines[:3]) + "\n")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("clamd") or "/usr/sbin/clamd"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([program, "-c", str(self.config)], **quiet)
        end = time.monotonic() + READY_S
        while not Scanner(str(self.socket)).answers():
            assert self.process.poll() is None, "clamd did not start"
            assert time.monotonic() < end, "clamd is not ready"
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None
        self.socket.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    found = Clamd(tmp_path_factory.mktemp("clamd"))
    found.start()
    yield found
    found.stop()


@pytest.fixture(autouse=True)
def scanned(app, clamd) -> None:
    if clamd.process is None:
        clamd.start()
    app.extensions["hub.scanner"] = Scanner(str(clamd.socket))


def state_of(world, message_id: int) -> list[str]:
    message = world.client("supporter").get_json(f"/messages/{message_id}").json["message"]
    return [file["state"] for file in message["attachments"]]


def test_an_infected_file_is_refused_in_words_and_nothing_of_it_is_kept(app, world):
    """Seen to fail without the refusal in `_store` of hub/files/receiving.py, and without FOUND in `_verdict` of
    hub/files/scanner.py (it was held)."""
    answer = send(world.client("officer"), BAD.encode(), "請求書.txt")
    assert answer.status_code == 422
    assert "危険と判断しました" in answer.json["error"]["fields"]["file"]
    assert list(app.extensions["hub.vault"].contents()) == []


def test_a_form_with_an_infected_file_keeps_its_text(world):
    """Seen to fail without the refusal in `_store` of hub/files/receiving.py: it was posted."""
    from io import BytesIO

    thread, browser = world.thread(world.room), world.client("officer")
    form = {"csrf_token": browser.csrf, "body": "大事な文章", "client_id": world.new_id()}
    answer = browser.post(
        f"/threads/{thread.thread_id}/messages", data=form | {"file": (BytesIO(BAD.encode()), "a.txt")}
    )
    assert (answer.status_code, "大事な文章" in answer.text, "危険と判断" in answer.text) == (422, True, True)


def test_a_clean_file_passes(world):
    """Seen to fail with `infected` for whatever is not FOUND in `_verdict` of hub/files/scanner.py."""
    posted = world.thread(world.room, attachment_ids=[world.upload()])
    assert state_of(world, posted.message_id) == ["ready"]


def test_while_the_scanner_is_away_a_file_is_held_and_released_later(app, world, clamd, socket_of):
    """Seen to fail with `clean` for a scanner that is away in `scan` of hub/files/scanner.py; without `held` in
    `_ready` of attachments/routes.py; in files/caretaker.py without `release_held`, with `clean` for what stays held
    there, and without the removal of what is infected; without either announcement in attachments/announcing. What is
    infected is kept back by `_ready` and by being gone from the disk: seen to fail without both."""
    clamd.stop()
    held, clean = world.upload("officer", content=BAD.encode(), name="危険.txt"), world.upload("officer")
    posted = world.thread(world.room, attachment_ids=[held, clean])
    note = world.upload("supporter", content=PDF + b"2", name="内部.pdf")
    world.note(posted, attachment_ids=[note])
    assert state_of(world, posted.message_id) == ["held", "held"]
    for who, id_ in (("officer", clean), ("supporter", clean), ("officer", held), ("supporter", note)):
        answer = world.client(who).get_json(f"/attachments/{id_}")
        assert (answer.status_code, "検査を待っています" in answer.json["error"]["message"]) == (503, True)
    assert "ウイルス検査待ち" in world.client("officer").text_of(f"/threads/{posted.thread_id}")
    caretaker = app.extensions["hub.caretaker"]
    caretaker.tick()
    assert state_of(world, posted.message_id) == ["held", "held"]

    clamd.start()
    reader, inside = socket_of("officer"), socket_of("supporter")
    reader.open(f"room:{world.room}")
    inside.open(f"notes:{world.room}")
    caretaker.tick()
    assert state_of(world, posted.message_id) == ["refused", "ready"]
    told = reader.received("feed")[-1]
    assert (told["type"], [f["state"] for f in told["data"]["attachments"]]) == (
        "attachments:changed",
        ["refused", "ready"],
    )
    assert [f["state"] for f in inside.received("feed")[-1]["data"]["attachments"]] == ["ready"]
    assert world.client("supporter").get(f"/attachments/{clean}").status_code == 200
    assert world.client("officer").get_json(f"/attachments/{held}").status_code == 404
    assert "削除しました" in world.client("officer").text_of(f"/threads/{posted.thread_id}")
    assert len(list(app.extensions["hub.vault"].contents())) == 2


def test_what_the_scanner_cannot_judge_is_held_as_well(app, world, monkeypatch):
    """Larger than its limit, an error inside: anything but a clear word. Seen to fail with `clean` for whatever is not
    FOUND in `_verdict`."""
    monkeypatch.setattr("hub.files.scanner._answer", lambda _connection: "INSTREAM size limit exceeded. ERROR")
    posted = world.thread(world.room, attachment_ids=[world.upload()])
    assert state_of(world, posted.message_id) == ["held"]


def test_a_held_file_may_still_be_added_to_a_message(world, clamd):
    """Seen to fail where `add_to_message` of hub/files/services.py refused while something is held."""
    clamd.stop()
    posted = world.thread(world.room)
    world.write(add_to_message, "officer", AddToMessage(posted.message_id, [world.upload()]))
    assert state_of(world, posted.message_id) == ["held"]


def test_the_scanner_answers_over_tcp_and_health_says_whether(app, clamd):
    """Seen to fail with True for a scanner that is away in `answers` of hub/files/scanner.py, and where `_connect` knew
    no port."""
    config = app.extensions["hub.config"]
    there = type(config)(**{**config.__dict__, "clamd": str(clamd.socket)})
    away = type(config)(**{**config.__dict__, "clamd": "127.0.0.1:1"})
    database = app.extensions["hub.db"]
    assert health_report(database, there)["scanner"] == "ok"
    assert health_report(database, away)["scanner"] == "does not answer"
    assert "scanner" not in health_report(database, config)
    assert JSON


def test_what_was_not_looked_through_to_its_end_is_no_clean_bill(tmp_path, tmp_path_factory):
    """A clamd as the guide sets it up, with small limits. Seen to fail before: the words of a limit were taken for an
    infection; and without `AlertExceedsMax` clamd calls clean what it did not look at."""
    large = tmp_path / "large.txt"
    large.write_bytes(b"x" * 1024 * 1024 + BAD.encode())
    verdicts = {}
    for alert in ("yes", "no"):
        own = Clamd(tmp_path_factory.mktemp(f"limits-{alert}"))
        with own.config.open("a") as config:
            config.write(f"MaxFileSize 512K\nMaxScanSize 512K\nAlertExceedsMax {alert}\n")
        own.start()
        try:
            verdicts[alert] = Scanner(str(own.socket)).scan(large)
        finally:
            own.stop()
    assert verdicts == {"yes": "held", "no": "clean"}


def test_the_guide_sets_every_limit_of_the_scanner():
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    block = guide.partition("### clamd をつなぐ")[2].partition("```sh")[2].partition("```")[0]
    assert "AlertExceedsMax yes" in block
    for limit in ("StreamMaxLength", "MaxFileSize", "MaxScanSize"):
        size = re.search(rf"^{limit} (\d+)M$", block, re.MULTILINE)
        assert size, limit
        assert int(size[1]) * 1024**2 > Config().file_bytes
