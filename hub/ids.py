"""Ids: opaque strings outside, numbers inside. One thing has one id: `089` and `８９` are no names of the thing 89."""

import re
from collections.abc import Iterable

PATTERN = r"(?:0|[1-9][0-9]{0,17})"  # what a database can hold
_ID = re.compile(PATTERN)


def number_of(text: str) -> int | None:
    """None for anything that is not exactly an id."""
    return int(text) if _ID.fullmatch(text) else None


def numbers_of(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are ids."""
    return [number for text in texts if (number := number_of(text)) is not None]


def exact(text: str) -> int:
    """For arguments of an address: `request.args.get(name, type=exact)`. Raises ValueError."""
    number = number_of(text)
    if number is None:
        raise ValueError(text)
    return number
