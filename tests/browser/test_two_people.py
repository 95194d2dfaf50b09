"""A municipal officer and a prefecture supporter hold a consultation, each in their own browser."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, ask, first_room, live, options
from tests.server.soak import SOAK


def message(page: Page, text: str):
    return page.locator(".message", has_text=text)


def write(page: Page, text: str) -> None:
    page.locator("#composer textarea").fill(text)
    page.locator("#composer [value=send]").click()


@pytest.mark.parametrize(
    ("locale", "viewport"),
    [("ja-JP", WIDE), ("en-GB", PHONE), *([("ja-JP", PHONE), ("en-GB", WIDE)] if SOAK else [])],
)
def test_ask_answer_edit_react_note_acknowledge(person, locale, viewport):
    """Seen to fail with the note in the room's stream in `post_note` (the municipality's browser was told of it), and
    without `message:edited` and `thread:acknowledged` in static/js/feed/reducer.js."""
    walk(person, viewport, locale)


def walk(person, viewport, locale):
    officer, supporter = person("officer", viewport=viewport, locale=locale), person("supporter", locale=locale)
    room = first_room(officer)
    thread = ask(officer, room, f"電子申請の**様式**について {viewport['width']} {locale}")
    for page in (officer, supporter):
        live(page if page is officer else go(page, f"/threads/{thread}"))

    options(supporter)
    supporter.locator("#composer select[name=mark]").select_option("official")
    write(supporter, "様式の手引を「**第3章**」に載せています。")
    answer = message(officer, "様式の手引を")
    expect(answer.locator("strong")).to_have_text("第3章")
    expect(answer.locator("[data-slot=mark-official]")).to_be_visible()
    expect(officer.locator("[data-thread-head] [data-slot=state]")).to_have_class("pill pill--info")

    own = message(supporter, "様式の手引を")
    own.hover()
    own.locator("[data-action=edit]").click()
    own.locator("form[data-editing] textarea").fill("様式の手引の第4章に載せています。")
    own.locator("form[data-editing] button").first.click()
    expect(message(officer, "第4章").locator("[data-slot=edited]")).to_be_visible()

    answer = message(officer, "第4章")
    answer.hover()
    answer.locator("[data-slot=react-menu] summary").click()
    answer.locator("[data-slot=react-menu] [data-emoji='🙏']").click()
    expect(message(supporter, "第4章").locator(".reactions .reaction [data-slot=number]")).to_have_text("1")

    officer.locator("[data-acknowledge] button").click()
    expect(supporter.locator("[data-acknowledge] [data-slot=number]")).to_have_text("1")

    supporter.locator(".notes__write summary").click()
    supporter.locator("#note-composer textarea").fill("担当課にも確認しておく")
    supporter.locator("#note-composer [value=send]").click()
    expect(supporter.locator(".note", has_text="担当課にも")).to_be_visible()
    officer.locator("#composer textarea").focus()
    officer.locator("#composer [name=settled][value='1']").check()
    write(officer, "ありがとうございます。試してみます。")
    expect(message(supporter, "試してみます")).to_be_visible()
    expect(supporter.locator("[data-thread-head] [data-slot=state]")).to_have_class("pill pill--info")
    write(officer, "もう一つ、別紙の様式はどれでしょうか。")
    expect(supporter.locator("[data-thread-head] [data-slot=state]")).to_have_class("pill pill--warning")
    expect(officer.locator("#composer [data-slot=settled]")).to_be_hidden()
    assert "担当課にも" not in officer.content()
    told = str(
        officer.request.get(f"/feed/room:{room}?limit=1000").json()
    )  # what the page may have heard and not shown
    assert "別紙の様式" in told
    assert "担当課にも" not in told
    brought = officer.request.get(officer.url).text().partition('id="hub-page">')[2].partition("</script>")[0]
    assert "別紙の様式" in str(json.loads(brought))
    assert "担当課にも" not in str(json.loads(brought))
    assert '"notes"' not in brought


def go(page: Page, path: str) -> Page:
    page.goto(path)
    return page


# What Chromium itself writes to the console while a connection is away.
LOST = ("net::ERR_", "WebSocket connection")


def test_offline_and_back(person, watch):
    """Seen to fail without `fetchAll` in `Cursor.ask` (what came meanwhile was never shown) and without `offline` and
    the like in `WAITABLE` in static/js/feed/pending.js (what was written did not wait)."""
    watch.tolerated = LOST
    officer, supporter = person("officer"), person("supporter")
    thread = ask(officer, first_room(officer), "接続が切れたときの確認")
    live(officer)
    live(go(supporter, f"/threads/{thread}"))
    officer.context.set_offline(True)
    write(officer, "切れている間に書いたもの")
    expect(message(officer, "切れている間に")).to_contain_class("message--pending")
    write(supporter, "その間に届いたもの")
    expect(message(supporter, "その間に")).to_be_visible()
    officer.context.set_offline(False)
    expect(message(supporter, "切れている間に")).to_be_visible(timeout=30_000)
    expect(message(officer, "その間に")).to_be_visible(timeout=30_000)
    expect(officer.locator(".message--pending")).to_have_count(0, timeout=30_000)
    expect(message(officer, "切れている間に")).to_have_count(1)
