"""What is taken out of a thread leaves the pages that are open, also the tab's title; who, when and why comes in. And
what waits in a room is said while its list is open."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clean import OWN_STYLE, faults_of
from tests.browser.conftest import PHONE, WIDE, ask, first_room, live
from tests.server.soak import SOAK

SECRET = "架空の氏名太郎"
GONE = {"ja": "（削除された題名）", "en": "(the title was removed)"}


def speak(page: Page, language: str) -> None:
    """The account's language, which each reader has chosen for themselves."""
    page.goto("/profile")
    page.locator("main select[name=language]").select_option(language)
    page.locator("main form", has=page.locator("select[name=language]")).locator("button").first.click()
    expect(page.locator(f"html[lang={language}]")).to_have_count(1)


def redact(manager: Page, thread: str, part: str, reason: str, *, scripts: bool) -> None:
    manager.goto(f"/threads/{thread}/redact")
    manager.locator(f"main [name=part][value={part}]").check()
    manager.locator("main [name=reason]").fill(reason)
    if scripts:  # axe is one
        assert faults_of(manager) == []
    manager.locator("main form .button--danger").click()
    manager.wait_for_url(f"**/threads/{thread}")


@pytest.mark.parametrize(
    ("language", "viewport", "scripts"),
    [("ja", WIDE, True), ("en", PHONE, False), *([("ja", PHONE, False), ("en", WIDE, True)] if SOAK else [])],
)
def test_title_and_summary_leave_an_open_page(person, watch, language, viewport, scripts):
    watch.tolerated = (OWN_STYLE,)
    officer = person("officer")
    manager = person("manager", viewport=viewport, java_script_enabled=scripts)
    speak(officer, language)
    thread = ask(officer, first_room(officer), f"題名を墨消しする {language} {scripts}")
    officer.goto(f"/threads/{thread}/head")
    officer.locator("[name=title]").fill(f"{SECRET}の件 {language} {scripts}")
    officer.locator("[name=body]").fill(f"{SECRET}に電話で確かめた")
    officer.locator("form[action$='/head'] button").click()
    officer.wait_for_url(f"**/threads/{thread}")
    live(officer)
    expect(officer.locator("[data-summary]")).to_contain_text(SECRET)
    expect(officer).to_have_title(re.compile(SECRET))

    redact(manager, thread, "title", "氏名があったため", scripts=scripts)
    item = officer.locator(f".thread-item[data-thread-id='{thread}'] [data-slot=title]")
    for title in (officer.locator("[data-thread-head] [data-slot=title]"), item):
        expect(title).to_have_text(GONE[language])
    expect(officer).not_to_have_title(re.compile(SECRET))
    expect(officer.locator("[data-redactions] li")).to_contain_text(["氏名があったため"])

    redact(manager, thread, "summary", "まとめにも氏名", scripts=scripts)
    expect(officer.locator("[data-summary]")).to_be_hidden()
    expect(officer.locator("[data-redactions] li")).to_have_count(2)
    assert SECRET not in officer.content()
    officer.reload()
    assert SECRET not in officer.content()
    assert faults_of(live(officer)) == []


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_a_list_of_rooms_says_what_waits_while_it_is_open(person, watch, viewport):
    watch.tolerated = (OWN_STYLE,)
    officer, supporter = person("officer"), person("supporter", viewport=viewport)
    room = first_room(officer)
    supporter.goto("/rooms")
    waiting = live(supporter).locator(f"[data-rooms] [data-room-id='{room}'] [data-slot=waiting]")
    before = int((re.search(r"\d+", waiting.text_content() or "") or ["0"])[0])
    ask(officer, room, f"待っている理由を見る {viewport['width']}")
    expect(waiting).to_contain_text(str(before + 1))
    expect(waiting).to_be_visible()
    assert faults_of(supporter) == []
