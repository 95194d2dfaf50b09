"""The figures of a quarter against tables made by hand: July to September 2037, in which 6 July is a Monday."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.quarters.figures import FIGURES, figures_of
from hub.quarters.records import Asked, Promised, Span
from hub.quarters.spans import Quarter, quarter_named, quarter_of

SUMMER = Quarter(2037, 2)
LONG_AFTER = datetime(2038, 4, 1, tzinfo=UTC)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2037, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


def chain(thread_id: int, *moves: tuple[datetime, str, str | None, str], promises: tuple[Promised, ...] = ()) -> Asked:
    """Turns that follow one another: (moment, state, side, why)."""
    ends = [*(move[0] for move in moves[1:]), None]
    turns = [Span(state, side, why, begin, until) for (begin, state, side, why), until in zip(moves, ends, strict=True)]
    return Asked(thread_id, 1, turns, list(promises))


def asked(moment: datetime) -> tuple[datetime, str, str, str]:
    return moment, "open", "prefecture", "asked"


def answered(moment: datetime) -> tuple[datetime, str, str, str]:
    return moment, "answered", "municipality", "answered"


def values(*consultations: Asked, now: datetime = LONG_AFTER) -> dict[str, int | None]:
    return {name: figure.value for name, figure in figures_of(consultations, SUMMER, now).items()}


def test_nothing_was_asked() -> None:
    found = values()
    assert tuple(found) == FIGURES
    assert found["first_answer_median"] is None
    assert {value for name, value in found.items() if not name.startswith("first_answer")} == {0}


def test_asked_before_the_quarter_and_answered_in_it() -> None:
    """Of the time before, only the way to the answer is counted."""
    one = chain(7, asked(at(6, 30, 16, 15)), answered(at(7, 1, 9)))
    found = values(one, now=at(7, 1, 10))
    assert (found["asked"], found["answered"], found["open"]) == (0, 1, 0)
    assert found["first_answer_median"] == 60 + 30
    assert (found["answering"], found["asking"]) == (30, 60), "the hour of June belongs to the quarter before"


def test_the_edges_of_the_quarter() -> None:
    first, after = datetime(2037, 6, 30, 15, tzinfo=UTC), datetime(2037, 9, 30, 15, tzinfo=UTC)
    before = chain(1, asked(first - timedelta(milliseconds=1)))
    inside = chain(2, asked(first))
    late = chain(3, asked(after - timedelta(milliseconds=1)), answered(after))
    figures = figures_of([before, inside, late], SUMMER, LONG_AFTER)
    assert figures["asked"].thread_ids == (2, 3)
    assert figures["answered"].value == 0, "the answer belongs to the next quarter"
    assert figures["open"].thread_ids == (1, 2, 3)


def test_time_outside_is_no_time_of_an_answer_and_closed_is_nobodys() -> None:
    one = chain(
        7,
        asked(at(7, 6, 9)),
        (at(7, 6, 10), "open", "outside", "hand"),
        (at(7, 6, 15), "open", "prefecture", "hand"),
        answered(at(7, 6, 16)),
        (at(7, 6, 17), "closed", None, "hand"),
    )
    found = values(one)
    assert found["first_answer_median"] == 120
    assert (found["answering"], found["outside"], found["asking"]) == (120, 4 * 60, 60), "without the hour of lunch"
    assert found["open"] == 0


def test_an_answer_by_hand_is_none() -> None:
    one = chain(7, asked(at(7, 6, 9)), (at(7, 6, 10), "answered", "municipality", "hand"))
    assert values(one)["answered"] == 0


def test_median_and_ninety_per_cent_are_times_that_somebody_waited() -> None:
    waits = [chain(n, asked(at(7, 6, 9)), answered(at(7, 6, 9, 5 * n))) for n in range(1, 11)]
    found = values(*waits)
    assert (found["first_answer_median"], found["first_answer_p90"]) == (25, 45)
    assert values(waits[0])["first_answer_p90"] == 5


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ((9, 30), "open_5"),
        ((9, 18), "open_5"),  # 21 to 23 September are holidays: 24, 25, 28, 29, 30
        ((9, 17), "open_10"),
        ((9, 1), "open_20"),
        ((7, 1), "open_over"),
    ],
)
def test_what_is_open_by_working_days(day: tuple[int, int], name: str) -> None:
    figures = figures_of([chain(7, asked(at(*day, 11)))], SUMMER, LONG_AFTER)
    ages = {age: figures[age].value for age in ("open_5", "open_10", "open_20", "open_over")}
    assert ages == {age: int(age == name) for age in ages}


def test_promises_of_the_quarter() -> None:
    due = date(2037, 7, 10)
    ways = ("kept", "kept", "late", None, "replaced", "withdrawn", "closed")
    one = chain(7, asked(at(7, 6, 9)), promises=tuple(Promised(due, way) for way in ways))
    other = chain(8, asked(at(7, 6, 9)), promises=(Promised(date(2037, 10, 1), "kept"),))
    assert (values(one, other)["promised"], values(one, other)["kept"]) == (4, 2)
    undecided = values(one, now=at(7, 10, 12))
    assert (undecided["promised"], undecided["kept"]) == (3, 2), "the day is not over"


def test_quarters_follow_the_fiscal_year() -> None:
    named = {date(2037, 4, 1): "2037-1", date(2037, 6, 30): "2037-1", date(2037, 12, 31): "2037-3"}
    named |= {date(2038, 1, 1): "2037-4", date(2038, 3, 31): "2037-4", date(2038, 4, 1): "2038-1"}
    assert {day: quarter_of(day).key for day in named} == named
    winter = Quarter(2037, 4)
    assert (winter.first_day, winter.next.key, winter.before.key) == (date(2038, 1, 1), "2038-1", "2037-3")
    assert quarter_named("2037-4") == winter
    for wrong in ("2037-5", "2037-0", "2037", "", "２０３７-1", "203７-1", "2037-1 ", "1999-1", "2199-1", "-1-1"):
        assert quarter_named(wrong) is None
