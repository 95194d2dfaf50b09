"""期間 as people type it, in the western and the Japanese calendar: 令和7年度, R7.4, 2025年4月, 2025-04-01..2025-06-30,
令和7年4月〜6月, R7.4.1-R7.6.30, April 2025, FY2025, and what is named from today. Days are days in Japan."""

import re
from calendar import month_name
from collections.abc import Iterator
from datetime import date, timedelta

from hub.search.analysis import fold
from hub.search.period_names import FIRST_YEAR, LAST_YEAR, Period, named_period, next_month

_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
# The year of an era takes all its digits (`+`): 31 of H31.4 is not 3 and January.
_YEAR = r"(?:(?P<era>令和|平成|昭和|[rhs])(?P<era_year>(?!0(?:0|\D|$))\d{1,2}+|元)|(?P<year>\d{4}))"
# Month and day have two digits where no sign stands before them: R104 may be meant as anything.
_MONTH = r"(?P<mark>年|[-/.])?(?P<month>(?(mark)\d{1,2}|\d\d))"
_DAY = r"(?P<second_mark>月|[-/.])?(?:(?P<day>(?(second_mark)\d{1,2}|\d\d))日?)?"
_SHAPE = re.compile(rf"{_YEAR}(?:(?P<fiscal>年度)|年|{_MONTH}{_DAY})?")
_ENGLISH = re.compile(r"(?:fy|fiscalyear)(?P<fiscal>\d{4})|(?P<month>[a-z]{3,9})\.?,?(?P<year>\d{4})")
_MONTHS = {name.lower()[:letters]: month for month, name in enumerate(month_name) for letters in (3, 4, 9)}
_BETWEEN = re.compile(r"\.\.|~|〜|から|--|(?<=[年月日度])[-–—−ー]")
_HYPHEN = re.compile(r"[-–—−ー]")
_UNIT = re.compile(r"[年月/.-]")
_DIGITS = "〇一二三四五六七八九"
_NUMERAL = re.compile(rf"(?P<tens>[{_DIGITS[1:]}])?十(?P<ones>[{_DIGITS[1:]}])?|[{_DIGITS}]")


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
        found = _one(plain, today) or _hyphenated(plain, today)
        return found and Period(None, found.end) if text.strip().endswith("まで") else found
    return _joined(*_ends(begins, ends[0], today))


def _joined(first: Period | None, last: Period | None) -> Period | None:
    if first is None or last is None or not (first.start or last.end):
        return None
    if first.start and last.end and first.start >= last.end:
        return None
    return Period(first.start, last.end)


def _hyphenated(plain: str, today: date) -> Period | None:
    """A hyphen joins two whole dates only: within one it is a mark (2025-04)."""
    for hyphen in _HYPHEN.finditer(plain):
        found = _joined(_one(plain[: hyphen.start()], today), _one(plain[hyphen.end() :], today))
        if found:
            return found
    return None


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
    if named := named_period(plain, today):
        return named
    found = _SHAPE.fullmatch(_ENGLISH.sub(_in_digits, plain))
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
            return Period(date(year, month, 1), next_month(date(year, month, 1)))
        day = date(year, month, int(found["day"]))
        return Period(day, day + timedelta(days=1))
    except ValueError:  # the 13th month, 30 February
        return None


def _digits(found: re.Match[str]) -> str:
    """三十一 is 31, 七 is 7."""
    if "十" not in found[0]:
        return str(_DIGITS.index(found[0]))
    return f"{_DIGITS.index(found['tens'] or '一')}{_DIGITS.index(found['ones'] or '〇')}"


def _in_digits(found: re.Match[str]) -> str:
    """fy2025 is 2025年度, april2025 is 2025-4."""
    if found["fiscal"]:
        return f"{found['fiscal']}年度"
    month = _MONTHS.get(found["month"])
    return f"{found['year']}-{month}" if month else found[0]


def _year(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    return _ERAS[found["era"]] + (1 if found["era_year"] == "元" else int(found["era_year"]))
