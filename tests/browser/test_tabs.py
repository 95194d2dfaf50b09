"""Several tabs of one browser, and leaving it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PEOPLE, ask, first_room, live, sign_in


def message(page: Page, text: str):
    return page.locator(".message", has_text=text)


def write(page: Page, text: str) -> None:
    page.locator("#composer textarea").fill(text)
    page.locator("#composer [value=send]").click()


def tab(first: Page, watch, path: str, sockets: list[str]) -> Page:
    page = first.context.new_page()
    watch.page(page)
    page.on("request", lambda request: sockets.append(request.url) if "/socket.io/" in request.url else None)
    page.goto(path)
    return live(page)


@pytest.mark.parametrize("host", ["127.0.0.1", "hub.test"])
def test_two_tabs_share_a_connection_and_survive_each_other(person, watch, host):
    officer, supporter = person("officer", host=host), person("supporter")
    thread = ask(officer, first_room(officer), f"二つのタブの確認 {host}")
    live(officer)
    sockets: list[str] = []
    second = tab(officer, watch, f"/threads/{thread}", sockets)
    supporter.goto(f"/threads/{thread}")
    live(supporter)
    write(supporter, "両方に届く")
    expect(message(officer, "両方に届く")).to_have_count(1)
    expect(message(second, "両方に届く")).to_have_count(1)
    write(second, "二つ目のタブから")
    expect(message(officer, "二つ目のタブから")).to_have_count(1)
    expect(second.locator(".message--pending")).to_have_count(0)
    assert sockets == []
    officer.close()
    write(supporter, "一つ目を閉じてから")
    expect(message(second, "一つ目を閉じてから")).to_have_count(1)
    live(second)
    write(second, "残ったタブから")
    expect(message(supporter, "残ったタブから")).to_have_count(1)
    assert sockets


def test_signing_out_leaves_the_text_as_a_draft_and_nothing_in_the_browser(person):
    officer = person("officer")
    thread = ask(officer, first_room(officer), "サインアウトで残るもの")
    live(officer)
    officer.locator("#composer textarea").fill("書きかけの文章")
    officer.locator("[data-sign-out]").evaluate("form => form.requestSubmit()")
    officer.wait_for_url("**/login*")
    kept = officer.evaluate("() => Object.keys(localStorage).filter(k => /^hub:(draft|pending):/.test(k))")
    assert kept == []
    sign_in(officer, PEOPLE["officer"])
    officer.goto(f"/threads/{thread}")
    expect(officer.locator("#composer textarea")).to_have_value("書きかけの文章")
