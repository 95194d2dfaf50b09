"""What a first look costs. Seen to fail before: 102 requests for scripts and styles, 570 KB."""

import pytest

from tests.browser.conftest import first_room
from tests.browser.weight import WATCH, weigh

MOST_REQUESTS, MOST_BYTES = 6, 120_000
MOST_SHIFT = 0.05


@pytest.mark.parametrize("where", ["/login", "/", "/cases", "room", "thread"])
def test_a_first_look_takes_few_requests_and_bytes(person, where):
    page = person(None if where == "/login" else "supporter")
    if where in ("room", "thread"):
        room = first_room(page)
        found = page.request.get(f"/rooms/{room}", headers={"Accept": "application/json"}).json()["threads"]
        longest = max(found, key=lambda thread: thread["last_position"])["thread_id"]
        where = f"/rooms/{room}" if where == "room" else f"/threads/{longest}"
    weight = weigh(page, where)
    assert weight.scripts_and_styles == 2 <= MOST_REQUESTS
    assert weight.bytes <= MOST_BYTES, weight


@pytest.mark.parametrize("side", ["open", "closed"])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1366, 625), (390, 844)])
def test_a_conversation_does_not_move_when_the_scripts_arrive(person, side, width, height):
    """Seen to fail: 0.35 at 1280. What stands beside opened late and pushed the conversation aside, and the composer
    shrank to its one line under the messages."""
    page = person("supporter", viewport={"width": width, "height": height})
    page.goto("/threads/1")
    beside = page.locator("[data-side]")
    if side == "closed" and beside.evaluate("side => side.open"):
        beside.locator("> summary").click()
    page.add_init_script(WATCH)
    page.goto("/threads/1", wait_until="networkidle")
    assert beside.evaluate("side => side.open") == (side == "open" and width >= 1280)
    assert page.evaluate("seen.cls") <= MOST_SHIFT
