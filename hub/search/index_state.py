"""How far the index is: its version, and where a rebuild that is under way has come."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.search.analysis import VERSION, has_dictionary
from hub.search.meaning.store import empty_all
from hub.search.models import SearchDocument, SearchPosting, SearchShelf, SearchState, SearchTerm
from hub.search.sources.kinds import SOURCES
from hub.statements import insert_ignore

INDEX = (SearchDocument, SearchPosting, SearchTerm, SearchShelf)

AT_FIRST = {"id": 1, "version": 0, "synonyms_version": 0, "stamp": 0, "emptied": 0, "meaning_off": False}


def index_version() -> int:
    """Another one with the dictionary than without it."""
    return VERSION * 2 + has_dictionary()


def hold_state(session: Session) -> SearchState:
    """The state row, made on first use and kept from others until the commit."""
    row = session.get(SearchState, 1, with_for_update=True)
    if row is None:
        session.connection().execute(insert_ignore(session, SearchState), AT_FIRST)
        row = session.get_one(SearchState, 1, with_for_update=True)
    return row


def is_complete(session: Session) -> bool:
    row = session.get(SearchState, 1)
    return row is not None and row.version == index_version() and row.cursor is None


def begin_rebuild(session: Session) -> None:
    """Empty the index and start from the first row. Also what an index of another version needs."""
    row = hold_state(session)
    for model in INDEX:
        session.execute(sa.delete(model))
    empty_all(session, row)
    row.version, row.cursor = index_version(), {"kind": next(iter(SOURCES)), "last": 0}


def begin_unless_begun(session: Session) -> None:
    if hold_state(session).version != index_version():
        begin_rebuild(session)
