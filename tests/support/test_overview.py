"""The table of municipalities, and a municipality's own row."""

import re
from datetime import date, timedelta

import pytest

from hub import clock
from hub.people.models import Organisation, Section
from hub.rooms.services import ensure_member
from hub.threads.consultations.passing import PassTurn, pass_turn
from hub.threads.consultations.services import Settle, settle
from tests.factories import World
from tests.permission_things import seat_in_dx
from tests.support.test_contacts import record
from tests.support.test_plan import add
from tests.support.test_timeline import statements

TODAY = date(2037, 11, 2)
ALARM = "連絡なし"


@pytest.fixture(autouse=True)
def in_autumn():
    on(0)
    yield
    clock.set_source(None)


def on(days: int) -> None:
    clock.set_source(lambda: clock.start_of_japan_day(TODAY + timedelta(days=days)) + timedelta(hours=10))


def row_of(world: World, name: str = "吉岡町", who: str = "supporter", query: str = "") -> list[str]:
    """The cells of a municipality's row."""
    text = world.client(who).get(f"/support{query}").text
    found = re.search(rf"<tr>\s*<th scope=\"row\"><a [^>]*>{name}</a></th>(.*?)</tr>", text, re.DOTALL)
    assert found, name
    cells = re.findall("<td[^>]*>(.*?)</td>", found[1], re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in cells]


def test_nothing_yet(world: World) -> None:
    assert row_of(world) == ["0", "なし", "なし", "記録なし", "なし", "なし", "担当者なし"]


def test_open_consultations_with_whom_the_ball_is_and_the_oldest(world: World) -> None:
    on(-20)
    old = world.thread(world.room, "consultation")
    on(-10)
    asked = world.thread(world.room, "consultation")
    outside = world.thread(world.room, "consultation")
    done = world.thread(world.room, "consultation")
    world.thread(world.room, "talk")
    world.thread(world.foreign_room, "consultation", by="foreign_officer")
    on(-5)
    world.message(asked, "はい", by="supporter")
    world.write(pass_turn, "supporter", PassTurn(outside.thread_id, "outside", "確認", outside="架空システム社"))
    world.write(settle, "officer", Settle(done.thread_id, "closed", "solved"))
    on(0)
    cells = row_of(world)
    assert cells[:3] == ["3", "県DX担当 1件・市町村 1件・外部 1件", "2037年10月13日(火)"]
    assert cells[3] == "2037年10月28日(水)"
    assert row_of(world, "榛東村")[0] == "1"
    world.write(settle, "officer", Settle(old.thread_id, "closed", "solved"))
    assert row_of(world)[2] == "2037年10月23日(金)"


def test_last_contact_next_date_and_what_is_overdue(world: World) -> None:
    record(world, held_on=TODAY - timedelta(days=9), next_on=TODAY - timedelta(days=1))
    record(world, held_on=TODAY - timedelta(days=12), next_on=TODAY + timedelta(days=9))
    record(world, held_on=TODAY - timedelta(days=15), next_on=TODAY)
    add(world, "過ぎた", due_on=TODAY - timedelta(days=1))
    add(world, "今日", due_on=TODAY)
    assert row_of(world)[3:6] == ["2037年10月24日(土)", "2037年11月2日(月)", "1件"]


def test_silence_is_told_to_whoever_accompanies_it_alone(world: World) -> None:
    seat_in_dx(world, "supporter", accompanies=world.town)
    on(-27)
    world.thread(world.room, "talk")
    on(0)
    assert ALARM not in row_of(world)[3]
    on(1)  # four weeks
    assert ALARM in row_of(world)[3]
    assert ALARM not in row_of(world, who="lead")[3]
    assert ALARM not in row_of(world, "榛東村")[3]
    for who in ("officer", "manager"):
        assert ALARM not in world.client(who).text_of(f"/support/{world.town}")
    assert ALARM in world.client("supporter").text_of(f"/support/{world.town}")
    record(world, held_on=TODAY)
    assert ALARM not in row_of(world)[3]


def test_how_long_silence_may_last_is_a_setting(world: World) -> None:
    seat_in_dx(world, "supporter", accompanies=world.town)
    on(-14)
    world.thread(world.room, "talk")
    on(0)
    assert ALARM not in row_of(world)[3]
    config = world.app.extensions["hub.config"]
    world.app.extensions["hub.config"] = type(config)(**{**config.__dict__, "silence_weeks": 2})
    try:
        assert ALARM in row_of(world)[3]
    finally:
        world.app.extensions["hub.config"] = config


def test_those_that_one_accompanies_alone(world: World) -> None:
    seat_in_dx(world, "supporter", accompanies=world.town)
    assert row_of(world, query="?mine=1")[6] == "県 四季"
    text = world.client("supporter").text_of("/support?mine=1")
    assert "榛東村" not in text
    assert "県 四季" in world.client("officer").text_of(f"/support/{world.town}")


def test_a_town_sees_its_own_row_and_what_the_figures_mean(world: World) -> None:
    world.thread(world.room, "consultation")
    world.thread(world.foreign_room, "consultation", by="foreign_officer")
    text = world.client("officer").text_of(f"/support/{world.town}")
    for words in ("今の状況", "進行中の相談", "1件", "数え方", "伴走ルームの最後の投稿"):
        assert words in text
    clock.set_source(None)  # who works for two bodies does so for some weeks
    both = world.client("both").text_of("/support")
    assert [name in both for name in ("吉岡町", "榛東村", "群馬県")] == [True, True, False]
    for who in ("admin", "bureau", "guest"):
        assert world.client(who).get("/support").status_code in (403, 404)


def test_more_municipalities_need_no_more_statements(world: World) -> None:
    before = statements(world, "/support")
    with world.store.transaction() as session:
        for n in range(5):
            body = Organisation(name=f"架空村{n}", kana="", kind="村", member=True, mail_domains=[])
            session.add(body)
            session.flush()
            session.add(Section(organisation_id=body.id, name="総務課"))
            ensure_member(session, body)
    for _ in range(3):
        world.thread(world.room, "consultation")
    assert statements(world, "/support") == before
