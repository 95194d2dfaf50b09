"""What cannot be sent is said at its field, in words, with the text where it was; nothing that was written is lost when
a thread is locked, moved or no longer ours."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import BOTH, ENDED, PASSWORD, PEOPLE, Watch, ask, first_room, live, message, press, write

LONG = "あ" * 10_001


def speaking(page: Page, locale: str) -> Page:
    """In the language of the account, by its own button."""
    page.goto("/rooms")
    button = page.locator(f"form[action='/language'] button[value={locale[:2]}]")
    if button.count():
        button.click()
    expect(page.locator(f"html[lang={locale[:2]}]")).to_have_count(1)
    return page


def field_error(page: Page, within: str = "#composer") -> Locator:
    return page.locator(f"{within} .field__error:visible")


@BOTH
def test_a_post_that_is_too_long_or_empty_never_leaves(
    person: Callable[..., Page], locale: str, viewport: dict
) -> None:
    page = speaking(person("officer", locale=locale, viewport=viewport), locale)
    ask(page, first_room(page), "長すぎる投稿の確認")
    live(page)
    area = page.locator("#composer textarea")
    page.locator("#composer [value=send]").click()  # on a phone nothing may move away from under the finger
    expect(field_error(page)).to_have_text("入力してください。" if locale == "ja-JP" else "Please fill this in.")
    expect(area).to_be_focused()
    area.fill(LONG)
    expect(field_error(page)).to_have_count(0)
    page.locator("#composer [value=send]").click()
    expect(field_error(page)).to_contain_text("10,001")
    expect(area).to_have_attribute("aria-invalid", "true")
    assert area.input_value() == LONG
    expect(page.locator(".message")).to_have_count(1)
    area.fill("短い投稿")
    page.locator("#composer [value=send]").click()
    expect(message(page, "短い投稿")).to_have_attribute("data-message-id", re.compile(r"^\d+$"))
    expect(area).to_have_value("")
    speaking(page, "ja-JP")


@BOTH
def test_an_edit_and_a_note_that_are_too_long_say_so_at_the_field(
    person: Callable[..., Page], locale: str, viewport: dict
) -> None:
    page = speaking(person("supporter", locale=locale, viewport=viewport), locale)
    room = first_room(page)
    page.goto(f"/rooms/{room}/ask")
    page.locator("[name=kind][value=talk]").check()
    page.locator("[data-composer=thread] textarea").fill("編集とメモの確認")
    page.locator("[data-composer=thread] [value=send]").click()
    page.wait_for_url("**/threads/*")
    live(page)
    own = message(page, "編集とメモの確認")
    own.hover()
    own.locator("[data-action=edit]").click()
    form = own.locator("form[data-editing]")
    for text in ("", LONG):
        form.locator("textarea").fill(text)
        form.locator("button.button--primary").click()
        expect(form.locator(".field__error")).to_be_visible()
        expect(form.locator("textarea")).to_have_attribute("aria-invalid", "true")
        assert form.locator("textarea").input_value() == text
    form.locator("textarea").fill("直した投稿")
    form.locator("button.button--primary").click()
    expect(message(page, "直した投稿")).to_be_visible()
    if not page.locator("[data-notes]").is_visible():  # in a drawer on a phone
        page.locator("[data-side] > summary").click()
    page.locator(".notes__write summary").click()
    note = page.locator("#note-composer")
    note.locator("textarea").fill(LONG)
    note.locator("[value=send]").click()
    expect(field_error(page, "#note-composer")).to_contain_text("10,001")
    note.locator("textarea").fill("短いメモ")
    note.locator("[value=send]").click()
    expect(page.locator(".note", has_text="短いメモ")).to_be_visible()
    speaking(page, "ja-JP")


def test_the_text_being_written_survives_a_lock(person: Callable[..., Page]) -> None:
    page = person("officer")
    ask(page, first_room(page), "ロックの間の書きかけの確認")
    live(page)
    area = page.locator("#composer textarea")
    area.fill("届く前にロックされる投稿")
    other = person("supporter")
    other.goto(page.url)
    live(other)
    other.locator(".thread-head details.menu").last.locator("summary").click()
    press(other, "/lock")
    expect(page.locator("#composer [data-slot=closed]")).to_be_visible()
    assert area.input_value() == "届く前にロックされる投稿"
    expect(page.locator("#composer [value=send]")).to_be_disabled()
    live(other)
    other.locator(".thread-head details.menu").last.locator("summary").click()
    press(other, "/lock")
    expect(page.locator("#composer [value=send]")).to_be_enabled()
    page.locator("#composer [value=send]").click()
    expect(message(page, "届く前にロックされる投稿")).to_have_attribute("data-message-id", re.compile(r"^\d+$"))


def test_the_text_being_written_survives_the_end_of_its_room(person: Callable[..., Page]) -> None:
    supporter, officer = person("supporter"), person("officer")
    supporter.goto("/rooms/new")
    supporter.locator("main [name=kind][value=circle]").check()
    supporter.locator("main [name=name]").fill("終わる研究会")
    supporter.locator("main form button").first.click()
    supporter.locator("select[name=organisation_id]").select_option(label="前橋市")
    supporter.locator("form", has=supporter.locator("select[name=organisation_id]")).locator("button").click()
    expect(supporter.locator("main .flash--ok")).to_have_text("保存しました。")
    ask(officer, supporter.url.split("/")[-2], "研究会での話")
    live(officer)
    area = officer.locator("#composer textarea")
    area.fill("研究会が終わる前に書いていた文")
    press(supporter, "/archive")
    expect(supporter.locator("form[action$='/archive'] [name=on]")).to_have_value("0")
    officer.locator("#composer [value=send]").click()
    expect(field_error(officer)).to_be_visible()
    expect(area).to_have_value("研究会が終わる前に書いていた文")
    officer.reload()
    expect(area).to_have_value("研究会が終わる前に書いていた文")
    expect(officer.locator("#composer [data-slot=closed]")).to_be_visible()
    expect(officer.locator("#composer [value=send]")).to_be_disabled()
    press(supporter, "/archive")
    expect(supporter.locator("form[action$='/archive'] [name=on]")).to_have_value("1")
    officer.reload()
    officer.locator("#composer [value=send]").click()
    expect(message(officer, "研究会が終わる前に")).to_have_attribute("data-message-id", re.compile(r"^\d+$"))


def test_the_text_for_a_thread_that_moves_away_is_on_the_next_page(person: Callable[..., Page]) -> None:
    officer = person("officer")
    thread = ask(officer, first_room(officer), "よその部屋へ移る相談")
    live(officer)
    officer.locator("#composer textarea").fill("移動の前に書いていた文")
    supporter = person("supporter")
    supporter.goto(f"/threads/{thread}/move")
    choice = supporter.locator("select[name=room_id]")
    labels = choice.locator("option").all_inner_texts()
    elsewhere = next(label for label in labels if "高崎" in label)
    choice.select_option(label=elsewhere)
    supporter.locator("main form[method=get] button").click()
    supporter.locator("main form[method=post] button").last.click()
    officer.wait_for_url(re.compile(r"/rooms/\d+$"))
    unsent = officer.locator("[data-unsent]")
    expect(unsent).to_contain_text("送信できませんでした。")
    expect(unsent.locator("[data-slot=excerpt]")).to_have_text("移動の前に書いていた文")
    officer.goto("/cases")
    expect(unsent.locator("[data-slot=excerpt]")).to_have_text("移動の前に書いていた文")
    expect(unsent.locator("[data-unsent-retry]")).to_be_hidden()
    unsent.locator("summary").click()
    assert unsent.locator("textarea").input_value() == "移動の前に書いていた文"
    officer.on("dialog", lambda dialog: dialog.accept())
    unsent.locator("[data-unsent-drop]").click()
    expect(unsent).to_be_hidden()


def test_what_is_not_sent_yet_is_seen_on_every_page(person: Callable[..., Page], watch: Watch) -> None:
    watch.tolerated = ("ERR_", "Failed to load resource")
    page = person("officer")
    thread = ask(page, first_room(page), "届かない投稿の確認")
    live(page)
    page.route("**/threads/*/messages", lambda route: route.abort())
    page.route("**/socket.io/**", lambda route: route.abort())
    page.evaluate(
        """([thread]) => {
            const staff = document.getElementById('session-warning').dataset.staffId;
            const item = (id, at) => ({client_id: id, event: 'message:post', state: 'sending', at,
                payload: {thread_id: thread, body: `書いた文 ${id}`, client_id: id}});
            const keep = (it) => localStorage.setItem(`hub:pending:${staff}:${it.client_id}`, JSON.stringify(it));
            keep(item('client-old-1', Date.now() - 11 * 60_000));
            keep(item('client-new-1', Date.now() - 10_000));
        }""",
        [thread],
    )
    for address in ("/inbox", "/cases", "/visits", "/profile"):
        page.goto(address)
        rows = page.locator("[data-unsent] .unsent__item")
        expect(rows).to_have_count(2)
        expect(rows.filter(has_text="client-old-1")).to_contain_text("送信できませんでした。")
        expect(rows.filter(has_text="client-new-1")).to_contain_text("送信を待っています。")
    page.unroute("**/threads/*/messages")
    page.unroute("**/socket.io/**")
    page.locator("[data-unsent] .unsent__item", has_text="client-old-1").locator("[data-unsent-retry]").click()
    expect(page.locator("[data-unsent]")).to_be_hidden()
    page.goto(f"/threads/{thread}")
    for said in ("client-old-1", "client-new-1"):  # once: what was sent as the last page was left is asked about again
        expect(message(page, said)).to_have_count(1)
        expect(message(page, said)).to_be_visible()


def test_an_expired_post_is_back_in_its_field_and_says_so(person: Callable[..., Page]) -> None:
    page = person("officer")
    thread = ask(page, first_room(page), "期限の切れた投稿の確認")
    page.evaluate(
        """([thread]) => {
            const staff = document.getElementById('session-warning').dataset.staffId;
            const payload = {thread_id: thread, body: '十分前の文', client_id: 'client-old-2'};
            const item = {client_id: payload.client_id, event: 'message:post', state: 'expired', at: 0, payload};
            localStorage.setItem(`hub:pending:${staff}:client-old-2`, JSON.stringify(item));
        }""",
        [thread],
    )
    page.goto(f"/threads/{thread}")
    live(page)
    assert page.locator("#composer textarea").input_value() == "十分前の文"
    expect(field_error(page)).to_contain_text("送信できませんでした")
    expect(page.locator("[data-unsent]")).to_have_count(0)
    write(page, "十分前の文")


def test_what_only_the_server_knows_comes_back_with_its_reason(person: Callable[..., Page], watch: Watch) -> None:
    """A page whose limit is wider than the server's."""
    watch.tolerated = ("LOCAL_NETWORK",)  # the browser takes a page that the test hands it for one from elsewhere
    page = person("officer")
    thread = ask(page, first_room(page), "サーバーが断る投稿の確認")

    def wider(route: Route) -> None:
        got = route.fetch()
        route.fulfill(response=got, body=got.text().replace('data-limit="10000"', 'data-limit="99999"'))

    page.route(f"**/threads/{thread}", wider)
    page.reload()
    live(page)
    area = page.locator("#composer textarea")
    area.fill(LONG)
    page.locator("#composer [value=send]").click()
    expect(field_error(page)).to_have_text("10,000文字以内で入力してください。")
    assert area.input_value() == LONG
    expect(page.locator(".message")).to_have_count(1)
    expect(page.locator("[data-unsent]")).to_have_count(0)


def sign_in_in_dialog(page: Page, email: str, password: str = PASSWORD) -> None:
    form = page.locator("[data-session-form]")
    form.locator("[name=email]").fill(email)
    form.locator("[name=password]").fill(password)
    form.locator("button").click()


def test_a_second_tab_shows_no_conversation_after_signing_out(person: Callable[..., Page]) -> None:
    page = person("officer")
    ask(page, first_room(page), "ログアウトの後に残らない相談")
    live(page)
    second = page.context.new_page()
    second.goto(page.url)
    live(second)
    page.locator(".app-header__tools .menu__summary").click()
    page.locator("[data-sign-out] button").click()
    page.wait_for_url("**/login")
    expect(second.locator("[data-session-left]")).to_be_visible()
    expect(second.locator("main")).to_be_hidden()
    expect(second.locator("[data-session-close]")).to_be_hidden()
    sign_in_in_dialog(second, PEOPLE["officer"])
    expect(second.locator("main")).to_be_visible()
    expect(message(second, "ログアウトの後に残らない相談")).to_be_visible()


@BOTH
def test_a_mistyped_password_is_told_on_the_page_of_sign_in(
    person: Callable[..., Page], watch: Watch, locale: str, viewport: dict
) -> None:
    watch.tolerated = ("422",)
    page = person(None, locale=locale, viewport=viewport)
    page.goto("/login?next=/cases")
    form = page.locator("form.card")
    form.locator("[name=email]").fill(PEOPLE["officer"])
    form.locator("[name=password]").fill("wrong password")
    form.locator("button").click()
    expect(page).to_have_title(re.compile("^(エラー：|Error: )"))
    link = page.locator(".error-summary a")
    expect(link).to_have_count(1)
    link.click()
    expect(form.locator("[name=email]")).to_be_focused()
    expect(form.locator("[name=email]")).to_have_value(PEOPLE["officer"])
    form.locator("[name=password]").fill(PASSWORD)
    form.locator("button").click()
    page.wait_for_url("**/cases")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_full_page_goes_on_after_the_end_of_the_session(
    person: Callable[..., Page], watch: Watch, scripts: bool
) -> None:
    watch.tolerated = ("401", "422", "WebSocket", ENDED)
    page = person("officer", java_script_enabled=scripts)
    page.goto("/cases/new")
    page.locator("[name=title]").fill("書かない窓口の試み")
    page.locator("[name=summary]").fill("入力の途中でログインが切れても、続きから書ける。")
    page.context.clear_cookies()
    page.locator("main form button.button--primary").first.click()
    expect(page.locator(".error-summary")).to_contain_text("まだ送信していません")
    expect(page.locator(".given-back textarea").last).to_have_value("入力の途中でログインが切れても、続きから書ける。")
    form = page.locator("form.card")
    form.locator("[name=email]").fill(PEOPLE["officer"])
    form.locator("[name=password]").fill("wrong password")
    form.locator("button").click()
    expect(page.locator(".error-summary a")).to_have_count(1)
    form.locator("[name=password]").fill(PASSWORD)
    form.locator("button").click()
    expect(page.locator("main .flash")).to_contain_text("まだ送信していません")
    expect(page.locator("[name=title]")).to_have_value("書かない窓口の試み")
    expect(page.locator("[name=summary]")).to_have_value("入力の途中でログインが切れても、続きから書ける。")
    page.locator("main form button.button--primary").first.click()
    page.wait_for_url(re.compile(r"/cases/\d+/edit"))
