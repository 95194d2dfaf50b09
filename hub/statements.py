"""Statements that the two data bases spell differently, or limit differently."""

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.tables import Base


def among(column: Any, values: Iterable[int]) -> sa.ColumnElement[bool]:
    """`column IN (…)` with the numbers written into the statement, so that no data base limits how many there are."""
    return cast(
        sa.ColumnElement[bool],
        column.in_(sa.bindparam(None, sorted(values), sa.BigInteger, expanding=True, literal_execute=True)),
    )


def insert_ignore(session: Session, model: type[Base]) -> sa.Insert:
    """INSERT that does nothing when a unique constraint is hit; it waits for a rival's commit first. The result's
    `rowcount` says whether there is a new row."""
    return _insert_ignore(session.get_bind().dialect.name, model)


@cache
def _insert_ignore(dialect: str, model: type[Base]) -> sa.Insert:
    # Without the option SQLAlchemy does not ask psycopg for the count of an INSERT and answers -1.
    return _insert(dialect, model).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def upsert(session: Session, model: type[Base], key: tuple[str, ...], values: dict[str, Any]) -> None:
    """Insert a row, or change the row that has the same `key`."""
    statement = _upsert(session.get_bind().dialect.name, model, key, tuple(values))
    session.connection().execute(statement, values)


@cache
def _upsert(dialect: str, model: type[Base], key: tuple[str, ...], columns: tuple[str, ...]) -> sa.Insert:
    insert = _insert(dialect, model)
    rest = {name: insert.excluded[name] for name in columns if name not in key}
    return insert.on_conflict_do_update(index_elements=list(key), set_=rest)


def _insert(dialect: str, model: type[Base]) -> sqlite.Insert:
    # The two dialects spell ON CONFLICT alike and share no base class that has it.
    return sqlite.insert(model) if dialect == "sqlite" else cast(sqlite.Insert, postgresql.insert(model))
