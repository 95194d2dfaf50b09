"""What is unread: where one begins to read, and all rooms read at once."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, first_room, live


def write_more(page: Page, thread: str, first: int, last: int) -> None:
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    headers = {"X-CSRFToken": token, "Accept": "application/json", "Referer": page.url}
    for number in range(first, last):
        message = {"body": f"{number}番目の投稿です。\n\n長い本文です。", "client_id": f"unread-{thread}-{number:04}"}
        assert page.request.post(f"/threads/{thread}/messages", data=message, headers=headers).ok


def test_one_begins_at_the_first_message_and_then_where_one_stopped(person):
    """Seen to fail: a thread never opened began at its newest message."""
    officer, supporter = person("officer"), person("supporter")
    thread = ask(officer, first_room(officer), "初めての相談です")
    write_more(officer, thread, 2, 20)
    supporter.goto(f"/threads/{thread}")
    live(supporter)
    expect(supporter.locator(".message").first).to_be_in_viewport()
    expect(supporter.locator(".message").last).not_to_be_in_viewport()
    supporter.locator(".message").last.scroll_into_view_if_needed()
    expect(supporter.locator(f".thread-item[data-thread-id='{thread}'] [data-slot=unread]")).to_be_hidden()
    write_more(officer, thread, 20, 40)
    supporter.goto("/rooms")
    supporter.goto(f"/threads/{thread}")
    live(supporter)
    expect(supporter.locator("[data-unread]")).to_be_in_viewport()


def test_all_rooms_are_read_at_once_and_the_button_comes_back_with_the_next_message(person):
    officer, supporter = person("officer"), person("supporter")
    thread = ask(officer, first_room(officer), "まとめて既読にする前の相談")
    supporter.goto("/rooms")
    live(supporter)
    button = supporter.locator("[data-read-rooms] button")
    button.click()
    expect(supporter.locator("[role=status].flash")).to_contain_text("すべてのルームを既読にしました。")
    live(supporter)
    expect(button).to_be_hidden()
    expect(supporter.locator(".room-item [data-slot=unread]:visible")).to_have_count(0)
    write_more(officer, thread, 2, 3)
    expect(button).to_be_visible()
    button.click()
    expect(supporter.locator(".room-item [data-slot=unread]:visible")).to_have_count(0)
