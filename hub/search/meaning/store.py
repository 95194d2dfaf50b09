"""The vectors in the database: a row for each document that has some. Whoever writes holds the state row.

Rows are never deleted but by a rebuild, only emptied: each change has a number of its own (`stamp`), so whoever has the
vectors in memory learns what changed by asking for the numbers behind the last one.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.search.models import SearchDocument, SearchMeaning, SearchState
from hub.statements import among

_HELD = sa.select(SearchMeaning).where(among(SearchMeaning.place, "places"))


def subject_of(row: SearchDocument) -> tuple[int, bool]:
    """What is found by the vectors of a document, in one number, and whether that is the document itself: what was
    said officially in a thread finds the thread."""
    if row.kind == "message" and row.thread_id:
        return row.thread_id, False
    return (-row.ref_id if row.kind == "case" else row.ref_id), True


def empty(session: Session, state: SearchState, places: Collection[int]) -> None:
    """What a document meant is forgotten, with the commit that takes it out of the index or changes it there."""
    rows = [row for row in session.scalars(_HELD, {"places": places}) if row.vectors]
    if rows:
        state.stamp += 1
    for row in rows:
        row.vectors, row.stamp = b"", state.stamp


def put(session: Session, state: SearchState, made: Iterable[tuple[SearchDocument, bytes]], now: datetime) -> None:
    made = list(made)
    if not made:
        return
    places = [document.place for document, _vectors in made]
    known = {row.place: row for row in session.scalars(_HELD, {"places": places})}
    state.stamp += 1
    for document, vectors in made:
        row = known.get(document.place) or SearchMeaning(place=document.place)
        row.subject, row.own = subject_of(document)
        row.vectors, row.stamp, row.made_at = vectors, state.stamp, now
        session.add(row)
    session.flush()


def empty_all(session: Session, state: SearchState) -> None:
    """With the whole index. Whoever has vectors in memory reads that they are all older than this."""
    session.execute(sa.delete(SearchMeaning))
    state.stamp += 1
    state.emptied = state.stamp
