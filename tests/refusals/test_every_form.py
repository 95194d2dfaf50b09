"""Every form of every page, sent as a browser sends it, with something wrong in it. A form without a row in
`hub/refusals/places.py` fails, and so does one that answers with anything but its own page."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from hub.accounts.links import IssueLink, issue_link
from hub.library.freshness import ENDED
from hub.library.models import Case, CaseField, FieldFollow
from hub.people.models import Duty, Field, Posting, Staff
from hub.refusals.filling import form_in
from hub.refusals.markup import Control, Form, Page
from hub.refusals.places import FOR_PROGRAMS, PAGES
from hub.spreading.commands import LinkPredecessor
from hub.spreading.services.descent import link_predecessor
from tests.factories import PASSWORD, Browser, World
from tests.permission_things import Things
from tests.test_permissions_matrix import ANYBODY, ROUTES, Line, allowed, filled_in, kinds_of, names_in, written

pytestmark = pytest.mark.once
GENERIC = "この項目の値は受け取れません"
POSTED = [line for line in ROUTES if line.address.startswith("POST") and line.name in PAGES]
# Of a form that stands in several states of a thing the first that succeeds is enough.
LINES = list({line.name: line for line in reversed(POSTED)}.values())
# Whose form stands on the answer to another form: there is no page to come back to.
WITHOUT_A_PAGE = {"exchange.take", "exchange.cancel", "staff_import.take"}
WITHOUT_A_PAGE |= {"mail_choices.end"}  # its one button takes no input, needs nobody signed in and no token
LINES = [line for line in LINES if line.name not in WITHOUT_A_PAGE]
# Nobody has to be signed in there.
FOR_EVERYBODY = {"accounts.log_in", "accounts.logout", "accounts.set_language", "accounts.accept_invitation"}
FOR_EVERYBODY |= {"accounts.reset_password"}


@pytest.fixture
def things(app: Flask, world: World) -> Things:
    app.extensions["hub.limits"].enabled = False
    return Things(world)


def test_every_form_has_its_page(app: Flask) -> None:
    taken = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert taken == PAGES.keys() | FOR_PROGRAMS
    assert not PAGES.keys() & FOR_PROGRAMS
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert set(PAGES.values()) <= pages


def with_a_duty(world: World, ids: dict[str, str]) -> dict[str, str]:
    with world.store.transaction() as session:
        seat = sa.select(Posting.section_id).where(Posting.staff_id == world.officer)
        session.add(Duty(section_id=session.scalars(seat).one(), name="情報担当"))
    return {}


def with_a_predecessor(world: World, ids: dict[str, str]) -> dict[str, str]:
    command = LinkPredecessor(int(ids["draft"]), ids["out"])
    world.write(link_predecessor, "officer", command)
    return {"address": f"/cases/{ids['draft']}/predecessors/{ids['out']}/removal"}


def of_a_message(world: World, ids: dict[str, str]) -> dict[str, str]:
    file_id = world.upload("officer")
    made = world.thread(world.room, attachment_ids=[file_id])
    return {"address": f"/attachments/{file_id}/delete", "message_id": str(made.message_id)}


def of_an_ended_case(world: World, ids: dict[str, str]) -> dict[str, str]:
    with world.store.transaction() as session:
        session.get_one(Case, int(ids["over"])).stage = ENDED
    return {}


def with_a_link(world: World, purpose: str) -> dict[str, str]:
    with world.store.transaction() as session:
        if purpose == "welcome":
            session.get_one(Staff, world.officer).password_hash = None
    token = world.write(issue_link, "manager", IssueLink(world.officer)).token
    return {"address": f"/{purpose}/{token}"}


def with_news(world: World, ids: dict[str, str]) -> dict[str, str]:
    with world.store.transaction() as session:
        field = Field(name="新しい分野")
        session.add(field)
        session.flush()
        session.add(CaseField(case_id=int(ids["copied"]), field_id=field.id))
        session.add(FieldFollow(staff_id=world.officer, field_id=field.id, since=datetime(2020, 1, 1, tzinfo=UTC)))
    return {}


def with_something_unread(world: World, ids: dict[str, str]) -> dict[str, str]:
    return {"until": str(world.thread(world.commons, by="manager").message_id)}


# What has to be there for a form to stand on its page: from the world and ids of things to what is sent.
PREPARED: dict[str, tuple[str, Any]] = {
    "accounts.accept_invitation": ("", lambda world, _ids: with_a_link(world, "welcome")),
    "accounts.reset_password": ("", lambda world, _ids: with_a_link(world, "reset")),
    "case_news.seen": ("copied", with_news),
    "case_work.ending": ("", of_an_ended_case),
    "case_work.contact": ("", with_a_duty),
    "files.remove": ("", of_a_message),
    "inbox.seen_all": ("entry", lambda _world, _ids: {}),
    "rooms.read_all": ("", with_something_unread),
    "spreading.unlink": ("draft out", with_a_predecessor),
}


DRAWN: dict[tuple[str, str | None, str, str], tuple[Form, Page]] = {}


class Sent:
    """One form of one page, and what a browser would send."""

    def __init__(self, world: World, things: Things, line: Line) -> None:
        self.line = line
        kind = kinds_of(line)[0]
        more, prepare = PREPARED.get(line.name, ("", lambda _world, _ids: {}))
        ids = things.ids("own" if more else kind, [*names_in(line), *more.split()])
        known = {name: "1" if value is True else value for name, value in filled_in(line.fields, ids).items()}
        known |= prepare(world, ids)
        self.known = known
        self.address = known.pop("address", filled_in(line.address, ids).split(" ", 1)[1])
        self.who: str | None = self._who(line, kind)
        self.browser: Browser = world.client(self.who)
        self.form, self.page = self._form(known)
        self.values = self._as_shown(known)

    def _who(self, line: Line, kind: str) -> str | None:
        if line.name in ("accounts.log_in", "accounts.accept_invitation", "accounts.reset_password"):
            return None
        if line.name == "accounts.set_writer_name":
            return "shared"
        return allowed(line, kind)[0]

    def _form(self, known: dict[str, Any]) -> tuple[Form, Page]:
        """The form on the page that a refusal would show: drawn once for all tests of a line, whose worlds are alike,
        and anew where something in its address or fields is another."""
        same = (self.line.name, self.who, self.address, json.dumps(known, sort_keys=True, default=str))
        if same not in DRAWN:
            DRAWN[same] = self._drawn(known)
        return DRAWN[same]

    def _drawn(self, known: dict[str, Any]) -> tuple[Form, Page]:
        answer = self.post({"csrf_token": "stale", **known})
        page = Page(answer.text)
        form = form_in(page, self.path, MultiDict(known))
        assert form is not None, (self.line.name, answer.status_code, answer.text[:3000])
        return form, page

    @property
    def path(self) -> str:
        return self.address.partition("?")[0]

    def _as_shown(self, known: dict[str, Any]) -> MultiDict[str, Any]:
        values: MultiDict[str, Any] = MultiDict()
        for control in self.form.controls:
            if control.kind in ("checkbox", "radio"):
                if "checked" in control.attrs:
                    values.add(control.name, control.value)
            elif control.tag == "select":
                chosen = [o for o in control.options if "selected" in o.attrs] or control.options[:1]
                values.add(control.name, chosen[0].attrs.get("value") or "" if chosen else "")
            elif control.kind != "file":
                values.add(control.name, control.value)
        return MultiDict(values) if values else MultiDict(known)

    def post(self, values: Any, browser: Browser | None = None) -> TestResponse:
        return (browser or self.browser).post(self.address, data=values)

    def broken(self, how: str) -> MultiDict[str, Any]:
        values = MultiDict(self.values)
        values["csrf_token"] = self.browser.csrf
        for control in self.typed():
            values.setlist(control.name, [wrong(control, how)])
        return values

    def typed(self) -> list[Control]:
        """What somebody fills in."""
        return [c for c in self.form.controls if c.kind not in ("hidden", "file", "checkbox", "radio")]


def wrong(control: Control, how: str) -> str:
    if how == "empty":
        return ""
    if how == "long":
        return "あ" * (10_001 if control.tag == "textarea" else 700)
    odd = {"number": "1.5人", "date": "2026-13-45", "month": "2026-13", "select": "x-1"}
    return odd.get(control.kind, "不正\x00な<値>")


def summary_of(answer: TestResponse) -> str:
    return answer.text.partition('class="error-summary"')[2].partition("</div>")[0]


def check(sent: Sent, answer: TestResponse, values: MultiDict[str, Any]) -> None:
    """A refusal is the form's page, with what was typed, an error that names the field, and a title that says so."""
    assert answer.status_code >= 400
    assert answer.mimetype == "text/html"
    assert "<title>エラー：" in answer.text
    assert GENERIC not in answer.text
    page = Page(answer.text)
    form = form_in(page, sent.path, values)
    assert form is not None
    assert 'class="error-summary" role="alert" tabindex="-1"' in answer.text  # main.js begins there
    ids = [e.attrs["id"] for e in page.elements if e.attrs.get("id")]
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary_of(answer))
    assert len({href for href, _text in links}) == len(links)
    assert len({text for _href, text in links}) == len(links)
    for href, text in links:
        assert ids.count(href) == 1, (href, ids.count(href))
        control = next(e for e in page.elements if e.attrs.get("id") == href)
        assert isinstance(control, Control)
        assert control.attrs.get("aria-invalid") == "true"
        label = page.label_of(control)
        assert label, f"{href} has no name"
        assert label in unescape(text)
    starts = [answer.text.index(f'id="{href}"') for href, _text in links]
    assert starts == sorted(starts)
    for control in sent.typed():
        shown = form.named(control.name)
        assert shown, control.name
        if control.kind not in ("select", "password"):
            expected = values[control.name].replace("\x00", "")
            text = answer.text[shown[0].inner : shown[0].end].removeprefix("\n") if control.tag == "textarea" else ""
            assert unescape(text or shown[0].value).replace("\r", "") == expected.replace("\r", "")


@pytest.mark.parametrize("how", ["odd", "empty", "long"])
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_wrong_input_brings_the_form_back(world: World, things: Things, line: Line, how: str) -> None:
    sent = Sent(world, things, line)
    values = sent.broken(how)
    answer = sent.post(values)
    required = [c for c in sent.typed() if "required" in c.attrs and c.kind not in ("date", "file")]
    if answer.status_code < 400:
        assert not (required and how == "empty"), "what is required was taken empty"
        return
    check(sent, answer, values)
    if required and how == "empty":
        assert '<a href="#' in summary_of(answer)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_a_stale_page_loses_nothing(world: World, things: Things, line: Line) -> None:
    sent = Sent(world, things, line)
    values = sent.broken("odd")
    values["csrf_token"] = "of another day"
    before = written(world.store)
    answer = sent.post(values)
    assert answer.status_code == 400
    check(sent, answer, values)
    assert written(world.store) == before


@pytest.mark.parametrize("line", [n for n in LINES if n.name not in FOR_EVERYBODY], ids=lambda line: line.name)
def test_a_form_goes_on_after_signing_in_again(world: World, things: Things, line: Line) -> None:
    sent = Sent(world, things, line)
    values = sent.broken("odd")
    visitor = world.client(None)
    before = but_for_the_record(world)
    page = sent.post(values, visitor)
    assert (page.status_code, page.mimetype) == (401, "text/html")
    assert "<title>エラー：" in page.text
    for control in sent.typed():
        if control.kind in ("text", "textarea"):
            assert "不正な&lt;値&gt;" in page.text
    carried = dict(re.findall(r'<input type="hidden" name="(carried\w*)" value="([^"]*)">', page.text))
    who = {"email": f"{sent.who}@example.jp", "password": PASSWORD}
    fields = {name: unescape(value) for name, value in carried.items()} | who
    wrong_first = visitor.post("/login", data={"csrf_token": token_of(page), **fields, "password": "wrong"})
    assert wrong_first.status_code == 422
    assert unescape(wrong_first.text).count(fields.get("carried", "")) >= 1
    again = visitor.post("/login", data={"csrf_token": token_of(wrong_first), **fields})
    if sent.who == "shared":
        return
    if not carried:
        assert again.status_code == 303
        return
    assert again.status_code == 200, again.location
    back = form_in(Page(again.text), sent.path, values)
    assert back is not None
    assert "エラー：" not in again.text
    for control in sent.typed():
        if control.kind == "text":
            assert unescape(back.named(control.name)[0].value) == "不正な<値>"
    assert but_for_the_record(world) == before


def but_for_the_record(world: World) -> dict[str, int]:
    """Signing in, and failing to, stands in the audit record."""
    return {table: count for table, count in written(world.store).items() if table != "audit_entries"}


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "line", [n for n in LINES if n.name not in FOR_EVERYBODY and n.who != ANYBODY], ids=lambda line: line.name
)
def test_who_may_not_gets_their_text_back(world: World, things: Things, line: Line) -> None:
    sent = Sent(world, things, line)
    values = sent.broken("odd")
    stranger = next((role for role in ("guest", "foreign_officer") if role != sent.who), "guest")
    browser = world.client(stranger)
    values["csrf_token"] = browser.csrf
    before = written(world.store)
    answer = sent.post(values, browser)
    assert answer.status_code in (403, 404, 410, 422), answer.status_code
    assert answer.mimetype == "text/html"
    assert "<title>エラー：" in answer.text
    assert GENERIC not in answer.text
    for control in sent.typed():
        if control.kind in ("text", "textarea"):
            assert "不正な&lt;値&gt;" in answer.text
    assert written(world.store) == before


@pytest.mark.parametrize("who", ["officer", None])
def test_what_is_too_large_to_be_read_is_told_on_the_page(world: World, who: str | None) -> None:
    thread = world.thread(world.room).thread_id
    browser = world.client(who)
    answer = browser.post_form(f"/threads/{thread}/messages", body="x" * 3_000_000)
    assert answer.status_code == 413
    assert "「戻る」" in answer.text
    assert answer.mimetype == "text/html"
    assert "<title>エラー：" in answer.text
    assert f'action="/threads/{thread}/messages"' in answer.text or not who
