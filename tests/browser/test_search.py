"""Searching as people do it: the page, the quick finder by keyboard, and answers before asking."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.clean import NARROW, OWN_STYLE, faults_of
from tests.browser.conftest import PHONE, WIDE, first_room

QUESTION = "電子申請のフォームの文言は、だれが直せるようにするのがよいでしょうか"


@pytest.fixture(scope="module")
def indexed(server):
    """The demo's index is complete before the first search."""
    server.run("search", "rebuild")


@pytest.mark.parametrize("viewport", [WIDE, PHONE, NARROW], ids=["1280", "390", "320"])
def test_the_page_finds_and_is_clean(person, watch, indexed, viewport):
    watch.tolerated = (OWN_STYLE,)
    page = person("officer", viewport=viewport)
    page.goto("/search?q=電子申請")
    expect(page.locator(".hit mark").first).to_contain_text("電子申請")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert faults_of(page) == []


def test_the_finder_opens_by_key_and_leads_by_arrow_and_enter(person, watch, indexed):
    page = person("officer")
    page.goto("/rooms")
    page.keyboard.press("Control+k")
    page.fill("#finder-field", "窓口改革")
    expect(page.locator("[role=option]").first).to_contain_text("窓口改革")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/rooms/\d+"))


def test_the_finder_calls_the_nearest_nearest(person, watch, indexed):
    """Seen to fail without the notes in static/js/search/finder.js."""
    page = person("officer")
    page.goto("/rooms")
    page.keyboard.press("Control+k")
    page.fill("#finder-field", "電子申請 ブロックチェーン")
    expect(page.locator("#finder .finder__note").first).to_contain_text("該当なし")
    expect(page.get_by_role("group", name="近いもの")).to_be_visible()
    expect(page.locator("#finder .finder__option mark").first).to_contain_text("電子")
    page.fill("#finder-field", "電子申請")
    expect(page.get_by_role("group", name="検索結果")).to_be_visible()
    expect(page.locator("#finder .finder__note")).to_have_count(0)


def test_answers_come_before_asking_and_close_without_posting(person, watch, indexed):
    page = person("officer")
    room = first_room(page)
    page.goto(f"/rooms/{room}/ask")
    body = page.locator("textarea[name=body]")
    body.press_sequentially("電子")
    expect(page.locator("[data-suggestions]")).to_be_hidden()
    said = page.locator("[role=status][data-suggestions-status]")  # there before it speaks, or nobody would hear it
    expect(said).to_have_count(1)
    assert said.evaluate("element => element.closest('[hidden]')") is None
    body.fill(QUESTION)
    expect(page.locator(".suggestion").first).to_be_visible()
    expect(said).to_contain_text("件あります")
    body.fill("短い")
    expect(page.locator("[data-suggestions]")).to_be_hidden()
    expect(said).to_be_empty()
    body.fill(QUESTION)
    page.locator(".suggestion [data-action=solved]").first.click()
    expect(page.get_by_text("「解決した」と記録しました。")).to_be_visible()


def test_a_supporter_sees_precedents_of_an_open_question(person, watch, indexed):
    page = person("supporter")
    page.goto("/search?q=状態:未回答 種類:相談")
    page.locator(".hit__title a").first.click()
    expect(page.locator("[data-precedents] [data-slot=found] > *").first).to_be_visible()
