"""Days and months as people here write them: 2024-04-01, 2024/4/1, 2024年4月1日, 令和6年4月1日, R6.4.1; and what a
spreadsheet program makes of them."""

import re
import unicodedata
from datetime import date

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_ERAS |= {"R": 2018, "H": 1988, "S": 1925, "T": 1911, "M": 1867}
_YEAR = r"(?:(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\.?(?P<of_era>元|\d{1,2})|(?P<year>\d{4}))"
_DAY = re.compile(_YEAR + r"(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})日?")
_MONTH = re.compile(_YEAR + r"(?:年|[-/.])(?P<month>\d{1,2})月?")
_PLAIN_DAY = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_PLAIN_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?Z?$")
_WEEKDAY = re.compile(r"\([日月火水木金土祝・]+\)$")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# What Excel shows, and writes into a CSV, of a cell into which 2024-04 came.
_ENGLISH = re.compile(rf"(?P<name>{'|'.join(_MONTHS)})-(?P<year>\d\d(?:\d\d)?)")
_EXCELS_CENTURY = 30  # 29 is 2029, 30 is 1930


def day_of(text: str) -> date:
    """Raises ValueError for what is no day."""
    plain = _plain(text)
    found = _DAY.fullmatch(plain) or _PLAIN_DAY.fullmatch(plain)
    if found is None:
        raise ValueError("day")
    return date(_year(found), int(found["month"]), int(found["day"]))


def month_of(text: str) -> str:
    """As 2024-04; of a day its month. Raises ValueError for what is neither."""
    plain = _plain(text)
    if english := _ENGLISH.fullmatch(plain):
        year = int(english["year"])
        if year < 100:
            year += 2000 if year < _EXCELS_CENTURY else 1900
        return f"{year}-{_MONTHS.index(english['name']) + 1:02}"
    found = _MONTH.fullmatch(plain) or _PLAIN_MONTH.fullmatch(plain)
    if found is None:
        return f"{day_of(text):%Y-%m}"
    day = date(_year(found), int(found["month"]), 1)
    return f"{day.year:04}-{day.month:02}"


def _plain(text: str) -> str:
    """Full-width signs as the others, no blanks; without a weekday and the midnight that some programs add."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return "".join(_WEEKDAY.sub("", _MIDNIGHT.sub("", folded)).split())


def _year(found: re.Match[str]) -> int:
    groups = found.groupdict()
    if not groups.get("era"):
        return int(groups["year"])
    return _ERAS[groups["era"]] + (1 if groups["of_era"] == "元" else int(groups["of_era"]))
