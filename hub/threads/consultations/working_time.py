"""開庁時間: how much of the time between two moments public offices were open, 8:30 to 17:15 on working days without
the hour of lunch."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from hub.clock import CLOSES, JAPAN, OPENS, in_japan, is_working_day

SPANS = ((OPENS, time(12)), (time(13), CLOSES))
_REMEMBERED_DAYS = 10_000
works = lru_cache(_REMEMBERED_DAYS)(is_working_day)


def working_time(begin: datetime, end: datetime) -> timedelta:
    """Nothing where the end is not after the beginning."""
    day, last, total = in_japan(begin).date(), in_japan(end).date(), timedelta()
    while day <= last:
        if works(day):
            total += _on(day, begin, end)
        day += timedelta(days=1)
    return total


def _on(day: date, begin: datetime, end: datetime) -> timedelta:
    found = timedelta()
    for opens, closes in SPANS:
        from_at = max(begin, datetime.combine(day, opens, JAPAN))
        until = min(end, datetime.combine(day, closes, JAPAN))
        found += max(until - from_at, timedelta())
    return found
