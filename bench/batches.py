"""Many values, some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Value = TypeVar("Value")


def batches(values: Iterable[Value], size: int) -> Iterator[tuple[Value, ...]]:
    rest = iter(values)
    while some := tuple(islice(rest, size)):
        yield some
