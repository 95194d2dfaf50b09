"""期間 as people type it, in the western and the Japanese calendar: 令和7年度, R7.4, 2025年4月, 2025-04-01..2025-06-30,
令和7年4月〜6月, 今年度, 先月. Days are days in Japan."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hub.clock import fiscal_year
from hub.search.analysis import fold

_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
_YEAR = r"(?:(?P<era>令和|平成|昭和|[rhs])(?P<era_year>0?[1-9]|[1-9]\d|元)|(?P<year>\d{4}))"
_MARK = r"(?:年|[-/.])"
_SHAPE = re.compile(
    rf"{_YEAR}(?:(?P<fiscal>年度)|{_MARK}?(?:(?P<month>\d{{1,2}})(?:月|[-/.])?(?:(?P<day>\d{{1,2}})日?)?)?)"
)
_BETWEEN = re.compile(r"\.\.|~|〜|から|--|(?<=[年月日度])[-–—−ー]")
_UNIT = re.compile(r"[年月/.-]")
_DIGITS = "〇一二三四五六七八九"
_NUMERAL = re.compile(rf"(?P<tens>[{_DIGITS[1:]}])?十(?P<ones>[{_DIGITS[1:]}])?|[{_DIGITS}]")
FIRST_YEAR, LAST_YEAR = 1868, 2199  # further off it is a slip of the keys


@dataclass(frozen=True)
class Period:
    """From `start` up to the day before `end`; either may be open."""

    start: date | None
    end: date | None


def parse_period(text: str, today: date) -> Period | None:
    """None for what is no period."""
    plain = _NUMERAL.sub(_digits, fold(text).replace(" ", "").removesuffix("まで"))
    open_end = plain.endswith(("以降", "から"))
    if plain.endswith("以前"):
        found = _one(plain.removesuffix("以前"), today)
        return found and Period(None, found.end)
    if open_end:
        found = _one(plain.removesuffix("以降").removesuffix("から"), today)
        return found and Period(found.start, None)
    begins, *ends = _BETWEEN.split(plain, maxsplit=1)
    if not ends:
        found = _one(plain, today)
        return found and Period(None, found.end) if text.strip().endswith("まで") else found
    first, last = _ends(begins, ends[0], today)
    if first is None or last is None or not (first.start or last.end):
        return None
    if first.start and last.end and first.start >= last.end:
        return None
    return Period(first.start, last.end)


def _ends(first: str, last: str, today: date) -> tuple[Period | None, Period | None]:
    """Both ends of a period, of which either may be open."""
    if last.endswith("年度") and first.isalnum() and not first.endswith("年度"):
        first += "年度"  # 令和6〜7年度
    said = (_one(how + last, today) for how in ("", *_beginnings(first))) if last else iter((Period(None, None),))
    return _one(first, today) if first else Period(None, None), next(filter(None, said), None)


def _beginnings(first: str) -> Iterator[str]:
    """What the last day may have left out, the most first: 令和7年4月 of 令和7年4月1日〜15日, 令和 of 令和6年〜7年."""
    for unit in reversed(list(_UNIT.finditer(first))):
        yield first[: unit.end()]
    yield from (era for era in _ERAS if first.startswith(era))


def _one(plain: str, today: date) -> Period | None:
    if plain in _NAMED:
        return _NAMED[plain](today)
    found = _SHAPE.fullmatch(plain)
    if found is None:
        return None
    year = _year(found)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        if found["fiscal"]:
            return Period(date(year, 4, 1), date(year + 1, 4, 1))
        if not found["month"]:
            return Period(date(year, 1, 1), date(year + 1, 1, 1))
        month = int(found["month"])
        if not found["day"]:
            return Period(date(year, month, 1), _next_month(date(year, month, 1)))
        day = date(year, month, int(found["day"]))
        return Period(day, day + timedelta(days=1))
    except ValueError:  # the 13th month, 30 February
        return None


def _digits(found: re.Match[str]) -> str:
    """三十一 is 31, 七 is 7."""
    if "十" not in found[0]:
        return str(_DIGITS.index(found[0]))
    return f"{_DIGITS.index(found['tens'] or '一')}{_DIGITS.index(found['ones'] or '〇')}"


def _year(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    return _ERAS[found["era"]] + (1 if found["era_year"] == "元" else int(found["era_year"]))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _fiscal(back: int) -> Callable[[date], Period]:
    def made(today: date) -> Period:
        year = fiscal_year(today) - back
        return Period(date(year, 4, 1), date(year + 1, 4, 1))

    return made


def _month(back: int) -> Callable[[date], Period]:
    def made(today: date) -> Period:
        first = today.replace(day=1)
        for _ in range(back):
            first = (first - timedelta(days=1)).replace(day=1)
        return Period(first, _next_month(first))

    return made


def _days(count: int, until: int = -1) -> Callable[[date], Period]:
    return lambda today: Period(today - timedelta(days=count), today - timedelta(days=until))


def _calendar_year(back: int) -> Callable[[date], Period]:
    return lambda today: Period(date(today.year - back, 1, 1), date(today.year - back + 1, 1, 1))


_NAMED: dict[str, Callable[[date], Period]] = {
    "今日": _days(0),
    "昨日": _days(1, 0),
    "今週": lambda today: Period(today - timedelta(days=today.weekday()), today - timedelta(days=today.weekday() - 7)),
    "今月": _month(0),
    "先月": _month(1),
    "今年": _calendar_year(0),
    "去年": _calendar_year(1),
    "昨年": _calendar_year(1),
    "今年度": _fiscal(0),
    "昨年度": _fiscal(1),
    "前年度": _fiscal(1),
}
