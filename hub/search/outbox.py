"""Documents that have to be made anew, written down in the writer's own transaction."""

from collections.abc import Callable, Iterable
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.commits import after_commit
from hub.search.models import SearchChange

Kind = Literal["thread", "message", "note", "file", "case", "person", "organisation"]
Ref = tuple[Kind, int]

_INSERT = sa.insert(SearchChange)
_wake: list[Callable[[], None]] = []  # the indexer of this process


def outdated(session: Session, refs: Iterable[Ref]) -> None:
    """The documents of these rows have to be made anew."""
    rows = [{"kind": kind, "ref_id": ref_id} for kind, ref_id in refs]
    if rows:
        session.connection().execute(_INSERT, rows)
        after_commit(session, wake)


def count_waiting(session: Session) -> int:
    """How many changes the index has not taken up yet."""
    return session.execute(sa.select(sa.func.count()).select_from(SearchChange)).scalar_one()


def wake() -> None:
    for call in _wake:
        call()


def when_written(call: Callable[[], None]) -> None:
    """Call after each commit of this process that changed something findable."""
    _wake[:] = [call]
