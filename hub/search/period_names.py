"""Periods that are named from today: 先月, 一昨年度, 直近3か月, this fiscal year. Days are days in Japan."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from hub.clock import fiscal_year

FIRST_YEAR, LAST_YEAR = 1868, 2199  # further off it is a slip of the keys
_LATELY = re.compile(
    r"(?:直近|過去|last|past)(?P<count>[1-9]\d{0,3})"
    r"(?:(?P<months>[かカヶヵケ箇]月|months?)|(?P<years>年|years?)|(?P<weeks>週|weeks?)|(?P<days>日|days?))(?:間|以内)*"
)


@dataclass(frozen=True)
class Period:
    """From `start` up to the day before `end`; either may be open."""

    start: date | None
    end: date | None


def named_period(plain: str, today: date) -> Period | None:
    """Of a name in small letters without blanks, its numerals as digits."""
    if plain in _NAMED:
        return _NAMED[plain](today)
    found = _LATELY.fullmatch(plain)
    return found and _lately(found, today)


def next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _lately(found: re.Match[str], today: date) -> Period | None:
    """Until today, from the same day so many months ago."""
    count = int(found["count"])
    if found["weeks"] or found["days"]:
        start = today - timedelta(days=count * (7 if found["weeks"] else 1))
    else:
        months = count * (12 if found["years"] else 1)
        if months > 12 * (today.year - FIRST_YEAR):
            return None
        first = _months_before(today, months)
        start = first.replace(day=min(today.day, monthrange(first.year, first.month)[1]))
    return Period(start, today + timedelta(days=1))


def _months_before(day: date, count: int) -> date:
    """The first of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, 1)


def _fiscal(back: int) -> Callable[[date], Period]:
    def made(today: date) -> Period:
        year = fiscal_year(today) - back
        return Period(date(year, 4, 1), date(year + 1, 4, 1))

    return made


def _year(back: int) -> Callable[[date], Period]:
    return lambda today: Period(date(today.year - back, 1, 1), date(today.year - back + 1, 1, 1))


def _month(back: int) -> Callable[[date], Period]:
    return lambda today: Period(_months_before(today, back), _months_before(today, back - 1))


def _week(back: int) -> Callable[[date], Period]:
    def made(today: date) -> Period:
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return Period(monday, monday + timedelta(days=7))

    return made


def _day(back: int) -> Callable[[date], Period]:
    return lambda today: Period(today - timedelta(days=back), today - timedelta(days=back - 1))


_NAMED = {
    name: period
    for names, period in (
        ("今日 本日 today", _day(0)),
        ("昨日 yesterday", _day(1)),
        ("今週 thisweek", _week(0)),
        ("先週 前週 lastweek", _week(1)),
        ("今月 thismonth", _month(0)),
        ("先月 前月 lastmonth", _month(1)),
        ("今年 本年 thisyear", _year(0)),
        ("去年 昨年 前年 lastyear", _year(1)),
        ("1昨年", _year(2)),
        ("来年度 nextfiscalyear", _fiscal(-1)),
        ("今年度 本年度 thisfiscalyear", _fiscal(0)),
        ("昨年度 前年度 lastfiscalyear", _fiscal(1)),
        ("1昨年度", _fiscal(2)),
    )
    for name in names.split()
}
