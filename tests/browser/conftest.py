"""Real Chromium against a real server with demo data. Every page that a test opens is watched: a console error, a
request to another host or a violation of the content policy fails the test that caused it."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.live import Live, copy_of, demo_folder
from tests.server.soak import SOAK

# The same engine without windows of its own, which cost more than the pages in them; `make soak` takes the whole.
SHELL, WHOLE = Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")
CHROMIUM = WHOLE if SOAK or not SHELL.exists() else SHELL
expect.set_options(timeout=20_000)  # a busy machine is no fault of the page
PASSWORD = "demo-hub-2026"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
OWN_SERVER = {
    "test_axe.py",
    "test_redaction.py",
    "test_hostile.py",
    "test_living.py",
    "test_long_thread.py",
    "test_resilience.py",
    "test_restore.py",
}
BOTH = pytest.mark.parametrize(("locale", "viewport"), [("ja-JP", WIDE), ("en-GB", PHONE)], ids=["ja-1280", "en-390"])
PEOPLE = {
    "officer": "mogi@maebashi.example.jp",
    "manager": "hagiwara@maebashi.example.jp",
    "foreign": "harada@takasaki.example.jp",
    "supporter": "kogure@pref.example.jp",
    "lead": "tamura@pref.example.jp",
    "admin": "okabe@pref.example.jp",
    "shared": "joho@ueno.example.jp",
    "author_shibukawa": "kogure@shibukawa.example.jp",
    "author_numata": "tsunoda@numata.example.jp",
}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_folder(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def new_server(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., AbstractContextManager[Live]]:
    """`with new_server(HUB_POLLING_ONLY="on") as live`: a server with fresh demo data."""

    def make(**settings: str) -> Live:
        return Live(copy_of(demo, tmp_path_factory.mktemp("instance")), HUB_RATE_LIMITS="off", **settings)

    return make


@pytest.fixture(scope="session")
def shared_server(new_server: Callable[..., AbstractContextManager[Live]]) -> Iterator[Live]:
    with new_server() as live:
        yield live


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, new_server: Callable[..., AbstractContextManager[Live]]) -> Iterator[Live]:
    """The server of all files, or one for this file where its tests stop it, fill it or count what is there."""
    if request.path.name not in OWN_SERVER:
        yield request.getfixturevalue("shared_server")
        return
    with new_server() as live:
        yield live


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        mapped = "--host-resolver-rules=MAP hub.test 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*quiet, mapped])
        yield browser
        browser.close()


# A page that still polls when the server ends its connection is answered 400 by Engine.IO, and asks anew.
ENDED = "/socket.io/?EIO=4&transport=polling"


class Watch:
    """What went wrong on watched pages."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.tolerated: tuple[str, ...] = ()

    def page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("request", self._request)

    def _console(self, message: object) -> None:
        text = f"{message.type}: {message.text} {message.location.get('url')}"  # type: ignore[attr-defined]
        if message.type == "error" and not any(t in text for t in self.tolerated):  # type: ignore[attr-defined]
            self.faults.append(text)

    def _request(self, request: object) -> None:
        parts = urlsplit(request.url)  # type: ignore[attr-defined]
        if parts.scheme in ("http", "https", "ws") and parts.hostname not in ("127.0.0.1", "hub.test"):
            self.faults.append(f"request to {parts.hostname}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    found = Watch()
    yield found
    assert found.faults == []


@pytest.fixture
def person(chromium: Browser, server: Live, watch: Watch) -> Iterator[Callable[..., Page]]:
    """`person("officer", viewport=PHONE, locale="en-GB", host="hub.test")`: a page, signed in, in its own context."""
    contexts: list[BrowserContext] = []

    def open_as(who: str | None, *, host: str = "127.0.0.1", **options: object) -> Page:
        base = f"http://{host}:{server.port}"
        settings = {"locale": "ja-JP", "viewport": WIDE, "base_url": base} | options
        context = chromium.new_context(**settings)  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        watch.page(page)
        if who and host == "127.0.0.1":
            enter(context, PEOPLE[who])
        elif who:  # a name that the browser alone knows
            sign_in(page, PEOPLE[who])
        return page

    yield open_as
    for context in contexts:
        context.close()


def enter(context: BrowserContext, email: str) -> None:
    """Sign in as the form does, without showing it: two pages less to be drawn for each person of each test."""
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', context.request.get("/login").text())
    assert token
    answer = context.request.post(
        "/login", form={"csrf_token": token[1], "email": email, "password": PASSWORD}, max_redirects=0
    )
    assert answer.status == 303, answer.status


def sign_in(page: Page, email: str) -> None:
    page.goto("/login?next=/rooms")
    form = page.locator("form.card")
    form.locator("[name=email]").fill(email)
    form.locator("[name=password]").fill(PASSWORD)
    form.locator("button").click()
    page.wait_for_url(lambda url: "/login" not in url)


def first_room(page: Page, kind: str = "support") -> str:
    page.goto("/rooms?order=name")
    room_id = page.locator(f"[data-rooms] [data-kind={kind}]").first.get_attribute("data-room-id")
    assert room_id
    return room_id


def ask(page: Page, room_id: str, body: str) -> str:
    """Ask through the page; returns the new thread's id."""
    page.goto(f"/rooms/{room_id}/ask")
    page.locator("[data-composer=thread] textarea").fill(body)
    page.locator("[data-composer=thread] [value=send]").click()
    page.wait_for_url("**/threads/*")
    return urlsplit(page.url).path.rsplit("/", 1)[1]


def press(page: Page, address: str) -> None:
    """The button of the form that goes there."""
    page.locator(f"form[action$='{address}'] button").first.click()


def live(page: Page) -> Page:
    """Wait until the page hears its feed."""
    page.wait_for_selector("#hub-connection[data-status=live]")
    return page


def message(page: Page, text: str) -> Locator:
    return page.locator(".message", has_text=text)


def options(page: Page) -> None:
    """What is behind the ＋ of the composer."""
    if page.locator("#composer [data-action=options][aria-expanded=false]").count():
        page.locator("#composer [data-action=options]").click()


def write(page: Page, text: str, mark: str = "") -> None:
    if mark:
        options(page)
        page.locator("#composer select[name=mark]").select_option(mark)
    page.locator("#composer textarea").fill(text)
    page.locator("#composer [value=send]").click()
    expect(message(page, text)).to_be_visible()
