"""A thread of 10,000 messages: it opens at a stretch of it, reads in both directions without jumping, and every message
has its address."""

import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, ask, first_room, live

LENGTH = 10_000


def lengthen(folder, thread: str) -> None:
    """Written straight into the table: nobody waits for 10,000 posts."""
    with sqlite3.connect(folder / "hub.sqlite3", timeout=20) as base:
        columns = [row[1] for row in base.execute("PRAGMA table_info(messages)") if row[1] not in ("id", "position")]
        copied = ", ".join(
            "'本文 ' || n" if c == "body" else "'<p>本文 ' || n || '</p>'" if c == "body_html" else c for c in columns
        )
        base.execute(
            f"WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {LENGTH})"
            f" INSERT INTO messages (position, {', '.join(columns)})"
            f" SELECT n, {copied} FROM numbers, messages WHERE thread_id = ? AND position = 1",
            [thread],
        )
        base.execute("UPDATE threads SET last_position = ? WHERE id = ?", [LENGTH, thread])
        base.execute("UPDATE read_marks SET position = ? WHERE thread_id = ?", [LENGTH, thread])


def shown(page: Page) -> list[int]:
    return page.locator(".message").evaluate_all("all => all.map((e) => Number(e.dataset.position))")


def top_of(page: Page, position: int) -> float:
    return page.locator(f".message[data-position='{position}']").evaluate("e => e.getBoundingClientRect().top")


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_ten_thousand_messages(person, server, viewport):
    officer = person("officer", viewport=viewport)
    thread = ask(officer, first_room(officer), "長いやりとりのはじめ")
    lengthen(server.folder, thread)
    officer.goto(f"/threads/{thread}")
    live(officer)
    expect(officer.locator(f".message[data-position='{LENGTH}']")).to_be_in_viewport()
    assert len(shown(officer)) <= 100

    officer.goto(f"/threads/{thread}#5000")
    expect(officer.locator(".message[data-position='5000']")).to_be_in_viewport()
    first = min(shown(officer))
    assert 4900 < first < 5000
    before = top_of(officer, first)
    officer.locator(f".message[data-position='{first}']").scroll_into_view_if_needed()
    expect(officer.locator(f".message[data-position='{first - 1}']")).to_be_attached()
    assert shown(officer) == sorted(shown(officer))
    # What was looked at stays in sight while the earlier ones come in above it.
    expect(officer.locator(f".message[data-position='{first}']")).to_be_in_viewport()
    assert abs(top_of(officer, first)) < officer.viewport_size["height"], before

    officer.locator("[data-action=newest]").click()
    expect(officer.locator(f".message[data-position='{LENGTH}']")).to_be_in_viewport()


def test_where_one_is_and_the_way_back_stay_in_sight_on_a_phone(person):
    officer = person("officer", viewport=PHONE)
    room = first_room(officer)
    thread = ask(officer, room, "電話で読む長いやりとり")
    for number in range(12):
        officer.locator("#composer textarea").fill(f"続き {number}\n\n二つ目の段落\n\n三つ目の段落")
        officer.locator("#composer [value=send]").click()
        expect(officer.locator(".message")).to_have_count(number + 2)
    officer.goto(f"/threads/{thread}")
    live(officer)
    assert officer.evaluate("scrollY") > 200
    expect(officer.locator("#thread-title")).to_be_in_viewport()
    back = officer.locator(".pane--thread .pane__back")
    expect(back).to_be_in_viewport()
    back.click()
    officer.wait_for_url(f"**/rooms/{room}")
