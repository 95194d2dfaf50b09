"""Without JavaScript an edit, a title, a summary and the reason of a redaction are warned of once when they hold
personal data, and then taken."""

import re

import pytest
import sqlalchemy as sa

from hub.threads.models import Message, SummaryRevision, Thread, ThreadRedaction
from tests.factories import Browser, Posted, World

NUMBER = "電話は 027-223-1111 です"
WARNING = "個人情報のように見える部分があります"


@pytest.fixture
def said(world: World) -> Posted:
    return world.thread(world.room, title="題名", by="manager")


def forms(said: Posted) -> list[tuple[str, dict[str, str]]]:
    return [
        (f"/messages/{said.message_id}", {"body": NUMBER, "version": "1"}),
        (f"/threads/{said.thread_id}/head", {"title": NUMBER}),
        (f"/threads/{said.thread_id}/head", {"body": NUMBER, "summary_version": "0"}),
        (f"/messages/{said.message_id}/redact", {"reason": NUMBER}),
        (f"/threads/{said.thread_id}/redact", {"part": "title", "reason": NUMBER}),
    ]


def stored(world: World) -> list[str]:
    with world.store.read() as session:
        columns = (Message.body, Thread.title, SummaryRevision.body, Message.redaction_reason, ThreadRedaction.reason)
        return [text for c in columns for text in session.scalars(sa.select(c)) if text == NUMBER]


def shown_warnings(page: str) -> list[str]:
    return [tag for tag in re.findall(r'<p[^>]*data-slot="cautions"[^>]*>', page) if " hidden" not in tag]


@pytest.mark.parametrize("which", range(5))
def test_it_is_warned_of_once_and_keeps_what_was_typed(world: World, said: Posted, which: int) -> None:
    path, fields = forms(said)[which]
    browser: Browser = world.client("manager")
    warned = browser.post_form(path, **fields)
    assert warned.status_code == 200
    assert len(shown_warnings(warned.text)) == 1
    assert "電話番号" in warned.text
    assert NUMBER in warned.text
    assert stored(world) == []
    again = dict(re.findall(r'<input type="hidden" name="(confirmed)" value="(1)">', warned.text))
    assert browser.post_form(path, **fields, **again).status_code == 303
    assert stored(world) == [NUMBER]


@pytest.mark.parametrize("which", range(5))
def test_what_holds_nothing_is_taken_at_once(world: World, said: Posted, which: int) -> None:
    path, fields = forms(said)[which]
    harmless = {name: "さしさわりなし" if value == NUMBER else value for name, value in fields.items()}
    assert world.client("manager").post_form(path, **harmless).status_code == 303


@pytest.mark.parametrize("which", range(5))
def test_a_program_is_not_warned(world: World, said: Posted, which: int) -> None:
    path, fields = forms(said)[which]
    numbers = {name: int(value) if name in ("version", "summary_version") else value for name, value in fields.items()}
    assert world.client("manager").post_json(path, **numbers).status_code == 200
    assert stored(world) == [NUMBER]


def test_a_page_that_was_just_opened_warns_of_nothing(world: World, said: Posted) -> None:
    browser = world.client("manager")
    for page in (
        f"/messages/{said.message_id}/edit",
        f"/threads/{said.thread_id}/head",
        f"/messages/{said.message_id}/redact",
    ):
        assert shown_warnings(browser.get(page).text) == []


def test_who_may_not_edit_is_not_warned_but_refused(world: World, said: Posted) -> None:
    assert len(forms(said)) > 2
    for path, fields in forms(said):
        refused = 403 if "reason" in fields else 404  # no officer ever redacts
        assert world.client("foreign_officer").post_form(path, **fields).status_code == refused
