"""Pages of a list by the place of their first or last row instead of by number.

A number says how many rows to skip: whatever comes in above meanwhile pushes the rows down, and the last of one page
stands again at the head of the next. A place is the key of a row in the order of the list, so that a row that stays is
seen once. It stands in the address as `after=3.1764481800000000.12`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DIGITS = 18
Query = sa.Select[*tuple[Any, ...]]
Row = sa.Row[*tuple[Any, ...]]
Key = tuple[Any, ...]  # columns


@dataclass(frozen=True)
class Place:
    """The key of a row; `before` when what stands ahead of it is wanted."""

    values: tuple[int, ...]
    before: bool = False


@dataclass(frozen=True)
class Leaf:
    """One page: its rows, which page it is and of how many, and the addresses' words for the pages around it, empty
    where there is none."""

    rows: Sequence[Row]
    page: int
    pages: int
    previous: str
    following: str


def place_of(after: str, before: str) -> Place | None:
    """The place that an address names; None, which is the first page, for anything else."""
    parts = (before or after).split(".")
    if not all(p.isascii() and p.isdigit() and len(p) <= _MOST_DIGITS for p in parts):
        return None
    return Place(tuple(map(int, parts)), bool(before))


def leaf_of(session: Session, query: Query, key: Key, place: Place | None, size: int, total: int) -> Leaf:
    """One page of `query` in the falling order of `key`, whose last column is unique. Its columns come behind the
    query's own in each row."""
    if place is not None and len(place.values) != len(key):
        place = None
    rows = _rows(session, query, key, place, size)
    if place is not None and place.before and len(rows) < size:
        place, rows = None, _rows(session, query, key, None, size)  # the first page, whole
    elif place is not None and not rows:
        rows = _rows(session, query, key, Place((), before=True), size)  # behind the last page stands the last one
    ahead = _count_ahead(session, query, key, rows[0]) if place is not None and rows else 0
    page, pages = -(-ahead // size) + 1, max(1, -(-total // size))
    at = [".".join(str(_number(value)) for value in row[-len(key) :]) for row in rows]
    more = ahead + len(rows) < total
    return Leaf(rows, min(page, pages), pages, at[0] if ahead else "", at[-1] if more else "")


def _rows(session: Session, query: Query, key: Key, place: Place | None, size: int) -> list[Row]:
    """The rows after or before a place without values are the first or the last ones."""
    backwards = place is not None and place.before
    ordered = query.add_columns(*(column.label(f"key_{n}") for n, column in enumerate(key)))
    ordered = ordered.order_by(*(column.asc() if backwards else column.desc() for column in key))
    if place is not None and place.values:
        ordered = ordered.where(_beyond(key, place.values, backwards))
    rows = list(session.execute(ordered.limit(size)))
    return rows[::-1] if backwards else rows


def _beyond(key: Key, values: Sequence[int], backwards: bool) -> sa.ColumnElement[bool]:
    literals = (sa.literal(_value(column, value), column.type) for column, value in zip(key, values, strict=True))
    place = sa.tuple_(*literals)
    return sa.tuple_(*key) > place if backwards else sa.tuple_(*key) < place


def _count_ahead(session: Session, query: Query, key: Key, first: Row) -> int:
    ahead = query.where(_beyond(key, [_number(value) for value in first[-len(key) :]], True))
    return session.execute(ahead.with_only_columns(sa.func.count()).order_by(None)).scalar_one()


def _number(value: Any) -> int:
    """As it stands in an address: a moment in microseconds since 1970."""
    return (value - _EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else int(value)


def _value(column: Any, number: int) -> Any:
    if not isinstance(column.type, sa.Integer):
        return _EPOCH + timedelta(microseconds=min(number, 253_402_300_799 * 10**6))
    return number
