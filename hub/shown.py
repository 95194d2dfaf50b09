"""Lists that begin with the newest: the page says when there is more, and shows the whole list when it is asked for."""

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request

T = TypeVar("T")


def wants_all() -> bool:
    """Whether the page was asked for the whole list."""
    return request.args.get("all") == "1"


def first_of(query: "sa.Select[*tuple[Any, ...]]", most: int, whole: bool) -> "sa.Select[*tuple[Any, ...]]":
    """One more than is shown, so that `Shown` knows whether there is more."""
    return query if whole else query.limit(most + 1)


class Shown(Generic[T]):
    """`rows` of a list that `first_of` has cut, and whether there are `more`."""

    def __init__(self, rows: Sequence[T], most: int, whole: bool) -> None:
        self.more = not whole and len(rows) > most
        self.rows = rows[:most] if self.more else rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    @property
    def address(self) -> str:
        """This page with its whole lists; what else its address asks for stays."""
        asked = [(name, value) for name, value in request.args.items(multi=True) if name != "all"]
        return f"{request.path}?{urlencode([*asked, ('all', '1')])}"
