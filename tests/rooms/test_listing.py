"""Thirty-five rooms as easy to handle as three: what waits, names, and what one person wants of a room."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from hub import clock
from hub.rooms.models import Room
from hub.threads.commands import MarkRead
from hub.threads.listing import Filter, list_thread_rows
from hub.threads.room_listing import MOST_ROOMS, RoomRow, list_rooms
from hub.threads.services.reading import mark_read
from hub.threads.waiting import thread_marks
from tests.factories import World
from tests.search.finding import index


def rows(world: World, who: str, **chosen: str) -> list[RoomRow]:
    with world.store.read() as session:
        return list_rooms(session, world.actor(who), **chosen)


def names(world: World, who: str, **chosen: str) -> list[str]:
    return [row.room.name for row in rows(world, who, **chosen)]


def row(world: World, who: str, room: int) -> RoomRow:
    return next(r for r in rows(world, who) if r.room.id == room)


@pytest.mark.parametrize("who", ["bureau", "guest"])
def test_some_roles_see_no_room_at_all(world: World, who: str) -> None:
    assert names(world, who) == []


def test_nobody_sees_the_room_of_another_town(world: World) -> None:
    assert names(world, "officer") == ["吉岡町", "県内共通"]
    assert names(world, "officer", wanted="榛東") == []


@pytest.mark.parametrize("wanted", ["吉岡", " 吉岡町 ", "ヨシオカ", "よしおか"])
def test_rooms_are_found_by_name_and_kana(world: World, wanted: str) -> None:
    with world.store.transaction() as session:
        session.execute(sa.update(Room).where(Room.id == world.room).values(kana="よしおかまち"))
    assert names(world, "supporter", wanted=wanted) == ["吉岡町"]


def test_unread_and_mentions_are_counted_until_they_are_read(world: World) -> None:
    thread = world.thread(world.room, by="supporter")
    last = world.message(thread, "@吉岡 一郎 見てください", by="supporter")
    counts = row(world, "officer", world.room).counts
    assert (counts.unread, counts.mentions) == (2, 1)
    assert row(world, "supporter", world.room).counts.unread == 0
    assert row(world, "manager", world.room).counts.mentions == 0
    world.write(mark_read, "officer", MarkRead(thread.thread_id, last.position))
    counts = row(world, "officer", world.room).counts
    assert (counts.unread, counts.mentions) == (0, 0)


def test_calls_of_a_section_fade_as_unread_messages_do(world: World) -> None:
    """A thread that was opened once goes on counting; one that never was is forgotten after 90 days."""
    opened = world.thread(world.commons, body="@県DX担当 これはどうしますか", by="officer")
    never = world.thread(world.room, body="@県DX担当 お願いします", by="officer")
    world.write(mark_read, "supporter", MarkRead(opened.thread_id, 1))
    world.message(opened, "@県DX担当 もう一度", by="officer")
    assert [row(world, "supporter", r).counts.mentions for r in (world.commons, world.room)] == [1, 1]
    later = clock.utc_now() + timedelta(days=91)
    clock.set_source(lambda: later)
    assert [row(world, "supporter", r).counts.mentions for r in (world.commons, world.room)] == [1, 0]
    with world.store.read() as session:
        actor = world.actor("supporter")
        marks = thread_marks(session, actor, [opened.thread_id, never.thread_id])
        shown = list_thread_rows(session, actor, world.room, Filter())
    assert [marks[t.thread_id].mentioned for t in (opened, never)] == [True, False]
    assert [r.unread for r in shown] == [0]


def test_a_note_counts_for_nobody(world: World) -> None:
    thread = world.thread(world.room, by="supporter")
    before = row(world, "officer", world.room).counts
    world.note(thread)
    assert row(world, "officer", world.room).counts == before


def test_what_calls_me_comes_before_what_is_unread_before_the_rest(world: World) -> None:
    assert names(world, "supporter")[0] != "榛東村"
    world.thread(world.room)
    world.thread(world.foreign_room, body="@県 四季 お願いします", by="foreign_officer")
    world.thread(world.commons)
    assert names(world, "supporter")[0] == "榛東村"
    assert names(world, "supporter", order="recent")[0] == "県内共通"


def test_a_favourite_stands_first_and_a_muted_room_last_for_that_person_only(world: World) -> None:
    world.thread(world.room)
    world.thread(world.commons, by="supporter")
    officer = world.client("officer")
    assert officer.post_form(f"/rooms/{world.room}/preferences", muted="1").status_code == 303
    assert names(world, "officer") == ["県内共通", "吉岡町"]
    assert not row(world, "manager", world.room).muted
    officer.post_form(f"/rooms/{world.room}/preferences", favourite="1")
    assert names(world, "officer") == ["吉岡町", "県内共通"]
    assert not row(world, "manager", world.room).favourite


def test_more_rooms_do_not_mean_more_queries(world: World) -> None:
    asked: list[str] = []
    event.listen(world.store.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    rows(world, "officer")
    few = len(asked)
    asked.clear()
    rows(world, "supporter")
    assert len(asked) <= few


def test_threads_of_a_room_are_found_by_title_and_text(world: World) -> None:
    one = world.thread(world.room, body="ごみの収集日", title="分別について")
    world.message(one, "粗大ごみの予約サイト")
    world.thread(world.room, body="税の納付")
    world.thread(world.foreign_room, body="粗大ごみのこと", by="foreign_officer")
    officer = world.client("officer")
    index(world)
    for wanted in ("分別", "粗大ごみ", "予約 分別"):
        found = officer.get_json(f"/rooms/{world.room}?q={wanted}").json["threads"]
        assert [t["title"] for t in found] == ["分別について"]
    assert officer.get_json(f"/rooms/{world.room}?q=%25").json["threads"] == []


def test_a_room_that_waits_says_why_and_for_how_long(world: World) -> None:
    asked = world.thread(world.room, "consultation")
    world.thread(world.room, "consultation")
    later(3)
    with world.app.test_request_context():
        assert row(world, "supporter", world.room).waiting_words == "回答待ち 2件・最長3日"
        assert row(world, "officer", world.room).waiting_words == ""
        world.message(asked, by="supporter")
        assert row(world, "supporter", world.room).waiting_words == "回答待ち 1件・最長3日"
        assert row(world, "officer", world.room).waiting_words == "回答あり 1件・今日から"
    assert "回答待ち 1件・最長3日" in world.client("supporter").text_of("/rooms")
    told = {r["room_id"]: r for r in world.client("supporter").get_json("/rooms").json["rooms"]}
    assert told[str(world.room)]["waiting"] == 1
    assert told[str(world.room)]["waiting_words"] == "回答待ち 1件・最長3日"
    assert told[str(world.commons)]["waiting_words"] == ""


def test_the_longest_waiting_room_stands_before_others_and_before_what_is_only_unread(world: World) -> None:
    world.thread(world.foreign_room, "consultation", by="foreign_officer")
    later(2)
    world.thread(world.room, "consultation")
    world.thread(world.commons)
    assert names(world, "supporter")[:3] == ["榛東村", "吉岡町", "県内共通"]


def later(days: int) -> None:
    """From now on it is this many days later. The clock is put back after the test (tests/conftest.py)."""
    moment = clock.utc_now() + timedelta(days=days)
    clock.set_source(lambda: moment)


def many_rooms(world: World, number: int) -> list[int]:
    """Rooms that the DX section reads, 「研究会001」 and on; nothing is said there."""
    with world.store.transaction() as session:
        audience = session.get_one(Room, world.room).audience_id
        rooms = [
            Room(
                kind="circle",
                name=f"研究会{n:03}",
                kana=f"けんきゅうかい{n:03}",
                audience_id=audience,
                created_at=clock.utc_now(),
            )
            for n in range(1, number + 1)
        ]
        session.add_all(rooms)
        session.flush()
        return [room.id for room in rooms]


def listed(page: str) -> list[str]:
    """The rooms of the pane, by id."""
    return re.findall(r'class="room-item[^"]*"\s+data-room-id="(\d+)"', page)


def test_of_very_many_rooms_a_page_holds_the_first_and_the_one_that_is_looked_at(world: World) -> None:
    """Seen to fail with all of them on every page, and without the room that is looked at."""
    rooms = many_rooms(world, MOST_ROOMS + 20)
    browser = world.client("supporter")
    first = listed(browser.get("/rooms?order=name").text)
    assert len(first) == MOST_ROOMS
    last = str(rooms[-1])
    assert last not in first
    page = browser.get(f"/rooms/{last}").text
    assert len(listed(page)) == MOST_ROOMS + 1
    assert last in listed(page)
    assert f"{MOST_ROOMS + 1}ルームまで表示しています" in page
    assert last in listed(browser.get("/rooms?all=1").text)
    assert len(listed(browser.get("/rooms?q=研究会08").text)) == 1
    assert len(browser.get_json("/rooms").json["rooms"]) == len(names(world, "supporter")) > MOST_ROOMS + 1


def test_few_rooms_are_all_there_and_nothing_is_said_of_more(world: World) -> None:
    page = world.client("supporter").get("/rooms").text
    assert len(listed(page)) == len(names(world, "supporter"))
    assert "ルームまで表示しています" not in page


def test_who_looks_for_a_room_is_given_rows_of_the_page_and_only_their_own(world: World) -> None:
    found = world.client("officer").get_json("/rooms?q=町").json
    assert listed(found["html"]) == [str(world.room)]
    assert listed(world.client("officer").get_json("/rooms?q=榛東").json["html"]) == []
    assert "html" not in world.client("officer").get_json("/rooms").json
