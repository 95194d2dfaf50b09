"""No cell that the hub writes is taken for a formula, and none is changed by a program that only shows it."""

import re

# What a spreadsheet program may take for a formula, and blanks at the beginning, which reading strips; behind any
# number of ' signs, so that exactly one can be put before it and taken away again.
_GUARDED = re.compile(r"'*[=+\-@＝＋－＠\s]")
# What it takes for a number, a day or a time, and writes back as it likes: 0012, 1/2, 1E5, 3月, R6.4.1, Apr-24, TRUE.
_VALUES = (
    re.compile(r"[\d０-９,.:/\-年月日時分秒%％¥$()\s]+(?:[EeＥｅ][+-]?\d+)?"),
    re.compile(r"(?:[RHSTMrhstm]|令和|平成|昭和|大正|明治)\.?(?:元|\d+)[\d.年月日/\-]*"),
    re.compile(r"(?i:true|false|[a-z]{3,9}[- ]\d+|\d+[- ][a-z]{3,9}(?:[- ]\d+)?)"),
)
_MOST_VALUE_CHARS = 60


def guarded(text: str, *, values: bool = False) -> str:
    """`values`: for files that do not say which cells are text (CSV)."""
    endangered = values or text.startswith("'")  # a ' that somebody wrote is not taken for one of ours
    return f"'{text}" if _GUARDED.match(text) or (endangered and _is_value(text)) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and (_GUARDED.match(text) or _is_value(text)) else text


def _is_value(text: str) -> bool:
    plain = text.lstrip("'")
    return 0 < len(plain) <= _MOST_VALUE_CHARS and any(pattern.fullmatch(plain) for pattern in _VALUES)
