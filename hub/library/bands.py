"""Bands of population and cost. What is unknown is a band of its own, never a guess; so is a cost that is told in words
alone."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

POPULATION = (5_000, 10_000, 30_000, 50_000, 100_000, 300_000)
COST = (1, 1_000_000, 10_000_000, 100_000_000)
IN_WORDS = len(COST) + 1
UNKNOWN = "x"


def band_of(value: int | None, limits: tuple[int, ...]) -> int | None:
    """0 is below the first limit, and so on; None = unknown."""
    return None if value is None else sum(value >= limit for limit in limits)


def band_column(column: Any, limits: tuple[int, ...]) -> sa.ColumnElement[Any]:
    """The same in SQL; NULL = unknown."""
    steps = [(column < limit, n) for n, limit in enumerate(limits)]
    return sa.case((column.is_(None), sa.null()), *steps, else_=len(limits))


def cost_column(cost: Any, in_words: Any) -> sa.ColumnElement[Any]:
    return sa.case((in_words, IN_WORDS), else_=band_column(cost, COST))


def population_names() -> dict[str, str]:
    return {
        "0": _("5千人未満"),
        "1": _("5千~1万人"),
        "2": _("1~3万人"),
        "3": _("3~5万人"),
        "4": _("5~10万人"),
        "5": _("10~30万人"),
        "6": _("30万人以上"),
        UNKNOWN: _("人口不明"),
    }


def cost_names() -> dict[str, str]:
    return {
        "0": _("0円"),
        "1": _("100万円未満"),
        "2": _("100万~1,000万円"),
        "3": _("1,000万~1億円"),
        "4": _("1億円以上"),
        str(IN_WORDS): _("金額はなく文章だけ"),
        UNKNOWN: _("費用不明"),
    }
