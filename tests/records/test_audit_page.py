"""The audit record as people read it: their own body's, in words, by date."""

from datetime import timedelta

import pytest

from hub import clock
from hub.clock import japan_today, utc_now
from hub.records.models import AuditEntry
from tests.factories import PASSWORD, places_of


@pytest.fixture
def write(db, world):
    def add(action: str, subject: str, organisation_id: int | None, days_ago: int = 0, reason: str = "") -> None:
        now = utc_now() - timedelta(days=days_ago)
        clock.set_source(lambda: now)
        with db.transaction() as session:
            entry = AuditEntry(at=now, action=action, subject=subject, organisation_id=organisation_id)
            entry.actor_id, entry.detail = world.actor("admin").staff_id, {"reason": reason} if reason else {}
            session.add(entry)
        clock.set_source(None)

    return add


@pytest.mark.parametrize("who", ["officer", "foreign_officer", "supporter", "bureau", "guest", "shared"])
def test_nobody_else_reads_the_record(client_of, who):
    assert client_of(who).get("/admin/audit").status_code == 403


def test_managers_and_leads_read_their_own_bodys_and_administrators_all(client_of, world, write):
    bodies = {"吉岡": world.town, "榛東": world.foreign_town, "県の": world.prefecture, "設置": None}
    for name, body in bodies.items():
        write("message.redacted", "message:1", body, reason=f"{name}こと")
    seen = {who: client_of(who).text_of("/admin/audit") for who in ("manager", "lead", "admin")}
    assert {who: [n for n in bodies if f"{n}こと" in text] for who, text in seen.items()} == {
        "manager": ["吉岡"],
        "lead": ["県の"],
        "admin": list(bodies),
    }


def test_entries_are_words_and_names(client_of, world):
    """What people did, not what a test wrote into the record."""
    said = world.thread(world.room)
    done = (
        ("manager", f"/admin/people/{world.officer}/access", {"on": "0"}),
        ("admin", f"/rooms/{world.room}/read-with-reason", {"reason": "調査"}),
        ("manager", f"/messages/{said.message_id}/redact", {"reason": "個人情報"}),
        ("lead", f"/threads/{said.thread_id}/lock", {"on": "1"}),
    )
    for who, address, fields in done:
        assert client_of(who).post_form(address, **fields).status_code == 303, address
    page = client_of("manager").text_of("/admin/audit")
    for words in (
        "吉岡 二葉 アカウントの停止 職員 吉岡 一郎 吉岡町",
        "県 六花 理由を記録した閲覧（1時間）：調査 ルーム 吉岡町",
        "吉岡 二葉 墨消し",
        "県 五月 書き込みの停止",
    ):
        assert words in page, words


def test_no_title_of_a_thread_is_told(client_of, world):
    thread = world.thread(world.room, title="秘密の題名")
    client_of("lead").post_form(f"/threads/{thread.thread_id}/lock", on="1")
    page = client_of("admin").get("/admin/audit").text
    assert "書き込みの停止" in page
    assert "秘密の題名" not in page


def test_the_days_are_days_in_japan_and_both_count(client_of, world, write):
    for days_ago in (0, 5, 10):
        write("message.redacted", "message:1", world.town, days_ago, reason=f"{days_ago}日前のこと")
    day = (japan_today() - timedelta(days=5)).isoformat()
    page = client_of("manager").text_of(f"/admin/audit?from={day}&until={day}")
    assert [n for n in (0, 5, 10) if f"：{n}日前のこと" in page] == [5]
    empty = client_of("manager").text_of("/admin/audit?until=2001-01-01")
    assert "この期間の記録はありません" in empty


@pytest.mark.parametrize("typed", ["9999-12-31", "0001-01-01", "2026-02-30", "昨日"])
def test_what_is_no_day_is_said(client_of, typed):
    answer = client_of("manager").get(f"/admin/audit?until={typed}")
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    assert "2026-04-01 の形" in answer.text


def test_older_pages_keep_the_days(client_of, world, write):
    for number in range(51):
        write("message.redacted", "message:1", world.town, reason=f"<{number:02}>")
    day = japan_today().isoformat()
    page = client_of("manager").get(f"/admin/audit?from={day}").text
    assert "&lt;50&gt;" in page
    assert "&lt;00&gt;" not in page
    older = page.partition('href="/admin/audit?before=')[2].partition('"')[0].replace("&amp;", "&")
    assert f"from={day}" in older
    assert "&lt;00&gt;" in client_of("manager").get(f"/admin/audit?before={older}").text


def test_every_town_of_a_circle_learns_who_read_it(client_of, world):
    client_of("admin").post_form(f"/rooms/{world.commons}/read-with-reason", reason="障害の調査")
    assert "障害の調査" in client_of("manager").text_of("/admin/audit")


def test_sign_ins_are_shown_when_asked_for(client_of, world):
    for password in ("not this one 99", PASSWORD):
        client_of(None).post_form("/login", email="officer@example.jp", password=password)
    shown = {path: client_of("manager").text_of(path) for path in ("/admin/audit", "/admin/audit?sign_ins=1")}
    words = ("ログインできなかった試み", "吉岡 一郎 ログイン")
    assert [tuple(word in text for word in words) for text in shown.values()] == [(True, False), (True, True)]


def test_an_attempt_with_an_unknown_address_keeps_nothing_that_was_typed(client_of, world):
    client_of(None).post_form("/login", email="geheim@example.jp", password="noch geheimer 77")
    with world.store.read() as session:
        assert places_of(session, "geheim") == set()
