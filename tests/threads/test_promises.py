"""回答予定: until when an answer is promised, whether that is kept, and where it is seen."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from hub import clock
from hub.clock import working_days_after
from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.threads.consultations.models import Promise
from hub.threads.consultations.promising import PromiseAnswer, promise_answer
from hub.threads.consultations.services import Settle, settle
from tests.factories import Posted, World
from tests.permission_things import seat_in_dx

TODAY, DUE = (
    date(2037, 4, 27),
    date(2037, 4, 30),
)  # a Monday before Golden Week, and a Thursday; later than any day of testing


def at(day: date, hour: int = 1) -> None:
    """An hour in UTC: 1 is 10 o'clock in Japan, 15 the beginning of the next day there."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    clock.set_source(lambda: moment)


@pytest.fixture
def asked(world: World) -> Posted:
    at(TODAY)
    return world.thread(world.room, "consultation")


def promise(world: World, asked: Posted, day: date | None = DUE, who: str = "supporter") -> None:
    world.write(promise_answer, who, PromiseAnswer(asked.thread_id, day))


def ends(world: World) -> list[tuple[date, str | None]]:
    with world.store.read() as session:
        return [(p.due_on, p.ended_as) for p in session.scalars(sa.select(Promise).order_by(Promise.id))]


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_the_town_promises_nothing(world: World, asked: Posted, who: str) -> None:
    with pytest.raises(Forbidden):
        promise(world, asked, who=who)
    assert "data-promise " not in world.client(who).get(f"/threads/{asked.thread_id}").text


@pytest.mark.parametrize("who", ["foreign_officer", "admin", "bureau", "guest"])
def test_who_may_not_read_finds_nothing(world: World, asked: Posted, who: str) -> None:
    with pytest.raises(NotFound):
        promise(world, asked, who=who)


@pytest.mark.parametrize(
    "day",
    [date(2037, 4, 26), date(2037, 4, 29), date(2037, 5, 2), date(2037, 5, 4), date(2037, 12, 31), date(2038, 4, 30)],
    ids=["gone", "a holiday", "a Saturday", "Golden Week", "closed at the end of the year", "in more than a year"],
)
def test_not_on_any_day(world: World, asked: Posted, day: date) -> None:
    with pytest.raises(ValidationFailed) as refused:
        promise(world, asked, day)
    assert list(refused.value.fields) == ["due_on"]
    assert ends(world) == []


@pytest.mark.parametrize(("state", "how"), [("answered", None), ("closed", "solved")])
def test_only_while_an_answer_is_waited_for(world: World, asked: Posted, state: str, how: str | None) -> None:
    world.write(settle, "officer", Settle(asked.thread_id, state, how))
    with pytest.raises(ValidationFailed):
        promise(world, asked)
    page = world.client("supporter").get(f"/threads/{asked.thread_id}").text
    assert "data-promise hidden" in page


def answer(world: World, asked: Posted) -> None:
    world.message(asked, by="supporter")


def close(world: World, asked: Posted) -> None:
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "withdrawn"))


def say_it_is_answered(world: World, asked: Posted) -> None:
    world.write(settle, "supporter", Settle(asked.thread_id, "answered"))


def another_day(world: World, asked: Posted) -> None:
    promise(world, asked, date(2037, 5, 7))


def withdraw(world: World, asked: Posted) -> None:
    promise(world, asked, None)


@pytest.mark.parametrize(
    ("hour", "act", "end"),
    [
        (14, answer, "kept"),  # one minute to midnight in Japan would do
        (15, answer, "late"),
        (14, say_it_is_answered, "kept"),
        (1, close, "closed"),
        (1, another_day, "replaced"),
        (1, withdraw, "withdrawn"),
    ],
)
def test_how_it_ends(world: World, asked: Posted, hour: int, act: Callable[[World, Posted], None], end: str) -> None:
    promise(world, asked)
    at(DUE, hour)
    act(world, asked)
    assert ends(world)[0] == (DUE, end)


def test_a_further_word_of_the_town_leaves_it(world: World, asked: Posted) -> None:
    promise(world, asked)
    world.message(asked, "補足です")
    assert ends(world) == [(DUE, None)]


def test_withdrawing_what_was_not_promised_changes_nothing(world: World, asked: Posted) -> None:
    withdraw(world, asked)
    assert ends(world) == []


def test_the_town_sees_the_day_and_when_it_is_over(world: World, asked: Posted) -> None:
    def shown() -> tuple[bool, bool]:
        page = world.client("officer").get(f"/threads/{asked.thread_id}").text
        assert ("4月30日" in page) == ('data-slot="promise" >' in page)
        return 'data-slot="promise" >' in page, 'data-slot="broken" >' in page

    assert shown() == (False, False)
    promise(world, asked)
    assert shown() == (True, False)
    at(DUE, 15)
    assert shown() == (True, True)
    answer(world, asked)
    assert shown() == (False, False)


def test_a_broken_promise_stands_first_on_the_home(world: World, asked: Posted) -> None:
    seat_in_dx(world, "lead", accompanies=world.town)
    later = world.thread(world.foreign_room, "consultation", by="foreign_officer")
    promise(world, asked)
    promise(world, later, date(2037, 5, 1))

    def home(who: str, mine: str = "") -> str:
        return world.client(who).get(f"/{mine}").text

    assert 'data-section="broken"' not in home("supporter")
    at(DUE, 15)
    first = home("supporter").partition('data-section="broken"')[2].partition("</section>")[0]
    assert f'href="/threads/{asked.thread_id}"' in first
    assert f'href="/threads/{later.thread_id}"' not in first
    assert 'data-section="broken"' not in home("supporter", "?mine=1")
    assert 'data-section="broken"' in home("lead", "?mine=1")
    answer(world, asked)
    assert 'data-section="broken"' not in home("supporter")


def test_one_click_of_the_head(world: World, asked: Posted) -> None:
    supporter, address = world.client("supporter"), f"/threads/{asked.thread_id}"
    page = supporter.get(address).text
    days = [date(2037, 4, 28), date(2037, 5, 1), date(2037, 5, 8), date(2037, 5, 15)]
    assert [f'name="due_on" value="{day}"' in page for day in days] == [True] * 4
    assert supporter.post_form(f"{address}/promise", due_on="2037-04-28").status_code == 303
    assert ends(world) == [(date(2037, 4, 28), None)]
    assert supporter.post_form(f"{address}/promise").status_code == 303
    assert ends(world) == [(date(2037, 4, 28), "withdrawn")]


@pytest.mark.parametrize(
    ("begin", "number", "end"),
    [
        (date(2037, 4, 28), 1, date(2037, 4, 30)),
        (date(2037, 5, 1), 1, date(2037, 5, 7)),
        (date(2037, 12, 28), 1, date(2038, 1, 4)),
        (date(2037, 4, 26), 1, date(2037, 4, 27)),
        (date(2037, 4, 27), 0, date(2037, 4, 27)),
    ],
)
def test_working_days(begin: date, number: int, end: date) -> None:
    assert working_days_after(begin, number) == end
