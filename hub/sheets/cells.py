"""Cells of a workbook as a person reads them: 2024-04 for a date that shows year and month alone, 012999 for a number
that is shown with its zeros, figures without the noise of binary fractions."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel, from_ISO8601

# The formats that a Japanese Excel knows by number and does not write into the file.
JAPANESE_FORMATS = dict.fromkeys((27, 36, 50, 57), "[$-411]ge.m.d")
JAPANESE_FORMATS |= dict.fromkeys((28, 29, 51, 54, 58), '[$-411]ggge"年"m"月"d"日"')
JAPANESE_FORMATS |= {30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"時"mm"分"', 33: 'h"時"mm"分"ss"秒"'}
JAPANESE_FORMATS |= dict.fromkeys((34, 52, 55), 'yyyy"年"m"月"') | dict.fromkeys((35, 53, 56), 'm"月"d"日"')
DIGITS = 15  # that Excel keeps of a number
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
LONGEST_FORM = 255  # that Excel itself takes for a format
_NOT_THE_FORM = re.compile(r'"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\[\]]*\]|\\.|_.|\*.')
_ZEROS = re.compile(r"0{2,}|0+(-0+)+")


def text_of(stored: str) -> str:
    """A string as it was meant: in the file _x000D_ stands for a carriage return, _x005F_ for a real underscore."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), stored)
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def written(text: str) -> str:
    """The other way: what would be read as such a sign is written as itself."""
    return _LIKE_ESCAPED.sub("_x005F_", text)


def form_of(written: str) -> str:
    """A format as the file writes it; what no program writes, being too long for every one of them, is none."""
    return written if len(written) <= LONGEST_FORM else ""


def number_text(stored: str, form: str, epoch: datetime) -> str:
    """A number of the file in its format. Raises ValueError for what is none, and for a date that does not exist."""
    if is_date_format(form):
        return moment_text(from_excel(float(stored), epoch, timedelta=is_timedelta_format(form)), form)
    try:
        number = Decimal(stored)
    except InvalidOperation:
        raise ValueError("number") from None
    if not number.is_finite():
        raise ValueError("number")
    return _figure(number, form.split(";")[0])


def _figure(number: Decimal, form: str) -> str:
    shape = _NOT_THE_FORM.sub("", form)
    if "%" in shape:
        return f"{_plain(number * 100)}%"
    if number == number.to_integral_value() and number >= 0 and _ZEROS.fullmatch(shape):
        return _filled(str(int(number)), shape)
    return _plain(number)


def _plain(number: Decimal) -> str:
    """All its digits up to those that Excel keeps, and no exponent."""
    if abs(number.adjusted()) > 40:
        return str(number)
    kept = Decimal(f"{number:.{DIGITS}g}") if number else Decimal(0)
    text = f"{kept:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _filled(digits: str, shape: str) -> str:
    """Digits in a shape such as 000000 or 000-0000, from its right end."""
    wanted = shape.count("0")
    left = list(digits.zfill(wanted))
    more, left = left[: len(left) - wanted], left[len(left) - wanted :]
    return "".join(more) + "".join(left.pop(0) if sign == "0" else sign for sign in shape)


def moment_text(moment: Any, form: str) -> str:
    if isinstance(moment, timedelta):
        minutes, seconds = divmod(round(moment.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(moment, time):
        return moment.isoformat("seconds" if moment.second else "minutes")
    if isinstance(moment, datetime) and (moment.hour or moment.minute or moment.second):
        return moment.isoformat(" ", "seconds" if moment.second else "minutes")
    day = moment.date() if isinstance(moment, datetime) else moment
    return _day_text(day, _NOT_THE_FORM.sub("", form.split(";")[0]).lower())


def _day_text(day: date, shape: str) -> str:
    """As exact as it is shown: who writes 2024年4月 does not say the first of the month, though the file does."""
    if "d" in shape or not ("y" in shape or "e" in shape):
        return day.isoformat()
    return f"{day:%Y-%m}" if "m" in shape else f"{day:%Y}"


def iso_text(stored: str, form: str) -> str:
    """A date that the file says in words of its own (t="d")."""
    moment: Any = from_ISO8601(stored)  # type: ignore[no-untyped-call]
    return moment_text(moment, form)
