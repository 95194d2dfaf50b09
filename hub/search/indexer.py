"""Keeping the index: what the outbox names is made anew, and an index of another version, or none, is built in steps.

Reading and analysing is the reading process's work, writing the worker's own. Whoever writes holds the state row, so
two workers never do the same work; what was taken from the outbox goes in the commit that indexed it, so a crash loses
and doubles nothing. Each step remembers how far the rebuild has come.
"""

import dataclasses
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from hub.db import Database
from hub.search.documents import Document, Prepared
from hub.search.index_state import begin_unless_begun, hold_state, index_version, is_complete
from hub.search.meaning.steps import meaning_step
from hub.search.models import SearchChange, SearchState
from hub.search.preparing import read_prepared
from hub.search.sources.kinds import SOURCES, ids_after, load_documents
from hub.search.store import Ref, replace
from hub.search.text_faults import is_of_a_text

# Whoever searches waits for one such step at most, and whoever writes on SQLite: where many write, steps are small.
CHANGES_AT_ONCE, REBUILT_AT_ONCE, UNDER_PRESSURE = 50, 50, 12
log = structlog.get_logger()


def work_off(database: Database) -> bool:
    """One step: some of the outbox, else some of a rebuild, else some meanings. False when there was nothing to do."""
    return index_changes(database) or rebuild_step(database) or meaning_step(database)


def index_changes(database: Database) -> bool:
    """Documents are read and analysed first, outside the transaction. Should an original change meanwhile, a further
    row of the outbox says so. An index of another version is emptied before: what was found would be lost again."""
    with database.read() as session:
        state = session.get(SearchState, 1)
        query = sa.select(SearchChange.id, SearchChange.kind, SearchChange.ref_id).order_by(SearchChange.id)
        rows = session.execute(query.limit(UNDER_PRESSURE if database.writer.is_pressed else CHANGES_AT_ONCE)).all()
    if state is None or state.version != index_version():
        database.write_apart(begin_unless_begun)
        return True
    if not rows:
        return False
    refs = list(dict.fromkeys((kind, ref_id) for _id, kind, ref_id in rows))
    prepared = _prepared(database, refs)
    database.write_apart(lambda session: _put(session, refs, prepared, [id_ for id_, _k, _r in rows]))
    return True


def _prepared(database: Database, refs: list[Ref]) -> list[Prepared]:
    """A text that cannot be analysed, or that ends the process which analyses it, is set aside: it is not found until
    it changes, and all others are."""
    try:
        return database.read_apart(read_prepared, refs)
    except Exception as fault:
        if not is_of_a_text(fault):
            raise
        if len(refs) == 1:
            (kind, ref_id), what = refs[0], type(fault).__name__
            log.error("search: a text that cannot be analysed is not found", kind=kind, ref_id=ref_id, fault=what)
            return []
    half = len(refs) // 2
    return _prepared(database, refs[:half]) + _prepared(database, refs[half:])


def _put(session: Session, refs: list[Ref], prepared: list[Prepared], taken: list[int]) -> None:
    hold_state(session)
    mine = set(session.scalars(sa.select(SearchChange.id).where(SearchChange.id.in_(taken))))
    if mine != set(taken):
        return  # another worker was faster; what is left is taken in the next step
    session.execute(sa.delete(SearchChange).where(SearchChange.id.in_(taken)))
    replace(session, refs, prepared)


def rebuild_step(database: Database, size: int = REBUILT_AT_ONCE) -> bool:
    """The next rows of a rebuild. False when the index is complete."""
    with database.read() as session:
        if is_complete(session):
            return False
        row = session.get(SearchState, 1)
        cursor: dict[str, Any] | None = row.cursor if row and row.version == index_version() else None
        refs, after = _next(session, cursor, size) if cursor else ([], None)
    if cursor is None:
        database.write_apart(begin_unless_begun)
        return True
    prepared = _prepared(database, refs) if refs else []
    database.write_apart(lambda session: _advance(session, cursor, refs, prepared, after))
    return True


def _next(session: Session, cursor: dict[str, Any], size: int) -> tuple[list[Ref], dict[str, Any] | None]:
    """The next rows, and where to go on (None = that was all)."""
    kind, kinds = cursor["kind"], list(SOURCES)
    ids = ids_after(session, kind, cursor["last"], size)
    if ids:
        return [(kind, id_) for id_ in ids], {"kind": kind, "last": ids[-1]}
    rest = kinds[kinds.index(kind) + 1 :]
    return [], {"kind": rest[0], "last": 0} if rest else None


def _advance(
    session: Session, before: dict[str, Any], refs: list[Ref], prepared: list[Prepared], after: dict[str, Any] | None
) -> None:
    row = hold_state(session)
    if row.cursor != before:
        return  # another worker has done this step
    replace(session, refs, prepared)
    # Since these were read some may have changed, and another worker may have worked off what the outbox said of it:
    # then they are named there again, which hides them until they are made anew.
    read, now = {_what(p.document) for p in prepared}, set(map(_what, load_documents(session, refs)))
    changed = sorted({(d.kind, d.ref_id) for d in read ^ now})
    if changed:
        session.execute(sa.insert(SearchChange), [{"kind": kind, "ref_id": ref_id} for kind, ref_id in changed])
    row.cursor = after


def _what(document: Document) -> Document:
    """Without its time: an organisation's is when it was looked at."""
    return dataclasses.replace(document, at=datetime.min)
