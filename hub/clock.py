"""The only source of time. Everything is stored in UTC; people read Japan time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import jpholiday

JAPAN = ZoneInfo("Asia/Tokyo")
OPENS, CLOSES = time(8, 30), time(17, 15)  # of public offices


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_now


def set_source(source: Callable[[], datetime] | None) -> None:
    """Replace the clock (tests and the demo loader); None brings the system's clock back."""
    global _source  # noqa: PLW0603 - one clock for the process is the point of this module
    _source = source or _system_now


def utc_now() -> datetime:
    """The present moment in UTC, cut to milliseconds so that every database and the JSON form agree."""
    now = _source()
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """`2026-11-23T05:00:00.000Z`, the form of every time in JSON (contract)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def in_japan(moment: datetime) -> datetime:
    return moment.astimezone(JAPAN)


def japan_today() -> date:
    return in_japan(utc_now()).date()


def start_of_japan_day(day: date) -> datetime:
    """The UTC moment at which a day begins in Japan; dates typed by people become moments through this."""
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN).astimezone(UTC)


def after_last_day(day: date) -> datetime:
    """The first moment that no longer counts, of a last day. Whatever ends on a day that people name (終了日, 最後の日)
    ends with that day and not before it; there is no other way to turn such a day into a moment."""
    return start_of_japan_day(day + timedelta(days=1))


def fiscal_year(day: date) -> int:
    """The Japanese fiscal year (April to March) that a day belongs to."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_end(day: date) -> datetime:
    """The moment after the last day of the fiscal year of `day`: access of guests ends then unless said otherwise."""
    return after_last_day(date(fiscal_year(day) + 1, 3, 31))


def is_working_day(day: date) -> bool:
    """Monday to Friday, no national holiday, not the year-end closing of public offices (29 December to 3 January)."""
    closed = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not closed and not jpholiday.is_holiday(day)


def is_office_hour(moment: datetime) -> bool:
    """Whether public offices are open then: 8:30 to 17:15 on a working day. Outside of it nobody is disturbed."""
    there = in_japan(moment)
    return is_working_day(there.date()) and OPENS <= there.time() < CLOSES


def working_days_after(day: date, number: int) -> date:
    """The working day that is so many working days later; what is begun on a Sunday is begun on Monday."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


def working_days_before(day: date, number: int) -> date:
    """The last day of which `day` is at least so many working days later."""
    while number > 0:
        number -= is_working_day(day)
        day -= timedelta(days=1)
    return day


def last_closing() -> datetime:
    """The moment at which public offices closed on the last working day before today."""
    return datetime.combine(previous_working_day(japan_today() - timedelta(days=1)), CLOSES, JAPAN).astimezone(UTC)


def previous_working_day(day: date) -> date:
    """`day` itself when it is a working day, else the nearest one before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
