"""Files, streams, rows, passwords, time: limits that are settings or of another kind, one below, at and one beyond."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hub import clock
from hub.accounts.invitations import InviteMany, invite_many
from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.errors import HubError, RateLimited, ValidationFailed
from hub.exchange.importing import parse_file
from hub.files.models import Attachment
from hub.files.names import NAME_CHARS, clean_name
from hub.library.content import MOST_ROWS, MOST_YEN, URL_CHARS
from hub.people.input import PASSWORD_LEAST_DIFFERENT, check_new_password
from hub.people.models import FailureBucket, Staff
from hub.search.synonym_services import MOST_WORDS, checked_words
from hub.security.limits import Limits
from hub.security.sessions import actor_of_token, begin_sign_in
from hub.security.throttle import KEPT, Visitor, buckets, charge, forgive
from hub.threads.input import TITLE_FROM_BODY_CHARS
from hub.threads.models import Thread
from tests.factories import JSON, Socket, World
from tests.library.conftest import Library

PDF = b"%PDF-1.7\n"


def set_config(app: Flask, **values: Any) -> None:
    config = app.extensions["hub.config"]
    app.extensions["hub.config"] = Config(**{**config.__dict__, **values})


def send(world: World, content: bytes, who: str = "officer") -> int:
    browser = world.client(who)
    file = (BytesIO(content), "a.pdf")
    return int(browser.post("/attachments", data={"csrf_token": browser.csrf, "file": file}, headers=JSON).status_code)


def pdf(size: int) -> bytes:
    return PDF + b" " * (size - len(PDF))


def test_a_file_may_be_just_so_large(app: Flask, world: World) -> None:
    set_config(app, file_bytes=1_000)
    assert [send(world, pdf(size)) for size in (999, 1_000, 1_001)] == [201, 201, 413]


def test_the_quota_is_of_the_body_and_counts_to_the_byte(app: Flask, world: World) -> None:
    """What one body has used is not the other's, and what was taken away counts no more."""
    for last, status in ((299, 201), (300, 201), (301, 422)):
        with world.store.transaction() as session:
            session.execute(sa.delete(Attachment))
        set_config(app, files_quota_bytes=1_000)
        assert send(world, pdf(400)) == 201
        assert send(world, pdf(300 - 1), "manager") == 201
        assert send(world, pdf(last + 1)) == status
        assert send(world, pdf(900), "foreign_officer") == 201


def test_so_many_files_hang_on_one_message(app: Flask, world: World) -> None:
    app.extensions["hub.db"].settings["files_per_post"] = 3
    for n in (2, 3):
        said = world.thread(world.room, attachment_ids=[world.upload() for _ in range(n)])
    with pytest.raises(ValidationFailed):
        world.thread(world.room, attachment_ids=[world.upload() for _ in range(4)])
    answer = world.client("officer").post_json(
        f"/messages/{said.message_id}/attachments", attachment_ids=[str(world.upload())]
    )
    assert answer.status_code == 422  # three hang there already


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_long_name_of_a_file_is_cut_and_keeps_its_ending(beyond: int) -> None:
    given = "あ" * (NAME_CHARS + beyond - len(".pdf")) + ".pdf"
    name = clean_name(given, ("pdf",))
    assert len(name) == min(len(given), NAME_CHARS)
    assert name.endswith(".pdf")
    assert (name == given) == (beyond < 1)


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_title_of_the_first_line_is_cut(world: World, beyond: int) -> None:
    line = "あ" * (TITLE_FROM_BODY_CHARS + beyond)
    asked = world.thread(world.room, body=line)
    with world.store.read() as session:
        title = session.get_one(Thread, asked.thread_id).title
    assert len(title) == min(len(line), TITLE_FROM_BODY_CHARS)
    assert (title == line) == (beyond < 1)


def test_rows_links_and_sums_of_a_case(library: Library) -> None:
    link = "https://example.jp/"
    of = {
        "partners": lambda n: [f"{i}" for i in range(n)],
        "sources": lambda n: [link + "a" * (n - len(link))],
        "cost_initial": lambda n: n,
    }
    for field, limit in (("partners", MOST_ROWS), ("sources", URL_CHARS), ("cost_initial", MOST_YEN)):
        for n in (limit - 1, limit):
            library.save(library.draft(), **{field: of[field](n)})
        with pytest.raises(ValidationFailed):
            library.save(library.draft(), **{field: of[field](limit + 1)})


def test_words_of_a_group() -> None:
    words = [f"語{chr(0x4E00 + n)}" for n in range(MOST_WORDS + 1)]
    for n in (2, MOST_WORDS - 1, MOST_WORDS):
        assert len(checked_words("、".join(words[:n]))) == n
    for n in (1, MOST_WORDS + 1):
        with pytest.raises(ValidationFailed):
            checked_words("、".join(words[:n]))


def test_so_many_rows_are_taken_in_on_the_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.exchange.importing.MOST_ROWS", 3)
    row = '{"id": "%s", "title": "題", "organisation": "北見市"}'
    with app.app_context():
        for n in (2, 3):
            assert len(parse_file("a.jsonl", "\n".join(row % i for i in range(n)).encode()).records) == n
        with pytest.raises(ValidationFailed):
            parse_file("a.jsonl", "\n".join(row % i for i in range(4)).encode())


def test_so_many_are_invited_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.accounts.invitations.MOST_AT_ONCE", 3)
    people = (world.officer, world.manager, world.foreign_officer, world.bureau)
    with world.store.transaction() as session:
        session.execute(sa.update(Staff).where(Staff.id.in_(people)).values(password_hash=None))
    for n in (2, 3):
        assert len(world.write(invite_many, "admin", InviteMany(people[:n]))) == n
    for n in (0, 4):
        with pytest.raises(ValidationFailed):
            world.write(invite_many, "admin", InviteMany(people[:n]))


def test_so_many_rows_of_people_are_taken_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.accounts.staff_import.MOST_ROWS", 3)
    head = "email,name,organisation,section,role"
    for n, too_many in ((2, False), (3, False), (4, True)):
        rows = "\n".join(f"n{i}@example.jp,新人,吉岡町,総務課,officer" for i in range(n))
        answer = world.client("admin").post_form(
            "/admin/people/import", file=(BytesIO(f"{head}\n{rows}\n".encode()), "a.csv")
        )
        assert ("一度に取り込めるのは3行までです" in answer.text) == too_many, answer.text[:200]
        assert ("n0@example.jp" in answer.text) != too_many


def test_so_many_streams_are_opened_at_once(world: World) -> None:
    from hub.feed.streams import MOST_STREAMS

    for n, ok in ((MOST_STREAMS - 1, True), (MOST_STREAMS, True), (MOST_STREAMS + 1, False)):
        socket = Socket(world.client("officer"))
        answer = socket.open(f"room:{world.room}", *(f"room:{10_000 + i}" for i in range(n - 1)))
        assert answer["ok"] == ok, n


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_the_shortest_password(app: Flask, beyond: int) -> None:
    config: Config = app.extensions["hub.config"]
    typed = "".join(chr(0x4E00 + n) for n in range(config.password_chars + beyond))
    with app.test_request_context():
        if beyond < 0:
            with pytest.raises(ValidationFailed):
                check_new_password(typed, "x@example.jp", config)
        else:
            assert check_new_password(typed, "x@example.jp", config) is None


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_so_many_different_signs_in_a_password(app: Flask, beyond: int) -> None:
    signs = "abcdefghij0123456789"[: PASSWORD_LEAST_DIFFERENT + beyond]
    with app.test_request_context():
        if beyond < 0:
            with pytest.raises(ValidationFailed):
                check_new_password(signs * 12, "x@example.jp", app.extensions["hub.config"])
        else:
            assert check_new_password(signs * 12, "x@example.jp", app.extensions["hub.config"]) is None


@pytest.mark.parametrize(("name", "taken"), [("posts", "post"), ("rooms", "room"), ("searches", "search")])
def test_so_many_at_once_and_then_one_in_so_many_seconds(name: str, taken: str) -> None:
    config = Config(posts_at_once=3, seconds_per_post=2, room_posts_at_once=3, room_seconds_per_post=2)
    limits = Limits(Config(**{**config.__dict__, "searches_at_once": 3, "seconds_per_search": 2}))
    bucket = getattr(limits, name)
    for _n in range(3):
        bucket.take(1, now=0)
    with pytest.raises(RateLimited) as refusal:
        bucket.take(1, now=0)
    assert refusal.value.retry_after_s == 2
    with pytest.raises(RateLimited):
        bucket.take(1, now=1.99)
    bucket.take(1, now=2)
    with pytest.raises(RateLimited):
        bucket.take(1, now=2)
    bucket.take(2, now=0)  # somebody else
    for _n in range(3):
        getattr(limits, taken)(7)
    with pytest.raises(HubError):
        getattr(limits, taken)(7)


@pytest.mark.parametrize(("setting", "lasts"), [("idle", timedelta(minutes=60)), ("absolute", timedelta(hours=12))])
def test_a_sign_in_ends_to_the_second(app: Flask, world: World, setting: str, lasts: timedelta) -> None:
    config: Config = app.extensions["hub.config"]
    assert getattr(config, setting) == lasts
    start, idle = utc_now(), config.idle if setting == "idle" else timedelta(days=9)
    clock.set_source(lambda: start)
    with world.store.transaction() as session:
        token = begin_sign_in(session, world.officer, config, "test")
    for beyond_s, there in ((-1, True), (0, False), (1, False)):
        clock.set_source(lambda beyond_s=beyond_s: start + lasts + timedelta(seconds=beyond_s))
        with world.store.read() as session:
            assert (actor_of_token(session, token, idle) is not None) == there, beyond_s


def test_old_rows_of_the_throttle_go_and_young_ones_stay(app: Flask) -> None:
    store: Database = app.extensions["hub.db"]
    start = utc_now()
    for name, age in (("gone", KEPT + timedelta(seconds=1)), ("there", KEPT), ("young", KEPT - timedelta(seconds=1))):
        clock.set_source(lambda age=age: start - age)
        with store.transaction() as session:
            charge(session, buckets(Visitor(f"{name}@example.jp", f"198.51.100.{len(name)}")))
    clock.set_source(lambda: start)
    before = keys(store)
    attempt = buckets(Visitor("officer@example.jp", "203.0.113.9"))
    for step in (charge, forgive):
        with store.transaction() as session:
            step(session, attempt)
    gone = {bucket.key for bucket in buckets(Visitor("gone@example.jp", "198.51.100.4"))}
    assert gone <= before
    assert keys(store) == (before - gone) | {bucket.key for bucket in attempt}


def keys(store: Database) -> set[str]:
    with store.read() as session:
        return set(session.scalars(sa.select(FailureBucket.key)))


@pytest.mark.parametrize(
    ("device", "browser", "crowded", "capacity", "wait_s"),
    [
        ("a", "a", False, 10, 120),
        (None, "a", False, 10, 120),
        (None, "", False, 30, 60),
        (None, "a", True, 3, 900),
        ("a", "", True, 10, 120),
    ],
)
def test_so_many_guesses_at_once(
    app: Flask, device: str | None, browser: str, crowded: bool, capacity: int, wait_s: int
) -> None:
    store: Database = app.extensions["hub.db"]
    start = utc_now()
    clock.set_source(lambda: start)
    visitor = Visitor("officer@example.jp", "198.51.100.4", device, browser)

    def guess() -> None:
        with store.transaction() as session:
            charge(session, buckets(visitor, crowded=crowded))

    for _n in range(capacity):
        guess()
    with pytest.raises(RateLimited) as refusal:
        guess()
    assert refusal.value.retry_after_s == wait_s
    clock.set_source(lambda: start + timedelta(seconds=wait_s - 1))
    with pytest.raises(RateLimited):
        guess()
    clock.set_source(lambda: start + timedelta(seconds=wait_s))
    guess()
