"""The screen belongs to the conversation: how much of the window is left for it, for each role and window. It had been
215 px at 1366×625, and nothing for a shared account."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ENDED, live

WINDOWS = {(1280, 900): 600, (1366, 625): 380, (1093, 500): 150}
LOW = [(320, 225), (640, 450)]
ROLES = ["officer", "supporter", "shared"]
WARNED = "電話は 090-1234-5678 です"
BOX = "element => { const b = element.getBoundingClientRect(); return [b.top, b.bottom, b.left, b.right] }"
# Of what has the focus, a point that is seen: not behind something else, and in the window.
SEEN = """
    () => {
        const e = document.activeElement;
        if (e === document.body) return null; // behind the last
        const shown = e.matches('.tray__input') ? e.closest('label') : e;
        const points = [...shown.getClientRects()].flatMap((b) => [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map(
            (y) => [b.left + b.width * x, b.top + b.height * y])));
        return points.some(([x, y]) => {
            const top = document.elementFromPoint(x, y);
            return top && (shown.contains(top) || top.contains(shown));
        }) ? null : e.outerHTML.slice(0, 120);
    }
"""


def size(window: tuple[int, int]) -> dict[str, int]:
    return {"width": window[0], "height": window[1]}


def own_thread(page: Page) -> None:
    """The longest thread of the reader's first accompanied room, at its end."""
    page.goto("/rooms")
    room = page.locator("[data-rooms] [data-kind=support]").first.get_attribute("data-room-id")
    found = page.request.get(f"/rooms/{room}", headers={"Accept": "application/json"}).json()["threads"]
    page.goto(f"/threads/{max(found, key=lambda thread: thread['last_position'])['thread_id']}")
    live(page)


def assert_inside(found: Locator, window: tuple[int, int]) -> None:
    top, bottom, left, right = found.evaluate(BOX)
    assert 0 <= top <= bottom <= window[1], (window, top, bottom)
    assert 0 <= left <= right <= window[0], (window, left, right)


def conversation(page: Page) -> float:
    """How many pixels of the conversation are in the window and not behind the composer."""
    top, bottom = page.locator("[data-scroller]").evaluate(BOX)[:2]
    below = page.locator(".pane__foot").evaluate(BOX)[0]
    return min(bottom, below, page.viewport_size["height"]) - max(top, 0)


def fill_in(page: Page) -> None:
    """Everything at once: a warning, files, the options, a name where one is needed."""
    composer = page.locator("#composer")
    composer.locator("textarea").fill(WARNED)
    composer.locator("[data-action=options]").click()
    files = [{"name": f"資料{n}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"} for n in range(3)]
    composer.locator("[data-choose]").set_input_files(files)
    if composer.locator("[name=writer_name]").count():
        composer.locator("[name=writer_name]").fill("佐々木")
    composer.locator("[value=send]").click()
    expect(composer.locator("[data-slot=cautions]")).to_be_visible()


@pytest.mark.parametrize("who", ROLES)
def test_the_conversation_has_most_of_the_window(person, who):
    page = person(who)
    for window, least in WINDOWS.items():
        page.set_viewport_size(size(window))
        own_thread(page)
        assert conversation(page) >= least, (who, window)
        head = page.locator(".thread-head").bounding_box()["height"]
        assert head <= 84, (who, window, head)  # two lines


@pytest.mark.parametrize("who", ROLES)
def test_with_a_warning_and_files_there_is_still_a_conversation_and_a_button(person, who):
    page = person(who)
    for window in WINDOWS:
        page.set_viewport_size(size(window))
        own_thread(page)
        fill_in(page)
        assert conversation(page) >= 150, (who, window)
        assert_inside(page.locator("#composer [value=send]"), window)
        assert page.evaluate("document.scrollingElement.scrollHeight") <= window[1], (who, window)


def test_a_phone_with_its_keyboard_open_shows_three_messages(person):
    """Short ones, as they are on a phone; the keyboard takes half of the window."""
    page = person("officer", viewport={"width": 390, "height": 844})
    own_thread(page)
    page.locator("#composer textarea").click()
    for number in range(4):
        page.locator("#composer textarea").fill(f"短い投稿 {number}")
        page.locator("#composer [value=send]").click()
        expect(page.locator(".message", has_text=f"短い投稿 {number}")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 480})
    page.locator("#composer textarea").focus()
    page.wait_for_function(
        """() => { const end = document.querySelector('.pane__foot').getBoundingClientRect().top;
            const top = document.querySelector('.thread-head__bar').getBoundingClientRect().bottom;
            return [...document.querySelectorAll('.message')].map(e => e.getBoundingClientRect())
                .filter(b => b.top >= Math.max(0, top) - 1 && b.bottom <= Math.min(end, innerHeight) + 1)
                .length >= 3 }"""
    )


@pytest.mark.parametrize("window", LOW, ids=["400 %", "200 %"])
@pytest.mark.parametrize("who", ROLES)
def test_nothing_that_has_the_focus_is_hidden_where_little_is_seen(person, who, window):
    page = person(who, viewport=size(window))
    own_thread(page)
    fill_in(page)
    page.locator("#composer [value=send]").scroll_into_view_if_needed()
    assert_inside(page.locator("#composer [value=send]"), window)
    page.locator("#thread-title").click()
    for _press in range(45):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN) is None


@pytest.mark.parametrize("window", [*WINDOWS, *LOW], ids=str)
def test_menus_and_the_dialog_of_the_sign_in_are_inside_the_window(person, watch, window):
    watch.tolerated = ("401", "WebSocket connection", ENDED)
    page = person("supporter", viewport=size(window))
    own_thread(page)
    menus = page.locator("details.menu:visible")
    for number in range(menus.count()):
        menu = menus.nth(number)
        summary = menu.locator(":scope > summary")
        if not summary.is_visible():
            continue
        summary.scroll_into_view_if_needed()
        summary.focus()
        page.keyboard.press("Enter")
        items = menu.locator(":scope > .menu__items")
        expect(items).to_be_visible()
        assert_inside(items, window)
        page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        expect(summary).to_be_focused()
    page.context.clear_cookies()
    page.evaluate("dispatchEvent(new Event('hub:signed-out'))")
    dialog = page.locator("[data-session-warning]")
    expect(dialog).to_be_visible()
    assert_inside(dialog, window)


def test_one_menu_is_open_at_a_time_and_a_press_outside_closes_it(person):
    page = person("supporter")
    own_thread(page)
    first, second = page.locator(".app-header details.menu"), page.locator(".pane--threads details.menu")
    first.locator("summary").click()
    expect(first).to_have_attribute("open", "")
    second.locator("summary").click()
    expect(first).not_to_have_attribute("open", "")
    expect(second).to_have_attribute("open", "")
    page.locator(".message").last.click()
    expect(second).not_to_have_attribute("open", "")


def test_what_stands_beside_the_conversation_can_be_put_away_for_good(person):
    page = person("supporter")
    own_thread(page)
    side, notes = page.locator("[data-side]"), page.locator("[data-notes]")
    expect(notes).to_be_visible()
    beside = side.evaluate(BOX)[2]
    assert page.locator("[data-scroller]").evaluate(BOX)[3] <= beside
    side.locator("summary").first.click()
    expect(notes).to_be_hidden()
    page.reload()
    live(page)
    expect(notes).to_be_hidden()
    page.set_viewport_size({"width": 1093, "height": 700})
    side.locator("summary").first.click()
    expect(notes).to_be_visible()
    page.keyboard.press("Escape")
    expect(notes).to_be_hidden()
    expect(side.locator("summary").first).to_be_focused()
