"""Pages that live: numbers, titles and lists follow what others do, without a reload and without a jump."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BOTH, ask, first_room, live, write


def numbered(page: Page) -> int:
    """What the title says is new."""
    found = re.match(r"\((\d+)\) ", page.title())
    return int(found[1]) if found else 0


@BOTH
@pytest.mark.parametrize("elsewhere", ["/profile", "/rooms"])
def test_the_title_counts_answers_on_every_page_and_falls_while_one_reads(person, elsewhere, locale, viewport):
    officer, supporter = person("officer", locale=locale, viewport=viewport), person("supporter")
    thread = ask(officer, first_room(officer), f"題名の数の確認 {elsewhere} {locale}")
    officer.goto(elsewhere)
    live(officer)
    before = numbered(officer)
    supporter.goto(f"/threads/{thread}")
    live(supporter)
    write(supporter, "お答えします")
    expect(officer).to_have_title(re.compile(rf"^\({before + 1}\) "))
    expect(officer.locator("link[rel=icon]")).to_have_attribute("href", re.compile("icon-news"))
    reading = officer.context.new_page()
    reading.goto(f"/threads/{thread}")
    expect(officer).to_have_title(re.compile(rf"^\({before}\) " if before else r"^[^(]"))
