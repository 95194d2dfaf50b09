"""Making HTML of what people type, in a write: a small text at once; what could take longer than others should wait is
made beside the loop, before the transaction begins anew (`Database.write`)."""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any, cast

from sqlalchemy.orm import Session

from hub import pool
from hub.ahead import Made, NotYet
from hub.text import find_mentions, plain_title, render

# Within both the worst texts of bench/text_speed.py stay under 5 ms: what takes time are marks and lines, not letters.
PLAIN_CHARS, MARKS = 2_000, 60
_MARK = re.compile(r"[\x00-\x1f!-/:-@\[-`{-~\u200d\ufe0f]")

Wanted = tuple[Callable[[str, Any], Any], str, Any]


class Unread(NotYet):
    """Each of `wanted` is a function of hub/text.py and what it is asked."""

    def __init__(self, wanted: list[Wanted]) -> None:
        super().__init__()
        self.wanted = wanted

    def make(self, made: Made) -> None:
        for function, text, more in self.wanted:
            made[function, text, more] = pool.run(function, text, more)


def rendered(session: Session, text: str, mentions: Collection[str] = ()) -> str:
    """As `render`. This and the following raise Unread in a worker when the text may take long and was not read yet."""
    return cast(str, _read(session, render, text, frozenset(mentions)))


def titled(session: Session, text: str, chars: int) -> str:
    """As `plain_title`."""
    return cast(str, _read(session, plain_title, text, chars))


def mentioned(session: Session, text: str, names: Collection[str]) -> list[str]:
    """As `find_mentions`."""
    return cast(list[str], _read(session, find_mentions, text, frozenset(names)))


def require_rendered(session: Session, texts: Iterable[str]) -> None:
    """All of them are asked for at once, before the first is."""
    _require(session, [(render, text, frozenset()) for text in texts])


def require_titled(session: Session, texts: Iterable[str], chars: int) -> None:
    _require(session, [(plain_title, text, chars) for text in texts])


def _read(session: Session, function: Callable[[str, Any], Any], text: str, more: Any) -> Any:
    wanted: Wanted = (function, text, more)
    _require(session, [wanted])
    made = session.info.get("ahead") or {}
    return made[wanted] if wanted in made else function(text, more)


def _require(session: Session, wanted: list[Wanted]) -> None:
    made = session.info.get("ahead")
    if made is None or not pool.is_cooperative():
        return  # nobody would try again, or nobody waits
    if missing := [one for one in dict.fromkeys(wanted) if takes_long(one[1]) and one not in made]:
        raise Unread(missing)


def takes_long(text: str) -> bool:
    return len(text) > PLAIN_CHARS or sum(1 for _mark in _MARK.finditer(text)) > MARKS
