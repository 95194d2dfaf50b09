"""What is taken out of a conversation goes at once from whatever an open page had derived of it: lines that quote it,
the answer that is being written to it, hits of a search, entries of the inbox, what the page was made from."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PEOPLE, ask, first_room, live, message, sign_in, write

SECRET = "架空の電話番号は内線四二四二番"


def delete(author: Page, _manager: Page, number: str) -> None:
    author.goto(f"/messages/{number}/delete")
    author.locator("main form .button--danger").click()
    author.wait_for_url("**/threads/*")


def redact(_author: Page, manager: Page, number: str) -> None:
    manager.goto(f"/messages/{number}/redact")
    manager.locator("main [name=reason]").fill("番号があったため")
    manager.locator("main form .button--danger").click()
    manager.wait_for_url("**/threads/*")


def edit(author: Page, _manager: Page, number: str) -> None:
    author.goto(f"/messages/{number}/edit")
    author.locator("main [name=body]").fill("番号は電話で伝えます")
    author.locator("main form button").first.click()
    author.wait_for_url("**/threads/*")


@pytest.mark.parametrize("take_out", [delete, redact, edit])
def test_what_is_taken_out_is_on_no_open_page(person, server, take_out: Callable[[Page, Page, str], None]) -> None:
    """Seen to fail: a message that quotes it was not drawn again, the composer kept the line that it answers, and the
    JSON that the page was made from, hits and the inbox kept the text until the page was loaded again."""
    officer, supporter, manager = person("officer"), person("supporter"), person("manager")
    thread = ask(officer, first_room(officer), "番号を伝える相談")
    live(officer)
    write(officer, f"@小暮直人 {SECRET}です")
    expect(message(officer, SECRET)).to_have_attribute("data-message-id", re.compile(r"^\d+$"))
    number = message(officer, SECRET).get_attribute("data-message-id")
    supporter.goto(f"/threads/{thread}")
    live(supporter)
    reply_to(supporter, SECRET)
    write(supporter, "番号をお預かりしました")
    expect(message(supporter, "番号をお預かり").locator("[data-slot=reply-text]")).to_contain_text(SECRET)
    reply_to(supporter, SECRET)
    expect(supporter.locator("#composer [data-slot=reply-text]")).to_contain_text(SECRET)

    inbox = supporter.context.new_page()
    inbox.goto("/inbox")
    expect(live(inbox).locator("main")).to_contain_text(SECRET)
    server.run("search", "rebuild")
    hits = supporter.context.new_page()
    hits.goto(f"/search?q={SECRET}")
    expect(live(hits).locator("main .hit__text", has_text="内線").first).to_be_visible()

    author = person(None)
    sign_in(author, PEOPLE["officer"])
    take_out(author, manager, str(number))
    for page in (officer, supporter, inbox, hits):
        page.wait_for_function("secret => !document.querySelector('main').textContent.includes(secret)", arg=SECRET)
        shown = page.content().replace(f'value="{SECRET}', "")  # what the reader typed to search for stays theirs
        assert "内線四二四二番です" not in shown
    expect(supporter.locator("#composer [data-slot=reply-text]")).not_to_be_empty()


def reply_to(page: Page, text: str) -> None:
    found = message(page, text).first
    found.hover()
    found.locator("[data-action=reply]").click()
