"""What is near to what somebody reads: cases like a case, and a case that a supporter quotes in an answer."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import live


def open_question_with_a_case(page: Page) -> None:
    """The first open consultation among whose precedents there is a case."""
    page.goto("/search?q=状態:未回答 種類:相談")
    addresses = [str(link.get_attribute("href")) for link in page.locator(".hit__title a").all()]
    for address in addresses:
        page.goto(f"{address}/precedents")
        if page.locator("[data-quote]").count():
            page.goto(address)
            return
    raise AssertionError("no case among any precedents")


def test_a_supporter_quotes_a_case_with_one_click(person, watch):
    """Seen to fail without the click in static/js/search/precedents.js."""
    page = person("supporter", viewport={"width": 1366, "height": 800})
    open_question_with_a_case(page)
    live(page)
    button = page.locator("[data-precedents] [data-quote]").first
    area = page.locator("[data-composer=message] textarea[name=body]")
    area.fill("参考になる事例です。")
    button.click()
    expect(area).to_have_value(re.compile("^参考になる事例です。\n事例「.+」 http.+/cases/[0-9]+\n$"))
    expect(area).to_be_focused()


def test_a_case_shows_cases_like_it(person, watch):
    page = person("officer")
    page.goto("/cases?q=RPA")
    page.locator(".shelf__title a").first.click()
    similar = page.locator("[data-precedents] [data-slot=found] .hit")
    expect(similar.first).to_be_visible()
    assert similar.locator(".hit__title a").first.get_attribute("href") != page.url
    similar.first.scroll_into_view_if_needed()
