"""Every page there is, as somebody who may open it: found by following links, one page of each kind, in both languages,
wide and narrow (`tests/browser/clean.py`). A new page that no link leads to fails the test."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from hub import create_app
from hub.config import Config
from hub.mail.choosing import DIGEST, ending_of
from tests.browser.clean import OWN_STYLE, faults_of, sticking_out
from tests.browser.conftest import PHONE, WIDE, ask, first_room
from tests.conftest import new_app
from tests.live import Live
from tests.server.soak import SOAK

# Addresses that answer no page of their own: files, JSON, what machines read.
NO_PAGES = {
    "static", "assets.send", "health.healthz", "health.metrics", "accounts.me", "accounts.session_state",
    "feed.read_heads",
    "feed.catch_up", "search.finder", "drafts.readers", "rooms.mentionable", "exchange.export", "files.download",
    "quarters.file", "files.image", "files.thumbnail", "files.files_of_message", "inbox.count", "notes.index",
    "messages.show", "reading.of_room", "staff_import.form",  # lead on to a thread, to a case
}  # fmt: skip
PEOPLE = ["supporter", "officer", "manager", "admin", "shared"]
AGAIN = {"home.index", "rooms.show", "threads.show", "threads.ask", "cases.show"}  # differ most by who looks
LINKS = """
    [...document.querySelectorAll('a[href]')]
        .filter(a => !a.download && a.origin === location.origin && !a.closest('[hidden]')).map(a => a.href)
"""


class Walk:
    """One person's way along the links: `for path in walk` opens each kind of page once."""

    def __init__(self, app: Flask, page: Page, seen: set[str]) -> None:
        self.page, self.seen, self.opened = page, seen, list[str]()
        self.rules = app.url_map.bind("127.0.0.1")

    def kind(self, path: str) -> str:
        try:
            return str(self.rules.match(urlsplit(path).path, method="GET")[0])
        except HTTPException:
            return "missing"

    def follow(self, *first: str) -> Iterator[str]:
        """`first` are opened whatever has been seen: they lead to what others could not open."""
        waiting = [*first]
        while waiting:
            path = waiting.pop(0)
            kind = self.kind(path)
            known = kind in self.seen | NO_PAGES
            if known and len(self.opened) >= len(first):
                continue
            self.opened.append(path)
            self.seen.add(kind)
            self.page.goto(path)
            yield path
            parts = [urlsplit(link) for link in self.page.evaluate(LINKS)]
            waiting += [f"{p.path}?{p.query}" if p.query else p.path for p in parts]


def links_handed_over(admin: Page) -> list[str]:
    """What a new colleague and one who forgot the password are given: each page of it is opened by nobody else."""
    admin.goto("/admin/people/new")
    for name, value in {
        "name": "架空 新人",
        "kana": "かくう しんじん",
        "section": "DX戦略課",
        "email": f"shinjin.{secrets.token_hex(3)}@pref.example.jp",
    }.items():
        admin.locator(f"main [name={name}]").fill(value)
    admin.locator("main [name=role]").select_option("supporter")
    admin.locator("main form.card button.button--primary").click()
    links = []
    for person in (urlsplit(admin.url).path, "/admin/people/2"):
        admin.goto(person)
        admin.locator("form[action$='/link'] button").click()
        links.append(admin.locator("#one-time-link").input_value())
    return links


def own_message(page: Page) -> list[str]:
    """The pages of a message that the person wrote just now, after one edit."""
    ask(page, first_room(page), "自分の投稿のページを見る")
    message = page.locator(".message").get_attribute("data-message-id")
    page.goto(f"/messages/{message}/edit")
    page.locator("main [name=body]").fill("自分の投稿のページを見ます")
    page.locator("main form button").first.click()
    page.wait_for_url("**/threads/*")
    return [f"/messages/{message}{part}" for part in ("/edit", "/delete", "/history", "/actions")]


def pages_without_a_link(pages: dict[str, Page], server: Live) -> dict[str | None, list[str]]:
    """Where each person begins: home, and pages to which a button, a script or what was done just now leads."""
    own = own_message(pages["officer"])
    thread = urlsplit(pages["officer"].url).path
    room = first_room(pages["manager"])
    case = asked_about(pages["officer"])
    return {
        None: ["/login", "/nowhere", ending_mails(server), *links_handed_over(pages["admin"])],
        "officer": ["/", "/rooms?q=zzz", f"{case}/visits/new", f"{case}/similar", *own],
        "manager": ["/", f"/rooms/{room}/export", own[0].replace("/edit", "/redact"), f"{thread}/redact"],
        "supporter": [
            "/",
            f"{thread}/precedents",
            imported(pages["supporter"]),
            recorded(pages["supporter"]),
            *notices(pages["supporter"]),
        ],
        "admin": ["/", "/admin/people", kept_mail(pages["admin"])],  # where an administrator finds more than a manager
        "shared": ["/", "/writer-name"],
    }


def asked_about(page: Page) -> str:
    """A case that another municipality may ask about."""
    page.goto("/cases?q=渋Pay")
    return str(page.locator(".shelf__title a").first.get_attribute("href"))


def imported(page: Page) -> str:
    """The page of a file whose rows are checked."""
    page.goto("/cases/import")
    rows = "id,title,organisation,approach\n架空,架空の取組,架空町A,架空の進め方\n".encode()
    page.locator("main [type=file]").set_input_files([{"name": "架空.csv", "mimeType": "text/csv", "buffer": rows}])
    page.locator("main .button--primary").click()
    page.locator("main form[action^='/cases/import/'] .button--primary").first.click()
    page.wait_for_url("**/cases/import/*")
    return urlsplit(page.url).path


def recorded(page: Page) -> str:
    """How a consultation came that was told by telephone: the page on which that is put right."""
    page.goto(f"/rooms/{first_room(page)}/record")
    page.locator("main [name=body]").fill("架空の電話の相談")
    page.locator("main [name=channel]").first.check()
    page.locator("main .button--primary").click()
    page.wait_for_url("**/threads/*")
    return f"{urlsplit(page.url).path}/reception"


def kept_mail(admin: Page) -> str:
    """A mail that stayed on the machine."""
    admin.goto("/admin/mail")
    admin.locator("form[action$='/test'] button").click()
    link = admin.locator("[aria-labelledby=kept-mails] a")
    for _try in range(60):
        if link.count():
            break
        admin.wait_for_timeout(1000)
        admin.reload()
    return str(link.first.get_attribute("href"))


def ending_mails(server: Live) -> str:
    """Where the end of a mail leads."""
    app = create_app(Config(instance_path=server.folder, database_url="", testing=True))
    with app.app_context():
        return ending_of(1, DIGEST)


def notices(page: Page) -> list[str]:
    """Who has confirmed a notice."""
    page.goto("/rooms")
    for room in page.locator("[data-kind=commons]").evaluate_all("rooms => rooms.map(room => room.dataset.roomId)"):
        found = page.request.get(f"/rooms/{room}", headers={"Accept": "application/json"}).json()["threads"]
        for thread in found:
            if thread["kind"] == "notice":
                return [f"/threads/{thread['thread_id']}/acknowledgements"]
    return []


def looked_at_in(kind: str) -> str:
    """Axe takes longer than the page: it looks at each kind once, at every second one in English on a phone."""
    return ("ja-JP", "en-GB")[crc32(kind.encode()) % 2]


@pytest.mark.parametrize(("locale", "viewport"), [("ja-JP", WIDE), ("en-GB", PHONE)], ids=["ja-1280", "en-390"])
def test_every_page_is_clean(person, server: Live, watch, tmp_path: Path, locale, viewport):
    watch.tolerated = ("404", OWN_STYLE)
    app, reached, faults = new_app(tmp_path), set(NO_PAGES), []
    pages = {who: person(who, locale=locale, viewport=viewport) for who in PEOPLE}
    first = pages_without_a_link(pages, server)
    for who in [*PEOPLE, None]:
        page = pages.get(who) or person(None, locale=locale, viewport=viewport)
        seen = reached - (AGAIN if who == "officer" else set())
        walk = Walk(app, page, seen)
        for path in walk.follow(*first.get(who, ["/"])):
            looks = faults_of if SOAK or locale == looked_at_in(f"{who} {walk.kind(path)}") else sticking_out
            faults += [f"{who} {path}: {fault}" for fault in looks(page)]
        reached |= seen
    assert not faults, "\n".join(faults)
    every = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert every <= reached, f"no link leads to {sorted(every - reached)}"
