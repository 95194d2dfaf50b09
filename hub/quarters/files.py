"""The sheet of a quarter as a file: its figures, and what they mean."""

from collections.abc import Sequence

from flask_babel import gettext as _

from hub.quarters.figures import FIGURES, TIMES, Figures
from hub.quarters.sheet import Sheet
from hub.quarters.wording import HOUR, definitions, figure_names
from hub.sheets.guarding import guarded
from hub.sheets.writing import Value


def table_of(sheet: Sheet, total_name: str) -> list[list[Value]]:
    """A line for each municipality and one for all of them; times in hours."""
    names = figure_names()
    heads = [f"{names[name]}（{_('時間')}）" if name in TIMES else names[name] for name in FIGURES]
    lines = [[line.code, guarded(line.name), *_values(line.figures)] for line in sheet.lines]
    total = [["", total_name, *_values(sheet.total)]] if total_name else []
    return [[_("団体コード"), _("団体"), *heads], *total, *lines]


def _values(figures: Figures) -> Sequence[Value]:
    return [_value(name, figures[name].value) for name in FIGURES]


def _value(name: str, value: int | None) -> Value:
    if value is None:
        return ""
    return round(value / HOUR, 1) if name in TIMES else value


def meanings() -> list[list[Value]]:
    names = figure_names()
    return [[_("項目"), _("数え方")], *([names[name], told] for name, told in definitions().items())]
