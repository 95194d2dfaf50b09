"""墨消し of title and summary: what they said is nowhere afterwards; who, when and why stays and is seen."""

import json
import re

import pytest
import sqlalchemy as sa

from hub.errors import Conflict, Forbidden, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.records.models import AuditEntry
from hub.sharing.commands import OnSharing, Prepare
from hub.sharing.models import Sharing
from hub.sharing.services.consenting import ask_consent
from hub.sharing.services.preparing import prepare
from hub.threads.commands import ChangeHead, EditMessage, LockThread, MoveThread, RedactThread
from hub.threads.models import Thread
from hub.threads.presenters import present_thread
from hub.threads.services.editing import edit_message
from hub.threads.services.moving import move_thread
from hub.threads.services.redacting import redact_thread
from hub.threads.services.steering import change_head, lock_thread
from tests.factories import Posted, World, places_of

SECRET = "himitsu3141592"  # letters that JSON does not escape
PARTS = ["title", "summary"]


def places(world: World) -> set[str]:
    with world.store.read() as session:
        return places_of(session, SECRET)


def spread(world: World, room: int | None = None) -> Posted:
    """A thread whose title and summary have been everywhere where they can go."""
    asked = world.thread(room or world.room, "consultation", body="困りごと", title=f"{SECRET} 一")
    world.write(prepare, "officer", Prepare(asked.thread_id, "edition", False))
    world.write(change_head, "supporter", ChangeHead(asked.thread_id, f"{SECRET} 二"))
    world.write(change_head, "officer", ChangeHead(asked.thread_id, body=f"{SECRET} 三", summary_version=0))
    world.write(change_head, "supporter", ChangeHead(asked.thread_id, body=f"{SECRET} 四", summary_version=1))
    return asked


def redact(world: World, asked: Posted, part: str, who: str = "manager", reason: str = "個人情報") -> None:
    world.write(redact_thread, who, RedactThread(asked.thread_id, part, reason))


def shown(world: World, asked: Posted) -> dict:
    with world.store.read() as session:
        return dict(present_thread(session, session.get_one(Thread, asked.thread_id)))


@pytest.mark.parametrize("who", ["officer", "supporter", "lead"])
@pytest.mark.parametrize("part", PARTS)
def test_who_does_not_run_the_body_may_not(world: World, who: str, part: str) -> None:
    asked = world.thread(world.room, "consultation", title="題名")
    world.write(change_head, "officer", ChangeHead(asked.thread_id, body="まとめ", summary_version=0))
    with pytest.raises(Forbidden):
        redact(world, asked, part, who)
    assert (shown(world, asked)["title"], shown(world, asked)["summary"]["body"]) == ("題名", "まとめ")


@pytest.mark.parametrize("who", ["foreign_officer", "admin", "bureau", "guest"])
@pytest.mark.parametrize("part", PARTS)
def test_who_may_not_read_finds_nothing(world: World, who: str, part: str) -> None:
    with pytest.raises(NotFound):
        redact(world, spread(world), part, who)


def test_the_prefecture_redacts_what_it_opened_or_wrote_and_not_the_towns_title(world: World) -> None:
    asked = spread(world)
    with pytest.raises(Forbidden):
        redact(world, asked, "title", "lead")
    redact(world, asked, "summary", "lead")  # a supporter wrote in it
    assert (shown(world, asked)["title"], shown(world, asked)["summary"]) == (f"{SECRET} 二", None)
    notice = world.thread(world.commons, "notice", by="supporter", title="お知らせ")
    with pytest.raises(Forbidden):
        redact(world, notice, "title", "manager")
    assert shown(world, notice)["title"] == "お知らせ"
    redact(world, notice, "title", "lead")
    assert shown(world, notice)["title"] == ""


@pytest.mark.parametrize("who", ["manager", "lead"])
def test_both_redact_what_the_prefecture_opened_for_the_town(world: World, who: str) -> None:
    asked = world.thread(world.room, "consultation", by="supporter", title="電話で受けた相談")
    redact(world, asked, "title", who)
    assert shown(world, asked)["title"] == ""


def test_an_admin_redacts_what_was_opened_to_them(world: World) -> None:
    asked = spread(world)
    world.admit("admin", world.room)
    for part in PARTS:
        redact(world, asked, part, "admin")
    assert places(world) == set()


@pytest.mark.parametrize("reason", ["", "  ", "あ" * 201])
def test_a_reason_is_demanded(world: World, reason: str) -> None:
    asked = spread(world)
    with pytest.raises(ValidationFailed) as refusal:
        redact(world, asked, "title", reason=reason)
    assert set(refusal.value.fields) == {"reason"}
    assert "threads.title" in places(world)


def test_they_were_in_all_these_places(world: World) -> None:
    spread(world)
    known = {"threads.title", "summary_revisions.body", "summary_revisions.body_html", "feed_events.data"}
    assert known | {"sharings.title"} <= places(world)


@pytest.mark.parametrize("moved", [False, True])
def test_they_are_nowhere_afterwards(world: World, moved: bool) -> None:
    asked = spread(world)
    if moved:
        world.write(move_thread, "lead", MoveThread(asked.thread_id, world.commons))
        with world.store.read() as session:
            snapshot = sa.select(FeedEvent.data).where(FeedEvent.type == "thread:arrived")
            assert SECRET in json.dumps(session.scalars(snapshot).one())
    for part in PARTS:
        redact(world, asked, part)
    assert places(world) == set()


@pytest.mark.parametrize("part", PARTS)
def test_one_goes_without_the_other(world: World, part: str) -> None:
    asked = spread(world)
    redact(world, asked, part)
    data = shown(world, asked)
    assert (bool(data["title"]), data["summary"] is not None) == (part != "title", part != "summary")
    assert any(place in places(world) for place in ("threads.title", "summary_revisions.body"))


def test_everybody_hears_of_it_and_the_seqs_have_no_gap(world: World) -> None:
    asked = spread(world)
    before = shown(world, asked)["version"]
    redact(world, asked, "title")
    with world.store.read() as session:
        query = sa.select(FeedEvent).where(FeedEvent.stream == f"room:{world.room}").order_by(FeedEvent.seq)
        events = session.scalars(query).all()
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    newest = events[-1]
    assert (newest.type, newest.data["version"]) == ("thread:changed", before + 1)
    assert (newest.data["title"], newest.data["untitled"]) == ("", "removed")
    assert [(r["part"], r["by"], r["reason"]) for r in newest.data["redactions"]] == [
        ("title", "吉岡 二葉", "個人情報")
    ]


@pytest.mark.parametrize("part", PARTS)
def test_the_record_says_who_and_the_page_says_who_and_why(world: World, part: str) -> None:
    asked = spread(world)
    redact(world, asked, part, reason="氏名があった")
    with world.store.read() as session:
        recorded = session.scalars(sa.select(AuditEntry).where(AuditEntry.action.like("thread.%_redacted"))).one()
    assert (recorded.action, recorded.actor_id) == (f"thread.{part}_redacted", world.manager)
    assert recorded.organisation_id == world.town
    officer = world.client("officer")
    for page in (
        f"/threads/{asked.thread_id}",
        f"/threads/{asked.thread_id}/print",
        f"/threads/{asked.thread_id}/head",
    ):
        text = officer.text_of(page)
        assert {"title": "題名の墨消し： 吉岡 二葉", "summary": "まとめの墨消し： 吉岡 二葉"}[part] in text, page
        assert "氏名があった" in text


def test_what_is_not_there_is_not_redacted_twice(world: World) -> None:
    asked = spread(world)
    for part in PARTS:
        redact(world, asked, part)
        with pytest.raises(NotFound):
            redact(world, asked, part)


def test_a_locked_thread_can_be_redacted(world: World) -> None:
    asked = spread(world)
    world.write(lock_thread, "lead", LockThread(asked.thread_id, True))
    assert shown(world, asked)["locked"]
    for part in PARTS:
        redact(world, asked, part)
    assert (shown(world, asked)["title"], shown(world, asked)["summary"]) == ("", None)
    assert places(world) == set()


def test_the_first_line_of_the_body_does_not_come_back_as_a_title(world: World) -> None:
    asked = world.thread(world.room, body="はじめの行")
    redact(world, asked, "title")
    world.write(edit_message, "officer", EditMessage(asked.message_id, "直した行", 1))
    assert "直した行" in world.client("officer").text_of(f"/threads/{asked.thread_id}")
    assert shown(world, asked)["title"] == ""


def test_a_new_title_and_summary_can_be_given(world: World) -> None:
    asked = spread(world)
    for part in PARTS:
        redact(world, asked, part)
    world.write(
        change_head,
        "officer",
        ChangeHead(asked.thread_id, "あたりさわりのない題名", shown(world, asked)["version"]),
    )
    with pytest.raises(Conflict):  # of somebody who had read the version that was taken away
        world.write(change_head, "officer", ChangeHead(asked.thread_id, body="まとめ", summary_version=2))
    world.write(change_head, "officer", ChangeHead(asked.thread_id, body="新しいまとめ", summary_version=3))
    data = shown(world, asked)
    assert (data["title"], data["untitled"], data["summary"]["body"]) == (
        "あたりさわりのない題名",
        None,
        "新しいまとめ",
    )
    assert [r["part"] for r in data["redactions"]] == PARTS


def test_an_edition_does_not_go_out_without_a_title(world: World) -> None:
    asked = spread(world)
    redact(world, asked, "title")
    with world.store.read() as session:
        sharing = session.scalars(sa.select(Sharing)).one()
    with pytest.raises(ValidationFailed) as refusal:
        world.write(ask_consent, "officer", OnSharing(sharing.id, sharing.version))
    assert set(refusal.value.fields) == {"title"}


def test_without_javascript_the_page_leads_there_and_says_what_is_wrong(world: World) -> None:
    asked = spread(world)
    manager, address = world.client("manager"), f"/threads/{asked.thread_id}/redact"
    assert f'href="{address}"' in manager.get(f"/threads/{asked.thread_id}").text
    assert f'href="{address}"' not in world.client("officer").get(f"/threads/{asked.thread_id}").text
    assert manager.text_of(address).count(SECRET) == 4  # in the path and as the title, and both summaries
    refused = manager.post_form(address, part="summary", reason="")
    assert refused.status_code == 422
    assert re.search(r'value="summary"[^>]* checked', refused.text)
    assert manager.post_form(address, part="summary", reason="個人情報").location == f"/threads/{asked.thread_id}"
    assert manager.post_form(address, part="title", reason="個人情報").status_code == 303
    assert places(world) == set()
    assert manager.get(address).status_code == 404
    assert "（削除された題名）" in manager.text_of(f"/threads/{asked.thread_id}")
    manager.post_form("/language", language="en")
    text = manager.text_of(f"/threads/{asked.thread_id}")
    assert "(the title was removed)" in text
    assert "（削除された題名）" not in text
