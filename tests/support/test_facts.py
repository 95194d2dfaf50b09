"""What is said of a municipality: who may say and read it, and that nothing is altered without words."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.access_changes import raise_access_version
from hub.clock import japan_today
from hub.errors import Conflict, NotFound, ValidationFailed
from hub.people.models import Organisation, Posting, Staff
from hub.records.models import AuditEntry
from hub.support.commands import RecordFact
from hub.support.models import Fact
from hub.support.services.facts import record_fact
from tests.factories import World

DAY = date(2037, 4, 1)


@pytest.fixture(autouse=True)
def in_autumn():
    clock.set_source(lambda: clock.start_of_japan_day(date(2037, 11, 2)) + timedelta(hours=10))
    yield
    clock.set_source(None)


def say(world: World, who: str = "officer", value: str = "架空基幹", **more: object) -> int:
    fields = {"name": "core_system", "source": "契約書", "as_of": DAY} | more
    command = RecordFact(world.town, world.new_id(), value=value, **fields)
    return int(world.write(record_fact, who, command).data["number"])


def page(world: World, who: str, more: str = "") -> str:
    return world.client(who).text_of(f"/support/{world.town}{more}")


def facts(world: World) -> list[Fact]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Fact).order_by(Fact.id)))


@pytest.mark.parametrize("who", ["foreign_officer", "admin", "bureau", "guest"])
def test_nobody_else_reads_or_corrects_it(world: World, who: str) -> None:
    say(world)
    for let_in in (False, True):  # reading the room by name opens no karte
        if let_in:
            world.admit(who, world.room)
        for more in ("", "/facts/core_system"):
            answer = world.client(who).get(f"/support/{world.town}{more}")
            assert answer.status_code in (403, 404), more
            assert "架空基幹" not in answer.text
        with pytest.raises(NotFound):
            say(world, who, "ほか", number=1, reason="違う")
    assert len(facts(world)) == 1
    assert world.client("foreign_officer").get("/support").headers["Location"] == f"/support/{world.foreign_town}"


def test_who_has_left_the_town_or_was_stopped_reads_no_more(world: World) -> None:
    say(world)
    browser, manager = world.client("officer"), world.client("manager")
    assert browser.get(f"/support/{world.town}").status_code == 200
    person = world.officer
    with world.store.transaction() as session:
        posting = session.scalars(sa.select(Posting).where(Posting.staff_id == person)).one()
        posting.until_at = clock.utc_now()
        session.get_one(Staff, world.manager).disabled_at = clock.utc_now()
        raise_access_version(session)
    for gone in (browser, manager):
        answer = gone.get(f"/support/{world.town}", headers={"Accept": "application/json"})
        assert answer.status_code in (401, 403, 404)
        assert "架空基幹" not in answer.text


def test_there_is_none_of_the_prefecture_and_of_bodies_outside(world: World) -> None:
    with world.store.read() as session:
        outside = session.scalars(sa.select(Organisation.id).where(Organisation.kind == "その他")).one()
    for body in (world.prefecture, outside, 999_999):
        assert world.client("supporter").get(f"/support/{body}").status_code == 404
        with pytest.raises(NotFound):
            world.write(record_fact, "supporter", RecordFact(body, world.new_id(), "vendors", value="架空社"))


def test_a_fact_is_shown_with_its_day_source_and_who_said_it(world: World) -> None:
    say(world)
    for who in ("officer", "manager", "shared", "supporter", "lead"):
        text = page(world, who)
        for words in ("架空基幹", "2037年4月1日(水)時点", "出典：契約書", "記録：吉岡町・吉岡 一郎"):
            assert words in text, (who, words)


def test_a_correction_needs_words_and_both_stand_in_the_history(world: World) -> None:
    say(world)
    with pytest.raises(ValidationFailed) as refused:
        say(world, "supporter", "別の基幹", number=1)
    assert "reason" in refused.value.fields
    with pytest.raises(ValidationFailed):
        say(world, "supporter", number=1, reason="同じ")  # nothing is other than it was
    say(world, "supporter", "別の基幹", number=1, reason="契約が変わった")
    history = page(world, "officer", "/facts/core_system")
    for words in ("架空基幹", "別の基幹", "理由：契約が変わった", "群馬県・県 四季", "吉岡町・吉岡 一郎"):
        assert words in history
    assert "架空基幹" not in page(world, "officer")
    assert "（訂正）" in page(world, "officer")
    assert [(f.number, f.newest) for f in facts(world)] == [(1, False), (2, True)]


def test_who_was_slower_is_told(world: World) -> None:
    say(world)
    say(world, "supporter", "別の基幹", number=1, reason="契約が変わった")
    for number in (0, 1, 3):
        with pytest.raises(Conflict):
            say(world, "manager", "古い画面", number=number, reason="古い")
    assert len(facts(world)) == 2


def test_what_no_longer_holds_is_said_so(world: World) -> None:
    with pytest.raises(ValidationFailed):
        say(world, value="")
    say(world)
    say(world, value="", number=1, reason="廃止した")
    assert "記載なし" in page(world, "supporter")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "network", "value": "gamma"}, "value"),
        ({"name": "dx_people", "value": "-1"}, "value"),
        ({"name": "dx_people", "value": "2.4"}, "value"),
        ({"name": "population", "value": "100000001"}, "value"),
        ({"source": " "}, "source"),
        ({"as_of": None}, "as_of"),
        ({"as_of": date(2037, 11, 3)}, "as_of"),
        ({"value": "長" * 201}, "value"),
    ],
)
def test_what_cannot_be_taken(world: World, fields: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        say(world, **fields)
    assert set(refused.value.fields) == {field}
    assert facts(world) == []


def test_things_that_no_karte_holds(world: World) -> None:
    for name, item in (("secret", ""), ("network", "x"), ("standard", ""), ("standard", "x"), ("goals", "26")):
        with pytest.raises(NotFound):
            say(world, name=name, item=item, value="moved")
        assert world.client("supporter").get(f"/support/{world.town}/facts/{name}?item={item}").status_code == 404


def test_people_are_counted_as_they_are_typed(world: World) -> None:
    say(world, name="population", value="２１,８１２人")
    assert facts(world)[0].value == "21812"
    assert "21,812人" in page(world, "officer")
    assert japan_today() == date(2037, 11, 2)


def test_so_many_people_and_no_more(world: World) -> None:
    for number, most in enumerate(("99999999", "100000000")):
        say(world, name="population", value=most, number=number, reason="訂正")
    with pytest.raises(ValidationFailed):
        say(world, name="population", value="100000001", number=2, reason="訂正")


def test_the_progress_of_systems_is_counted(world: World) -> None:
    for system, state in (("residents", "moved"), ("seal", "moved"), ("care", "moving")):
        say(world, name="standard", item=system, value=state)
    text = page(world, "officer")
    assert "移行済み2、移行作業中1、記録なし17" in text


def test_goals_are_of_a_fiscal_year(world: World) -> None:
    say(world, name="goals", item="2036", value="去年の目標", source="", as_of=None)
    say(world, name="goals", item="2037", value="窓口を1つに", source="", as_of=None)
    text = page(world, "officer")
    assert "窓口を1つに" in text
    assert "去年の目標" not in text


def test_it_is_on_record_without_words(world: World) -> None:
    say(world, "supporter")
    with world.store.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "karte.fact")).one()
    assert (entry.subject, entry.organisation_id) == (f"organisation:{world.town}", world.town)
    assert "架空基幹" not in str(entry.detail)
    assert "支援カルテの記録・訂正" in world.client("manager").text_of("/admin/audit")


def test_it_is_reached_from_the_menu_and_from_the_room(world: World) -> None:
    for who in ("officer", "supporter"):
        assert 'href="/support"' in world.client(who).get("/").text
        assert f'href="/support/{world.town}"' in world.client(who).get(f"/rooms/{world.room}").text
    assert world.client("officer").get("/support").headers["Location"] == f"/support/{world.town}"
    listed = world.client("supporter").text_of("/support")
    assert [name in listed for name in ("吉岡町", "榛東村", "群馬県", "外部の助言者")] == [True, True, False, False]
    for who in ("bureau", "guest", "admin"):
        assert 'href="/support"' not in world.client(who).get("/").text
