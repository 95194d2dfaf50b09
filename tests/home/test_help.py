"""The help: at the same place on every page, for everybody, and it names whom to ask."""

import re

import pytest


@pytest.mark.parametrize("who", [None, "officer", "supporter", "guest"])
def test_every_page_leads_to_the_help_at_the_same_place(client_of, who):
    browser = client_of(who)
    for path in ("/login" if who is None else "/", "/help", "/nowhere"):
        tools = browser.get(path).text.partition('<div class="app-header__tools">')[2].partition("</header>")[0]
        links = re.findall(r'href="(/[^"]*)"', tools)
        assert [link for link in links if link in ("/search", "/help")] == (
            ["/help"] if who is None else ["/search", "/help"]
        )


def test_it_says_how_whom_to_ask_and_what_is_promised(client_of):
    page = client_of(None).get("/help").text
    for section in ("usage", "contact", "accessibility"):
        assert f'<h2 id="{section}"' in page
        assert f'href="#{section}"' in page
    assert "ウェブアクセシビリティ方針" in page
    assert "JIS X 8341-3:2016" in page


def test_it_names_the_managers_of_ones_own_body_alone(client_of, world):
    assert "吉岡 二葉" in client_of("officer").get("/help").text
    assert "吉岡 二葉" not in client_of("foreign_officer").get("/help").text
    assert "吉岡 二葉" not in client_of(None).get("/help").text


def test_it_is_there_in_english(client_of):
    page = client_of(None).get("/help", headers={"Accept-Language": "en"}).text
    assert "Accessibility statement" in page
