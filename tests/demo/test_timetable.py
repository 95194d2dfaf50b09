"""When things of the demo happened: believable, and never in the future."""

from datetime import datetime, timedelta

import pytest

from hub.clock import JAPAN, in_japan, is_working_day, set_source
from hub.demo.timetable import CLOSES, OPENS, opening_of, times_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAPAN)


OPENED = at("2026-11-20 16:30")  # a Friday before a long weekend


def test_posts_keep_their_distance_from_the_opening() -> None:
    assert times_of(at("2026-11-18 09:00"), [55, 95, 300]) == [
        at("2026-11-18 09:00"),
        at("2026-11-18 09:55"),
        at("2026-11-18 10:35"),
        at("2026-11-18 14:00"),
    ]


@pytest.mark.parametrize("minutes", [200, 900, 1440, 3000, 5000])
def test_nobody_writes_at_night_or_on_a_holiday(minutes: int) -> None:
    moment = in_japan(times_of(OPENED, [minutes])[1])
    assert is_working_day(moment.date())
    assert OPENS <= moment.time() <= CLOSES


def test_what_falls_together_stays_in_order() -> None:
    times = times_of(OPENED, [600, 610, 620, 621])
    assert times == sorted(times)
    assert min(b - a for a, b in zip(times, times[1:], strict=False)) >= timedelta(minutes=1)


def test_a_conversation_that_would_reach_into_the_future_began_earlier() -> None:
    now = at("2026-11-25 11:00")
    set_source(lambda: now)
    follow = [60, 2000]
    opened = opening_of(0, "10:30", follow, now)
    assert times_of(opened, follow)[-1] <= now
    assert (now - opened) < timedelta(days=7)
    assert opening_of(3, "10:30", [20], now) == at("2026-11-20 10:30")  # back from a Sunday, and no further
