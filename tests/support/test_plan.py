"""The plan of a municipality: who holds what until when, changed with words."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.errors import Conflict, NotFound, ValidationFailed
from hub.people.models import Staff
from hub.records.models import AuditEntry
from hub.support.commands import AddPlanItem, ChangePlanItem
from hub.support.models import PlanChange, PlanItem
from hub.support.services.planning import add_plan_item, change_plan_item
from tests.factories import World
from tests.permission_things import seat_in_dx


@pytest.fixture(autouse=True)
def in_autumn():
    clock.set_source(lambda: clock.start_of_japan_day(date(2037, 11, 2)) + timedelta(hours=10))
    yield
    clock.set_source(None)


def add(world: World, title: str = "窓口の予約", who: str = "supporter", **more: object) -> int:
    fields = {"due_on": date(2037, 12, 1), "holder": f"staff:{world.officer}", "side": "municipality"} | more
    command = AddPlanItem(title=title, organisation_id=world.town, client_id=world.new_id(), **fields)
    return int(world.write(add_plan_item, who, command).data["item_id"])


def change(world: World, item: int, who: str = "officer", **more: object) -> None:
    with world.store.read() as session:
        now = session.get_one(PlanItem, item)
        holder = f"duty:{now.duty_id}" if now.duty_id else f"staff:{now.holder_id}"
    kept = {name: getattr(now, name) for name in ("title", "due_on", "side", "outside", "state", "number")}
    world.write(change_plan_item, who, ChangePlanItem(**kept | {"holder": holder, "item_id": item} | more))


def page(world: World, who: str, item: int = 0) -> str:
    return world.client(who).text_of(f"/support/plan/{item}" if item else f"/support/{world.town}")


def test_nobody_else_reads_or_changes_it(world: World) -> None:
    item = add(world)
    for who in ("foreign_officer", "admin", "bureau", "guest"):
        world.admit(who, world.room)
        for address in (f"/support/plan/{item}", f"/support/{world.town}/plan/new"):
            answer = world.client(who).get(address)
            assert answer.status_code in (403, 404), (who, address)
            assert "窓口の予約" not in answer.text
        with pytest.raises(NotFound):
            change(world, item, who, state="done", reason="勝手に")
        with pytest.raises(NotFound):
            add(world, who=who)
    with world.store.read() as session:
        assert session.get_one(PlanItem, item).number == 1


def test_every_change_needs_words_and_stands_in_the_history(world: World) -> None:
    item = add(world)
    with pytest.raises(ValidationFailed) as refused:
        change(world, item, state="late")
    assert "reason" in refused.value.fields
    with pytest.raises(ValidationFailed):
        change(world, item, reason="何も変わらない")
    change(world, item, state="late", due_on=date(2038, 1, 15), reason="契約が遅れた")
    change(world, item, "lead", state="done", reason="公開した")
    text = page(world, "officer", item)
    for words in ("遅れ", "理由：契約が遅れた", "完了", "理由：公開した", "2037年12月1日(火)", "2038年1月15日(金)"):
        assert words in text
    for who in ("群馬県・県 四季", "吉岡町・吉岡 一郎", "群馬県・県 五月"):
        assert who in text
    with world.store.read() as session:
        rows = session.scalars(sa.select(PlanChange).order_by(PlanChange.number)).all()
        assert [(r.number, r.state) for r in rows] == [(1, "on_track"), (2, "late"), (3, "done")]
        actions = session.scalars(sa.select(AuditEntry.action).where(AuditEntry.organisation_id == world.town)).all()
    assert actions.count("karte.plan") == 3


def test_who_was_slower_is_told(world: World) -> None:
    item = add(world)
    change(world, item, state="late", reason="遅れた")
    with pytest.raises(Conflict):
        change(world, item, "supporter", number=1, state="ahead", reason="古い画面")


def test_overdue_comes_first_and_what_is_over_last(world: World) -> None:
    over = add(world, "終わったこと", due_on=date(2037, 5, 1))
    change(world, over, state="done", reason="終わった")
    add(world, "先のこと", due_on=date(2038, 2, 1))
    add(world, "過ぎたこと", due_on=date(2037, 11, 1))
    add(world, "今日のこと", due_on=date(2037, 11, 2))
    text = page(world, "officer")
    titles = ("過ぎたこと", "今日のこと", "先のこと", "終わったこと")
    assert sorted(titles, key=text.index) == list(titles)
    assert world.client("officer").get(f"/support/{world.town}").text.count(">期限超過</span>") == 1


def test_what_was_over_in_an_earlier_year_is_shown_when_asked_for(world: World) -> None:
    before = add(world, "前の年のこと", due_on=date(2036, 5, 1))
    still = add(world, "前の年から続くこと", due_on=date(2036, 6, 1))
    change(world, before, state="dropped", reason="やめた")
    text = page(world, "officer")
    assert "前の年から続くこと" in text
    assert "前の年のこと" not in text
    assert "前の年のこと" in world.client("officer").text_of(f"/support/{world.town}?all=1")
    with world.store.read() as session:
        assert session.get_one(PlanItem, still).fiscal_year == 2036


def test_a_duty_or_a_person_of_the_two_sides_holds_it(world: World) -> None:
    duty = seat_in_dx(world, "lead", accompanies=world.town)
    item = add(world, holder=f"duty:{duty}")
    assert "県 五月" in page(world, "officer")
    elsewhere = seat_in_dx(world, "lead", accompanies=world.foreign_town)
    for wrong in (
        f"staff:{world.foreign_officer}",
        f"duty:{elsewhere}",
        "staff:999999",
        "duty:x",
        "",
        f"staff:{world.guest}",
    ):
        with pytest.raises(ValidationFailed):
            add(world, holder=wrong)
        with pytest.raises(ValidationFailed):
            change(world, item, holder=wrong, reason="別の人")


def test_who_has_left_holds_it_until_it_is_given_to_somebody_else(world: World) -> None:
    item = add(world)
    with world.store.transaction() as session:
        session.get_one(Staff, world.officer).disabled_at = clock.utc_now()
    change(world, item, "supporter", state="late", reason="異動")
    assert "吉岡 一郎" in page(world, "supporter", item)
    change(world, item, "supporter", holder=f"staff:{world.manager}", reason="引継ぎ")
    with pytest.raises(ValidationFailed):
        change(world, item, "supporter", holder=f"staff:{world.officer}", reason="戻す")


def test_somebody_outside_has_a_name(world: World) -> None:
    with pytest.raises(ValidationFailed) as refused:
        add(world, side="outside")
    assert "outside" in refused.value.fields
    item = add(world, side="outside", outside="架空システム社")
    assert "次の対応：架空システム社" in page(world, "officer")
    change(world, item, side="prefecture", reason="返答が来た")
    assert "次の対応：県DX担当" in page(world, "officer")
