"""What a screen reader hears and how a keyboard gets in: nothing on a quiet page, one sentence for what was done, and
the conversation within three presses of Tab."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, first_room, live, message, write

# Every change of text in a region that is read out, from the first moment on.
LISTEN = """
    window.heard = [];
    const read = '[aria-live], [role=status], [role=alert]';
    const region = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(read);
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            const found = region(target);
            const text = found?.textContent.trim();
            if (text && !found.hidden && document.readyState !== 'loading' && heard.at(-1) !== text) heard.push(text);
        }
    }).observe(document, { subtree: true, childList: true, characterData: true });
"""


def heard(page: Page) -> list[str]:
    return page.evaluate("heard")


def expect_heard(page: Page, sentence: str) -> None:
    page.wait_for_function("sentence => heard.some((text) => text.includes(sentence))", arg=sentence)


@pytest.fixture
def thread(person):
    """A page of the officer with a question of theirs, listened to, and one of the supporter."""
    officer, supporter = person("officer"), person("supporter")
    number = ask(officer, first_room(officer), "読み上げの確認")
    for page in (officer, supporter):
        page.add_init_script(LISTEN)
        page.goto(f"/threads/{number}")
        live(page)
    return officer, supporter


def test_a_quiet_page_says_nothing(person):
    page = person("supporter")
    page.add_init_script(LISTEN)
    room = first_room(page)
    for path in ("/", "/rooms", f"/rooms/{room}", "/inbox", "/cases", "/profile", "/help"):
        page.goto(path, wait_until="networkidle")
        live(page)
        assert heard(page) == [], path


def test_what_was_done_is_said_once(thread):
    officer, supporter = thread
    write(officer, "送った投稿です")
    expect_heard(officer, "送信しました。")
    expect_heard(supporter, "送った投稿です")
    own = message(officer, "送った投稿です")
    own.hover()
    own.locator(".message__quick [data-emoji='👍']").click()
    expect_heard(officer, "リアクションを付けました。")
    own.hover()
    own.locator(".message__quick [data-emoji='👍']").click()
    officer.locator("[data-acknowledge] button").click()
    expect_heard(officer, "「確認しました」を付けました。")
    own.hover()
    own.locator("[data-action=edit]").click()
    own.locator("form[data-editing] textarea").fill("直した投稿です")
    own.locator("form[data-editing] .button--primary").click()
    expect_heard(officer, "保存しました。")


def test_a_lost_connection_and_its_return_are_said(thread, watch):
    watch.tolerated = ("net::ERR_", "WebSocket connection")
    officer, _supporter = thread
    officer.context.set_offline(True)
    expect_heard(officer, "通信が切れています")
    officer.context.set_offline(False)
    expect_heard(officer, "接続済み")
    assert "接続済み" in heard(officer)[-1]


def test_tab_leads_to_the_conversation_and_the_field_at_once(thread):
    officer, _supporter = thread
    found = []
    for _press in range(3):
        officer.keyboard.press("Tab")
        found.append(officer.evaluate("document.activeElement.getAttribute('href')"))
    assert found == ["#main", "#conversation", "#message-body"]
    officer.keyboard.press("Enter")
    expect(officer.locator("#message-body")).to_be_focused()
    officer.reload()
    for _press in range(2):
        officer.keyboard.press("Tab")
    officer.keyboard.press("Enter")
    officer.keyboard.press("Tab")
    assert officer.evaluate("Boolean(document.activeElement.closest('[data-timeline]'))")


def test_messages_are_articles_with_the_name_of_who_wrote_them(thread):
    officer, supporter = thread
    write(supporter, "県からの返事です")
    expect(officer.get_by_role("article", name="小暮直人").filter(has_text="県からの返事です")).to_be_visible()
    officer.reload()
    expect(officer.get_by_role("article", name="小暮直人").filter(has_text="県からの返事です")).to_be_visible()


def test_an_address_of_mail_stays_what_it_is(thread):
    officer, _supporter = thread
    area = officer.locator("#composer textarea")
    area.press_sequentially("info@")
    area.press("Enter")
    area.press_sequentially("@")
    expect(officer.get_by_role("listbox", name="呼びかける相手")).to_be_visible()
    area.press("Enter")
    expect(area).to_have_value("info@\n@\n")
    area.press_sequentially("@こぐれ")
    expect(officer.get_by_role("option").first).to_be_visible()
    area.press("Shift+Tab")
    expect(area).to_have_value("info@\n@\n@こぐれ")
    expect(area).not_to_be_focused()


def test_keys_that_were_switched_off_are_switched_on_again_from_the_menu(person):
    page = person("officer")
    page.goto("/rooms")
    for on in (False, True):
        page.locator(".app-header details.menu summary").click()
        page.locator(".app-header [data-action=keys]").click()
        page.locator("[data-keys-on]").set_checked(on)
        page.keyboard.press("Escape")
        page.locator("main").press("?")
        expect(page.locator("#keys")).to_be_visible(visible=on)


def test_an_invitation_is_copied_with_one_press(person):
    page = person("admin")
    page.goto("/admin/people/2")
    page.locator("form[action$='/link'] button").click()
    page.get_by_role("button", name="リンクをコピーする").click()
    expect(page.locator("[data-slot=copied]")).to_have_text("コピーしました。")
