"""Who may take how much out of a summary that several bodies wrote."""

import pytest

from hub.errors import Conflict, Forbidden
from hub.threads.commands import ChangeHead, RedactThread
from hub.threads.models import Thread
from hub.threads.presenters import present_thread
from hub.threads.services.redacting import redact_thread
from hub.threads.services.steering import change_head
from tests.factories import Posted, World, places_of

SECRET = "himitsu3141592"


@pytest.fixture
def notice(world: World) -> Posted:
    """Of the prefecture; the town wrote the second and the newest version of its summary."""
    said = world.thread(world.commons, "notice", by="supporter", title="お知らせ")
    for version, (who, body) in enumerate(
        [("supporter", "県のまとめ"), ("officer", f"{SECRET} 一"), ("lead", "県の直し"), ("manager", f"{SECRET} 二")]
    ):
        world.write(change_head, who, ChangeHead(said.thread_id, body=body, summary_version=version))
    return said


def summary(world: World, said: Posted) -> str | None:
    with world.store.read() as session:
        found = present_thread(session, session.get_one(Thread, said.thread_id))["summary"]
    return found and found["body"]


def redact(world: World, said: Posted, who: str) -> None:
    world.write(redact_thread, who, RedactThread(said.thread_id, "summary", "個人情報"))


def test_who_wrote_nothing_in_it_may_not(world: World, notice: Posted) -> None:
    for who in ("foreign_officer", "officer", "supporter"):
        with pytest.raises(Forbidden):
            redact(world, notice, who)
    assert summary(world, notice) == f"{SECRET} 二"


def test_a_town_that_wrote_along_takes_out_its_own_and_the_prefectures_comes_back(world: World, notice: Posted) -> None:
    """Seen to fail: every version of the official summary was gone."""
    redact(world, notice, "manager")
    assert summary(world, notice) == "県の直し"
    with world.store.read() as session:
        assert places_of(session, SECRET) == set()
        assert "summary_revisions.body" in places_of(session, "県のまとめ")
        assert "feed_events.data" in places_of(session, "県の直し")
    with pytest.raises(Forbidden):  # nothing of theirs is left
        redact(world, notice, "manager")
    with pytest.raises(Conflict):
        world.write(change_head, "officer", ChangeHead(notice.thread_id, body=f"{SECRET} 三", summary_version=4))
    world.write(change_head, "officer", ChangeHead(notice.thread_id, body="町の追記", summary_version=5))
    assert summary(world, notice) == "町の追記"


def test_what_came_after_it_stays_shown(world: World, notice: Posted) -> None:
    world.write(change_head, "lead", ChangeHead(notice.thread_id, body="県の新しいまとめ", summary_version=4))
    redact(world, notice, "manager")
    assert summary(world, notice) == "県の新しいまとめ"


@pytest.mark.parametrize("who", ["lead", "admin"])
def test_who_looks_after_the_room_takes_out_all(world: World, notice: Posted, who: str) -> None:
    if who == "admin":
        world.admit("admin", world.commons)
    redact(world, notice, who)
    assert summary(world, notice) is None
    with world.store.read() as session:
        assert "summary_revisions.body" not in places_of(session, "まとめ")


@pytest.mark.parametrize("by", ["officer", "supporter"])
def test_the_manager_of_who_asks_or_opened_takes_out_all(world: World, by: str) -> None:
    asked = world.thread(world.room, "consultation", by=by, title="相談")
    world.write(change_head, "supporter", ChangeHead(asked.thread_id, body="県のまとめ", summary_version=0))
    redact(world, asked, "manager")
    assert summary(world, asked) is None


def test_the_page_shows_what_would_go_and_says_so(world: World, notice: Posted) -> None:
    page = f"/threads/{notice.thread_id}/redact"
    text = world.client("manager").text_of(page)
    assert text.count(SECRET) == 2
    assert "県の直し" not in text
    assert "消えるのは、自団体が書いた版だけです。" in text
    text = world.client("lead").text_of(page)
    assert "県の直し" in text
    assert "消えるのは、自団体が書いた版だけです。" not in text
