"""経過: all of it in one order, by kind, by pages; a town sees its own, and nothing of notes."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from hub import clock
from hub.audiences.models import Audience
from hub.audiences.services import withdraw
from hub.rooms.models import Room
from hub.rooms.services import create_circle
from hub.support import timeline
from hub.support.commands import PostKarteNote
from hub.support.services.noting import post_karte_note
from hub.threads.consultations.services import Settle, settle
from tests.factories import World
from tests.spreading.world import adoption_of, case_of
from tests.support.test_contacts import correct, record
from tests.support.test_facts import say
from tests.support.test_plan import add, change

DAY = date(2037, 10, 5)


@pytest.fixture(autouse=True)
def in_autumn():
    on(28)
    yield
    clock.set_source(None)


def on(days: int) -> None:
    clock.set_source(lambda: clock.start_of_japan_day(DAY + timedelta(days=days)) + timedelta(hours=10))


def live(world: World) -> None:
    """A month of a town, one thing a day."""
    on(0)
    say(world, as_of=DAY)
    on(1)
    item = add(world, "窓口の予約")
    on(2)
    asked = world.thread(world.room, "consultation", title="電子申請の様式", body="様式はありますか")
    on(3)
    world.message(asked, "あります", by="supporter")
    on(4)
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "solved"))
    on(5)
    told = record(world, held_on=DAY + timedelta(days=5))
    on(6)
    change(world, item, state="late", reason="契約が遅れた")
    on(7)
    adoption_of(world, case_of(world, world.prefecture), world.town)
    on(8)
    correct(world, told, held_on=DAY + timedelta(days=5), body="再来年度の予算", reason="年度の間違い")


def page(world: World, who: str = "officer", query: str = "", town: int = 0) -> str:
    return world.client(who).text_of(f"/support/{town or world.town}/timeline{query}")


def kinds(world: World, query: str = "", who: str = "officer") -> list[str]:
    text = world.client(who).get(f"/support/{world.town}/timeline{query}").text
    return re.findall('data-kind="([a-z]+)"', text)


def test_all_of_it_in_one_order(world: World) -> None:
    live(world)
    wanted = ["adoptions", "plan", "contacts", *["consultations"] * 3, "plan", "facts"]
    for who in ("officer", "supporter"):
        assert kinds(world, who=who) == wanted, who
    text = page(world)
    marks = ("契約が遅れた", "再来年度の予算", "相談の終了", "電子申請の様式", "架空基幹")
    assert sorted(marks, key=text.index) == list(marks)
    assert "来年度の予算を決めた。" not in text, "as it was last told"


@pytest.mark.parametrize(
    ("kind", "number"),
    [("facts", 1), ("plan", 2), ("contacts", 1), ("consultations", 3), ("adoptions", 1), ("visits", 0), ("other", 8)],
)
def test_one_kind_alone(world: World, kind: str, number: int) -> None:
    live(world)
    found = kinds(world, f"?kind={kind}")
    assert len(found) == number
    assert kind == "other" or set(found) <= {kind}


def test_pages_of_one_size_hold_each_thing_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    live(world)
    monkeypatch.setattr(timeline, "PAGE", 3)
    browser, address, seen = world.client("officer"), f"/support/{world.town}/timeline", []
    for _ in range(3):
        text = browser.get(address).text
        seen.append(re.findall('<span class="timeline__at">.*?</span>', text))
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = following[1].replace("&amp;", "&") if following else address
    assert [len(rows) for rows in seen] == [3, 3, 2]
    assert len({day for rows in seen for day in rows}) == 8


def test_nobody_else_reads_it(world: World) -> None:
    live(world)
    for who in ("foreign_officer", "admin", "bureau", "guest"):
        world.admit(who, world.room)
        answer = world.client(who).get(f"/support/{world.town}/timeline")
        assert answer.status_code in (403, 404), who
        assert "電子申請" not in answer.text
    assert kinds(world) != []
    assert "まだ記録がありません。" in page(world, "foreign_officer", town=world.foreign_town)


def test_notes_are_no_part_of_it(world: World) -> None:
    live(world)
    before = page(world), page(world, "supporter")
    world.write(post_karte_note, "supporter", PostKarteNote(world.town, "内緒の話", world.new_id()))
    assert (page(world), page(world, "supporter")) == before


def test_a_consultation_in_a_room_that_the_reader_may_not_read_is_not_told_of(world: World) -> None:
    """Asked in a 研究会 in which the town no longer takes part."""
    with world.store.transaction() as session:
        room = create_circle(session, "研究会", "", [world.town]).id
    world.thread(room, "consultation", title="研究会での相談")
    assert "研究会での相談" in page(world)
    with world.store.transaction() as session:
        audience = session.get_one(Audience, session.get_one(Room, room).audience_id)
        withdraw(session, audience, organisations=[world.town])
    assert "研究会での相談" not in page(world)
    assert kinds(world) == []


def statements(world: World, address: str, who: str = "supporter") -> int:
    browser, seen = world.client(who), []
    browser.get(address)

    def count(*_arguments: Any) -> None:
        seen.append(1)

    sa.event.listen(world.store.engine, "before_cursor_execute", count)
    try:
        assert browser.get(address).status_code == 200
    finally:
        sa.event.remove(world.store.engine, "before_cursor_execute", count)
    return len(seen)


def test_more_rows_need_no_more_statements(world: World) -> None:
    live(world)
    address = f"/support/{world.town}/timeline"
    before = statements(world, address)
    for n in range(3):
        say(world, name="standard", item=("seal", "care", "pension")[n], value="moved", as_of=DAY)
        add(world, f"こと{n}")
        record(world, held_on=DAY)
        world.thread(world.room, "consultation", title=f"相談{n}")
    assert statements(world, address) == before
