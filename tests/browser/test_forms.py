"""Every form of every page in a real browser, in both languages: sent wrongly and looked at, then sent rightly."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask, request
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from hub.migrations.runner import migrate
from hub.people.models import Staff
from hub.refusals.places import PAGES, page_of
from hub.security.passwords import hash_password
from tests.browser.conftest import PHONE, WIDE, Watch
from tests.browser.form_table import DOWNLOADS, GONE, LINES, PREPARED, PRESSED, RIGHT, SEEN, STALE, WRITTEN, WRONG
from tests.browser.forms import ERROR, Tried
from tests.conftest import new_app
from tests.factories import PASSWORD, World, make_world
from tests.live import Live
from tests.permission_things import Things
from tests.refusals.test_every_form import WITHOUT_A_PAGE, Sent
from tests.server.soak import SOAK
from tests.test_permissions_matrix import Line

# Whether a form there still says all that was sent.
SAME = """
    ([path, right]) => [...document.querySelectorAll('form[method=post]')].some((form) =>
        form.getAttribute('action') === path && [...new FormData(form).keys()].every((name) =>
            name === 'csrf_token' || name in right) && Object.entries(right).every(([name, value]) =>
            [...form.querySelectorAll(`[name="${name}"]`)].some((control) => control.value === value)))
"""
SECRET = "for tests only " * 3


class Hub:
    """A server, and the same database from within: what a form needs is made while the server runs."""

    def __init__(self, app: Flask, live: Live, language: str) -> None:
        self.app, self.live, self.language = app, live, language
        app.extensions["hub.limits"].enabled = False
        with app.app_context():
            migrate(app.extensions["hub.db"])
            with app.extensions["hub.db"].transaction() as session:
                make_world(session, hash_password(PASSWORD))
                session.execute(sa.update(Staff).values(language=language))
        self.world = World(app)

    def address(self, line: Line, sent: Sent) -> str:
        """Of the page with the form."""
        with self.app.test_request_context(sent.address, method="POST", data=sent.known):
            given = request.args.to_dict() | request.form.to_dict()
            return str(page_of(line.name, request.view_args, given))

    def sign_in(self, context: BrowserContext, sent: Sent) -> None:
        cookie = sent.browser.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie
        context.clear_cookies()
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.live.url}])


class Window(NamedTuple):
    """One for all forms: who is signed in changes."""

    hub: Hub
    page: Page
    watch: Watch

    def faults(self) -> list[str]:
        """Since the last question."""
        found, self.watch.faults = self.watch.faults, []
        return found


@pytest.fixture(scope="module")
def opened(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Window]]:
    """The window of a language; its server is begun once."""
    with ExitStack() as stack:

        @cache
        def of(language: str) -> Window:
            folder = tmp_path_factory.mktemp("forms")
            live = Live(folder, HUB_SECRET_KEY=SECRET, HUB_POSTS_AT_ONCE="1000", HUB_SEARCHES_AT_ONCE="1000")
            hub = Hub(new_app(folder, secret_key=SECRET), live, language)
            stack.enter_context(live)
            viewport, locale = (WIDE, "ja-JP") if language == "ja" else (PHONE, "en-GB")
            context = chromium.new_context(locale=locale, viewport=viewport, base_url=live.url)  # type: ignore[arg-type]
            stack.callback(context.close)
            context.set_default_timeout(30_000)
            made = Window(hub, context.new_page(), Watch())
            made.watch.tolerated = ("the server responded with a status of 4",)
            made.watch.page(made.page)
            return made

        yield of


@pytest.fixture
def window(opened: Callable[[str], Window], language: str) -> Window:
    return opened(language)


def test_every_form_is_tried() -> None:
    assert {line.name for line in LINES} | WITHOUT_A_PAGE == PAGES.keys()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_stands_on_the_answer_to_another_form(window: Window) -> None:
    """A table of people, and one of cases, is looked at before it is taken, and chosen again when that page has grown
    old. The cases are taken in tests/browser/test_everywhere.py."""
    page, by_name = window.page, {line.name: line for line in LINES}
    people, cases = page.locator("form[action$='/import/rows']"), page.locator("form[action^='/cases/import/']").first
    walk(window.hub, page, by_name["staff_import.look"])
    refuse(window, people)
    expect(page.locator("main")).not_to_contain_text("new@example.jp")
    walk(window.hub, page, by_name["staff_import.look"])
    people.locator("button").click()
    expect(page.locator(".flash--ok")).to_be_visible()
    walk(window.hub, page, by_name["exchange.look"])
    refuse(window, cases)
    assert window.faults() == []


def refuse(window: Window, form: Locator) -> None:
    form.evaluate("form => { form.elements.csrf_token.value = 'of another day'; form.noValidate = true }")
    form.locator("button").first.click()
    expect(window.page.locator(".error-summary")).to_be_focused()
    assert window.page.title().startswith(ERROR[window.hub.language])


EACH = [(language, line) for half, language in enumerate(["ja", "en"]) for line in (LINES if SOAK else LINES[half::2])]


@pytest.mark.parametrize(("language", "line"), EACH, ids=[f"{language}-{line.name}" for language, line in EACH])
def test_a_form(window: Window, line: Line) -> None:
    """Every other one in each language, in soak all in both."""
    walk(window.hub, window.page, line)
    assert window.faults() == []


def walk(hub: Hub, page: Page, line: Line) -> None:
    sent = Sent(hub.world, Things(hub.world), line)
    if line.name in PREPARED:
        PREPARED[line.name](hub.world, sent.address)
    hub.sign_in(page.context, sent)
    page.goto(hub.address(line, sent), wait_until="domcontentloaded")
    right = {name: value for name, value in sent.known.items() if isinstance(value, str | int)}
    right = {n: str(v).format(language=hub.language) for n, v in RIGHT.get(line.name, right).items()}
    tried = Tried(page, sent.path, right)
    if line.name in PRESSED:
        tried.button.click()
    elif line.name in WRITTEN:
        write(tried)
    else:
        refuse_and_send(tried, line, hub.language)
    look_at_success(tried, line, hub.language)


def write(tried: Tried) -> None:
    tried.page.wait_for_selector("#hub-connection[data-status=live]")
    tried.fill_wrong({})
    tried.button.click()
    tried.look_at_fault()
    tried.fill_right()
    tried.button.click()


def refuse_and_send(tried: Tried, line: Line, language: str) -> None:
    if tried.typed and line.name not in STALE:
        tried.fill_wrong(WRONG.get(line.name, {}))
    else:
        tried.grow_old()
    assert tried.send().status >= 400
    tried.look_at_refusal(language)
    tried.fill_right()
    if line.name in DOWNLOADS:
        with tried.page.expect_download():
            tried.button.click()
    else:
        assert tried.send().status < 400


def look_at_success(tried: Tried, line: Line, language: str) -> None:
    page = tried.page
    if line.name in DOWNLOADS:
        return
    if line.name in GONE:
        assert not page.evaluate(SAME, [tried.path, tried.right]), "the same form stands there again"
    else:
        seen = (SEEN | WRITTEN | PRESSED).get(line.name, ".flash--ok").format(language=language)
        expect(page.locator(seen).first).to_be_visible()
    expect(page.locator(".error-summary")).to_have_count(0)
