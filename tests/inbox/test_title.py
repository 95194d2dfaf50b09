"""The number of 通知 in the title of every page, a dot on its icon, and a feed that lets both live."""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from hub.people.models import Staff
from tests.town import Browser, Town

# With a state of their own, of lists alone, of a form, of what is not there.
PAGES = ("/", "/rooms", "/cases", "/profile", "/sign-ins", "/visits", "/threads/99999")


def head(browser: Browser, page: str) -> tuple[str, str]:
    """Title and icon."""
    text = browser.get(page).text
    found = re.search(r"<title>(.*?) - .*rel=\"icon\" href=\"[^\"]*/([^/\"]+)\"", text, re.DOTALL)
    assert found
    return found[1], found[2]


def state(browser: Browser, page: str) -> dict[str, Any]:
    told = browser.get(page).text.partition('id="hub-page">')[2].partition("</script>")[0]
    return dict(json.loads(told))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_in_its_title_how_much_is_new(town: Town, page: str) -> None:
    assert not head(town.browser("officer"), page)[0].startswith("(")
    assert head(town.browser("officer"), page)[1] == "icon.svg"
    with town.store.read() as session:
        name = session.execute(sa.select(Staff.name).where(Staff.id == town.staff_id("officer"))).scalar_one()
    for number in (1, 2):
        town.open("supporter", town.room, f"見てほしい{number}", "talk", body=f"@{name} さん、見てください")
    title, icon = head(town.browser("officer"), page)
    assert title.startswith("(2) ")
    assert icon == "icon-news.svg"
    assert not head(town.browser("manager"), page)[0].startswith("(")


@pytest.mark.parametrize("page", ["/profile", "/sign-ins", "/visits", "/threads/99999"])
def test_a_page_without_lists_hears_what_concerns_its_reader_and_nothing_else(town: Town, page: str) -> None:
    told = state(town.browser("officer"), page)
    assert told["streams"] == [f"user:{town.staff_id('officer')}"]
    assert set(told["heads"]) == set(told["streams"])
    assert "room" not in told


def test_nobody_is_told_of_before_the_sign_in(town: Town) -> None:
    page = town.app.test_client().get("/login").text
    assert "hub-page" not in page
    assert "icon-news" not in page
