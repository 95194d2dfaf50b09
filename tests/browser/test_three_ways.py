"""WebSocket is one way to live (test_two_people.py). Here are the others: long polling only, and no sockets at all."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDE, ask, first_room, live
from tests.browser.test_two_people import go, message, walk, write
from tests.live import Live

TABS = 8


@pytest.fixture(scope="module")
def server(new_server: Callable[..., AbstractContextManager[Live]]) -> Iterator[Live]:
    """A hub that offers long polling only."""
    with new_server(HUB_POLLING_ONLY="on") as live:
        yield live


class Requests:
    """The socket's requests of some pages: their connections, and those under way at one time."""

    def __init__(self) -> None:
        self.sids: set[str] = set()
        self.transports: Counter[str] = Counter()

    def watch(self, page: Page) -> Page:
        page.on("request", self._see)
        page.on("websocket", lambda _socket: self.transports.update(["websocket"]))
        return page

    def _see(self, request: object) -> None:
        parts = urlsplit(request.url)  # type: ignore[attr-defined]
        if parts.path.startswith("/socket.io/"):
            query = parse_qs(parts.query)
            self.transports[query["transport"][0]] += 1
            self.sids |= set(query.get("sid", []))


def test_two_people_with_polling_only(person):
    """Seen to fail when neither the page nor the server knew of polling_only: pages changed over to WebSocket."""
    seen = Requests()

    def watched(who, **options):
        return seen.watch(person(who, **options))

    walk(watched, WIDE, "ja-JP")
    assert set(seen.transports) == {"polling"}


def test_eight_tabs_with_polling_only_share_one_connection(person, watch):
    """A browser opens six connections to a host: eight tabs that poll would block each other and every page. Seen to
    fail with `channel: () => null` in browser.js: the seventh page never loaded."""
    officer, supporter, seen = person("officer"), person("supporter"), Requests()
    thread = ask(officer, first_room(officer), "八つのタブ")
    live(go(supporter, f"/threads/{thread}"))
    live(seen.watch(officer))
    tabs = [officer]
    for _number in range(TABS - 1):
        tab = seen.watch(officer.context.new_page())
        watch.page(tab)
        tabs.append(live(go(tab, f"/threads/{thread}")))
    write(supporter, "八つすべてに届く")
    for tab in tabs:
        expect(message(tab, "八つすべてに届く")).to_have_count(1)
    write(tabs[-1], "最後のタブから")
    for tab in (*tabs, supporter):
        expect(message(tab, "最後のタブから")).to_have_count(1)
    assert len(seen.sids) <= 1, "more than one tab polls"
    officer.close()
    write(supporter, "先頭を閉じてから")
    for tab in tabs[1:]:
        expect(message(tab, "先頭を閉じてから")).to_have_count(1)


def test_without_any_socket_the_page_asks_for_heads_and_posts_by_http(person, watch):
    """Seen to fail without `catchUp` in link.js: nothing came, and what was written stayed unsent."""
    watch.tolerated = ("net::ERR_FAILED",)
    officer, supporter = person("officer"), person("supporter")
    for page in (officer, supporter):
        page.context.route("**/socket.io/**", lambda route: route.abort())
    thread = ask(officer, first_room(officer), "ソケットがまったく通らない")
    go(supporter, f"/threads/{thread}")
    write(supporter, "それでも届く回答")
    expect(message(officer, "それでも届く回答")).to_have_count(1)
    write(officer, "それでも届くお礼")
    expect(message(supporter, "それでも届くお礼")).to_have_count(1)
    for page in (officer, supporter):
        expect(page.locator(".message--pending")).to_have_count(0)
        assert page.locator("#hub-connection").get_attribute("data-status") == "connecting"
