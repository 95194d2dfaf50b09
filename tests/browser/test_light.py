"""What a first look costs. Seen to fail before: 102 requests for scripts and styles, 570 KB."""

import pytest

from tests.browser.conftest import first_room
from tests.browser.weight import weigh

MOST_REQUESTS, MOST_BYTES = 6, 120_000
MOST_OF_A_LONG_THREAD = 130_000  # with notes and precedents beside it; to come down to the others


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
    assert weight.bytes <= (MOST_OF_A_LONG_THREAD if "/threads/" in where else MOST_BYTES), weight
