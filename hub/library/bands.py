"""Bands of population and cost. What is unknown is a band of its own, never a guess; so is a cost that is told in words
alone."""

from typing import Any

import sqlalchemy as sa

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
