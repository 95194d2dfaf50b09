"""JSON and JSON Lines, in the process that is confined: a large file is parsed in one piece; nobody waits for it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub.confined.refusal import Refused
from hub.sheets.limits import MOST_ROWS

Said = list[Any]


def lines_of(path: str) -> Iterator[Said]:
    """["item", number, value] for each; None for a line that is no JSON. Raises Refused."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("not_utf8") from None
    items = _lines(text) if file.suffix.lower() == ".jsonl" else _array(text)
    for count, (number, value) in enumerate(items):
        if count == MOST_ROWS:
            raise Refused("rows", n=MOST_ROWS)
        yield ["item", number, value]


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _json(line)


def _array(text: str) -> Iterator[tuple[int, Any]]:
    rows = _json(text)
    if not isinstance(rows, list):
        raise Refused("no_array")
    yield from enumerate(rows, start=1)


def _json(text: str) -> Any:
    """None for what is no JSON; a lone surrogate in it is found when the text is checked."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
