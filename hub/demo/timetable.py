"""When things of the demo happened: on working days, in office hours, in order, never in the future."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from hub.clock import JAPAN, in_japan, is_working_day, japan_today, previous_working_day

OPENS, CLOSES = time(8, 30), time(18, 15)


def moment_of(days_ago: int, at: str) -> datetime:
    """`days_ago` days before today at Japan time `at` ("HH:MM"), moved back to a working day."""
    hour, minute = (int(part) for part in at.split(":"))
    day = previous_working_day(japan_today() - timedelta(days=days_ago))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAPAN)


def opening_of(days_ago: int, at: str, after_min: Sequence[int], newest: datetime) -> datetime:
    """When a conversation began whose posts followed `after_min` minutes behind it: `days_ago` days ago, or so many
    working days earlier that none of it lies behind `newest`, for nothing of the demo may be in the future."""
    opened = moment_of(days_ago, at)
    while times_of(opened, after_min)[-1] > newest:
        days_ago += 1
        opened = moment_of(days_ago, at)
    return opened


def times_of(opened: datetime, after_min: Sequence[int]) -> list[datetime]:
    """The opening and every post behind it, in office hours and in order."""
    times = [opened]
    for minutes in after_min:
        times.append(max(_in_office_hours(opened, minutes), times[-1] + timedelta(minutes=2)))
    return times


def _in_office_hours(opened: datetime, minutes: int) -> datetime:
    wanted = in_japan(opened + timedelta(minutes=minutes))
    if OPENS <= wanted.time() <= CLOSES and is_working_day(wanted.date()):
        return wanted
    day = wanted.date() if wanted.time() < OPENS else wanted.date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, 8, 35, tzinfo=JAPAN) + timedelta(minutes=minutes % 170)
