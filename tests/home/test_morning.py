"""朝の一枚: each open consultation stands in one part, and its row can be dealt with there."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.clock import last_closing, working_days_after
from hub.people.models import Duty, Holding, Staff
from hub.threads.commands import PostMessage
from hub.threads.consultations.passing import PassTurn, pass_turn
from hub.threads.consultations.promising import PromiseAnswer, promise_answer
from hub.threads.services.posting import post_message
from tests.factories import World
from tests.permission_things import seat_in_dx

MONDAY = date(2037, 6, 1)


def at(day: date, hour: int = 9, minute: int = 0) -> None:
    """An hour in Japan."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=9)
    clock.set_source(lambda: moment)


def ask(world: World) -> int:
    return world.thread(world.room, "consultation", "相談").thread_id


def write_in(world: World, who: str, thread_id: int) -> None:
    command = PostMessage(thread_id=str(thread_id), body="続き", client_id=world.new_id())
    world.write(post_message, who, command)


def parts_of(world: World, thread_id: int, who: str = "supporter", address: str = "/") -> list[str]:
    """In which parts of the home it stands."""
    page = world.client(who).get(address).text
    cut = re.split(r'data-section="([a-z-]+)"', page)
    return [name for name, html in zip(cut[1::2], cut[2::2], strict=True) if f'href="/threads/{thread_id}"' in html]


def friday() -> date:
    return MONDAY - timedelta(days=3)


def waits_since_the_morning_of_friday(world: World) -> int:
    at(friday(), 10)
    return ask(world)


def asked_after_hours_on_friday(world: World) -> int:
    at(friday(), 17, 15)
    return ask(world)


def asked_before_friday_closed(world: World) -> int:
    at(friday(), 17, 14)
    return ask(world)


def promised(day: date) -> Callable[[World], int]:
    def made(world: World) -> int:
        thread_id = waits_since_the_morning_of_friday(world)
        world.write(promise_answer, "supporter", PromiseAnswer(thread_id, day))
        return thread_id

    return made


def asked_further(world: World) -> int:
    thread_id = waits_since_the_morning_of_friday(world)
    write_in(world, "supporter", thread_id)
    write_in(world, "officer", thread_id)
    return thread_id


def taken_but_not_answered(world: World) -> int:
    """Another in charge begins a turn; the ball never left."""
    seat_in_dx(world, "supporter", accompanies=world.town)
    thread_id = waits_since_the_morning_of_friday(world)
    assert world.client("supporter").post_form(f"/threads/{thread_id}/charge").status_code == 303
    return thread_id


def answered(world: World) -> int:
    thread_id = waits_since_the_morning_of_friday(world)
    write_in(world, "supporter", thread_id)
    return thread_id


def outside(expected: date | None, asked: date) -> Callable[[World], int]:
    def made(world: World) -> int:
        at(asked, 10)
        thread_id = ask(world)
        passed = PassTurn(thread_id, "outside", "確認を依頼しました", "架空ベンダー", expected)
        world.write(pass_turn, "supporter", passed)
        return thread_id

    return made


def again_outside_and_back(world: World) -> int:
    thread_id = outside(None, friday())(world)
    world.write(pass_turn, "supporter", PassTurn(thread_id, "answering", "返事がありました"))
    return thread_id


MADE: list[tuple[Callable[[World], int], list[str]]] = [
    (waits_since_the_morning_of_friday, ["unanswered"]),
    (asked_before_friday_closed, ["unanswered"]),
    (asked_after_hours_on_friday, ["new"]),
    (promised(friday()), ["broken"]),
    (promised(MONDAY), ["today"]),
    (promised(MONDAY + timedelta(days=1)), ["later"]),
    (asked_further, ["returned"]),
    (again_outside_and_back, ["returned"]),
    (taken_but_not_answered, ["unanswered"]),
    (answered, []),
    (outside(MONDAY, friday()), ["elsewhere"]),
    (outside(friday(), friday()), ["stale"]),
    (outside(None, date(2037, 5, 19)), ["elsewhere"]),
    (outside(None, date(2037, 5, 18)), ["stale"]),
]


@pytest.mark.parametrize("number", range(len(MADE)))
def test_each_stands_in_one_part(world: World, number: int) -> None:
    made, parts = MADE[number]
    thread_id = made(world)
    at(MONDAY)
    assert parts_of(world, thread_id) == parts
    assert parts_of(world, thread_id, "foreign_officer") == []


def test_a_promise_concerns_the_town_wherever_the_ball_is(world: World) -> None:
    thread_id = promised(friday())(world)
    world.write(pass_turn, "supporter", PassTurn(thread_id, "outside", "確認", "架空ベンダー", MONDAY))
    at(MONDAY)
    assert parts_of(world, thread_id) == ["broken"]


def test_what_was_answered_back_needs_nobody_this_morning(world: World) -> None:
    at(friday())
    thread_id = ask(world)
    world.write(pass_turn, "supporter", PassTurn(thread_id, "asking", "教えてください"))
    at(MONDAY)
    assert parts_of(world, thread_id) == []


def test_a_morning_without_anything_is_clear(world: World) -> None:
    page = world.client("supporter").get("/").text
    assert "今朝は以上です" in page
    at(friday())
    ask(world)
    at(MONDAY)
    assert "今朝は以上です" not in world.client("supporter").get("/").text
    assert "自分の担当に、今日のうちに対応する相談はありません。" in world.client("supporter").get("/?mine=1").text
    assert "今朝は以上です" not in world.client("officer").get("/").text


@pytest.mark.parametrize("here", ["/", "/?mine=1"])
def test_a_row_is_dealt_with_where_it_stands(world: World, here: str) -> None:
    seat_in_dx(world, "supporter", accompanies=world.town)
    thread_id = waits_since_the_morning_of_friday(world)
    at(MONDAY)
    supporter = world.client("supporter")
    day = working_days_after(MONDAY, 3)
    assert f'<button class="button button--quiet" name="due_on" value="{day}">' in supporter.get(here).text
    promise = supporter.post_form(f"/threads/{thread_id}/promise", due_on=str(day), back=here)
    assert (promise.status_code, promise.location) == (303, here)
    assert parts_of(world, thread_id, address=here) == ["later"]
    taken = world.client("lead").post_form(f"/threads/{thread_id}/promise", due_on=str(MONDAY), back="//evil.example")
    assert taken.location == f"/threads/{thread_id}", "only to the own home"


def test_what_a_refused_row_says(world: World) -> None:
    """Somebody answered in the meantime."""
    thread_id = waits_since_the_morning_of_friday(world)
    write_in(world, "lead", thread_id)
    refused = world.client("supporter").post_form(f"/threads/{thread_id}/promise", due_on="2037-06-04", back="/")
    assert refused.status_code == 422
    assert "回答待ちの相談だけです" in refused.text


def test_more_than_are_shown_are_said_and_shown_when_asked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.home.morning.MOST", 2)
    at(friday())
    asked = [ask(world) for _ in range(3)]
    at(MONDAY)
    supporter = world.client("supporter")
    page = supporter.get("/").text
    assert [f'href="/threads/{one}"' in page for one in asked] == [True, True, False], "the longest waiting are shown"
    assert "2件以上" in page
    whole = supporter.get("/?all=1").text
    assert all(f'href="/threads/{one}"' in whole for one in asked)


def test_the_last_closing_before_a_monday_and_after_holidays() -> None:
    at(MONDAY)
    assert last_closing() == datetime(2037, 5, 29, 8, 15, tzinfo=UTC)
    at(date(2037, 5, 7))  # after Golden Week
    assert last_closing() == datetime(2037, 5, 1, 8, 15, tzinfo=UTC)
    at(date(2037, 1, 4))  # a Sunday after the year-end closing
    assert last_closing() == datetime(2036, 12, 26, 8, 15, tzinfo=UTC)


def gaps(world: World, who: str = "supporter") -> str:
    page = world.client(who).get("/").text.partition('data-section="gaps"')[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_who_is_away_and_what_nobody_does(world: World) -> None:
    at(MONDAY)
    assert gaps(world) == ""
    deputy = seat_in_dx(world, "lead")
    duty = seat_in_dx(world, "supporter", accompanies=world.town)

    def change(**values: object) -> None:
        with world.store.transaction() as session:
            session.execute(sa.update(Duty).where(Duty.id == duty).values(**values))

    change(absent_from=clock.utc_now(), absent_until=clock.utc_now() + timedelta(days=2), name="中毛の伴走支援")
    assert "中毛の伴走支援 対応者なし 吉岡町・県 四季さんは2037年6月" in gaps(world, "lead")
    change(deputy_duty_id=deputy)
    assert "対応者なし" not in gaps(world)
    assert "代理：県 五月" in gaps(world)
    at(MONDAY + timedelta(days=4))
    assert gaps(world) == "", "back again"
    with world.store.transaction() as session:
        session.execute(sa.delete(Holding).where(Holding.duty_id == duty))
        session.execute(sa.update(Duty).where(Duty.id == duty).values(deputy_duty_id=None))
    assert "対応者なし 吉岡町・担当者なし" in gaps(world)
    for other in ("officer", "manager", "bureau", "guest"):
        assert gaps(world, other) == ""


def test_a_stopped_holder_holds_nothing(world: World) -> None:
    at(MONDAY)
    seat_in_dx(world, "supporter", accompanies=world.town)
    with world.store.transaction() as session:
        stop = sa.update(Staff).where(Staff.id == world.staff_id("supporter"))
        session.execute(stop.values(disabled_at=clock.utc_now()))
    assert "担当者なし" in gaps(world, "lead")
