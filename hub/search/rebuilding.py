"""A rebuild from the command line: until it is done, saying how far it is."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.db import Database
from hub.search.index_state import begin_rebuild, is_complete
from hub.search.indexer import index_changes, rebuild_step
from hub.search.meaning.steps import meaning_step, waiting
from hub.search.models import SearchChange, SearchDocument, SearchState
from hub.search.sources.kinds import SOURCES

Progress = Callable[[str], None]
AT_ONCE, ENCODED_AT_ONCE = 1_000, 200


def rebuild(database: Database, *, fresh: bool, progress: Progress, size: int = AT_ONCE) -> int:
    """Go on with a rebuild that was begun, or with `fresh` or when the index is complete begin one; until it is done.
    Returns how many documents the index holds."""
    with database.read() as session:
        begin = fresh or is_complete(session)
        rows = {kind: _count(session, source.id) for kind, source in SOURCES.items()}
    if begin:
        database.write_apart(begin_rebuild)
    while rebuild_step(database, size=size):
        progress(_progress(database, rows))
    while index_changes(database):
        progress(_waiting(database))
    while meaning_step(database, size=ENCODED_AT_ONCE):
        progress(_to_encode(database))
    with database.read() as session:
        return _count(session, SearchDocument.id)


def _progress(database: Database, rows: dict[str, int]) -> str:
    """Counted in rows of the originals, some of which make no document. `rows` is as it was at the beginning: what was
    written since goes beyond the total, which is not corrected under the reader's eyes."""
    total, done, kind = sum(rows.values()), sum(rows.values()), ""
    with database.read() as session:
        state = session.get(SearchState, 1)
        if state is not None and state.cursor is not None:
            kind, last, kinds = state.cursor["kind"], state.cursor["last"], list(SOURCES)
            column = SOURCES[kind].id
            done = sum(rows[before] for before in kinds[: kinds.index(kind)])
            done += min(_count(session, column, column <= last), rows[kind])
    percent = 100 * done // total if total else 100
    return f"{done} / {total} ({percent} %) {kind}".rstrip()


def _waiting(database: Database) -> str:
    with database.read() as session:
        return f"{_count(session, SearchChange.id)} changes left"


def _to_encode(database: Database) -> str:
    with database.read() as session:
        left, total = (
            _count(session, SearchDocument.id, some) for some in (waiting(), SearchDocument.model.is_not(None))
        )
    return f"{total - left} / {total} ({100 * (total - left) // max(1, total)} %) meanings"


def _count(session: Session, column: Any, *where: sa.ColumnElement[bool]) -> int:
    return session.execute(sa.select(sa.func.count(column)).where(*where)).scalar_one()
