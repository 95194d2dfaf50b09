"""Browsers that keep nothing: storage full, forbidden, or private mode. What is lost with the page is asked about."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import PEOPLE, ask, first_room, live, sign_in
from tests.browser.test_files import paper
from tests.browser.test_resilience import LOST, composer

FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
FORBIDDEN = """
    for (const name of ['localStorage', 'indexedDB']) {
      Object.defineProperty(globalThis, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
    }
"""


def questions(page: Page) -> list[str]:
    """The kinds of the browser's own questions, all of which are answered with yes."""
    asked: list[str] = []

    def yes(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", yes)
    return asked


def test_a_browser_that_keeps_nothing_says_so_and_asks_before_it_leaves(person, watch):
    """Seen to fail when the page did not look at what its store holds in memory: left without a word."""
    page = person("officer")
    page.add_init_script(FULL)
    ask(page, first_room(page), "保存できないブラウザーの確認")
    live(page)
    composer(page).click()
    page.keyboard.type("失いたくない文")
    expect(page.locator("#composer [data-slot=unkept]")).to_be_visible()
    asked = questions(page)
    page.goto("/rooms")
    assert asked == ["beforeunload"]


def test_a_browser_without_any_storage_is_usable_and_says_what_it_cannot_keep(person, watch):
    """Private mode, or storage forbidden by policy: reading either one throws. Seen to fail when the store read
    `localStorage` without a catch: no script of the page started."""
    page = person("officer")
    page.context.add_init_script(FORBIDDEN)
    id_ = ask(page, first_room(page), "保存のないブラウザーからの相談")
    live(page)
    composer(page).click()
    page.keyboard.type("保存されない文")
    expect(page.locator("#composer [data-slot=unkept]")).to_be_visible()
    page.locator("#message-file").set_input_files([paper("保存なし.pdf")])
    expect(page.locator("#composer .tray__item input[type=hidden]")).to_have_count(1)
    page.locator("#composer [value=send]").click()
    sent = page.locator(".message:not(.message--pending)", has_text="保存されない文")
    expect(sent.locator(".attachment")).to_have_count(1)
    assert composer(page).input_value() == ""
    other = person("supporter")
    other.goto(f"/threads/{id_}")
    live(other)
    other.locator("#composer textarea").fill("相手からの返事")
    other.locator("#composer [value=send]").click()
    expect(page.locator(".message", has_text="相手からの返事")).to_have_count(1)


def test_a_file_that_nothing_keeps_is_asked_about_before_it_is_lost(person, watch):
    """Seen to fail when the keeper only answered that it had not kept the file: signed out and left without a word."""
    watch.tolerated = LOST
    page = person("officer")
    page.add_init_script(FORBIDDEN)
    ask(page, first_room(page), "保存できないファイルの確認")
    live(page)
    page.route("**/attachments", lambda route: route.abort())
    composer(page).click()  # a page that nobody touched goes without a question in any case
    page.locator("#message-file").set_input_files([paper("届かない.pdf")])
    expect(page.locator("#composer .tray__fault")).to_be_visible()
    page.locator(".app-header__tools .menu__summary").click()
    page.locator("[data-sign-out] button").click()
    question = page.locator("dialog[open]")
    expect(question).to_contain_text("送信していないファイル")
    question.locator("[data-leaving-stay]").click()
    asked = questions(page)
    page.goto("/rooms")
    assert asked == ["beforeunload"]


def test_signing_out_of_a_full_browser_hands_the_text_over(person, watch):
    """Seen to fail when the form of signing out had a store of its own: it knew of no text, and the browser asked."""
    watch.tolerated = LOST
    page = person("officer")
    page.add_init_script(FULL)
    id_ = ask(page, first_room(page), "保存できないブラウザーからのログアウト")
    live(page)
    page.route("**/drafts", lambda route: route.abort())
    composer(page).click()
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/drafts")):
        page.keyboard.type("下書きとして残る文")
    page.unroute("**/drafts")
    asked = questions(page)
    page.locator("[data-sign-out]").evaluate("form => form.requestSubmit()")
    page.wait_for_url("**/login*")
    assert asked == []
    sign_in(page, PEOPLE["officer"])
    page.goto(f"/threads/{id_}")
    expect(composer(page)).to_have_value("下書きとして残る文")
