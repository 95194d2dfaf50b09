"""Statements that the two data bases spell differently, or limit differently."""

import json
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from hub.tables import Base


class ListOf(sa.TypeDecorator[Collection[Any]]):
    """A list as ONE parameter: an array where there are arrays, JSON elsewhere. So a statement is the same text however
    long the list is, which lets SQLAlchemy, the driver and the data base keep what they made of it, and no data base
    limits how long that may be."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, item: type[sa.BigInteger] | type[sa.Text]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        is_array = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.ARRAY(self.item) if is_array else sa.Text())

    def process_bind_param(self, value: Collection[Any] | None, dialect: sa.Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


class _OneOf(FunctionElement[Any]):
    """What stands behind a column of which `among` asks, with its operator."""

    inherit_cache = True


@compiles(_OneOf, "sqlite")
def _in_json(element: _OneOf, compiler: Any, **options: Any) -> str:
    return f"IN (SELECT value FROM json_each({_parameter(element, compiler, options)}))"  # noqa: S608 - a placeholder


@compiles(_OneOf, "postgresql")
def _any_of_array(element: _OneOf, compiler: Any, **options: Any) -> str:
    return f"= ANY ({_parameter(element, compiler, options)})"


def _parameter(element: _OneOf, compiler: Any, options: dict[str, Any]) -> str:
    return cast(str, compiler.process(element.clauses.clauses[0], **options))


def among(column: Any, values: Iterable[Any] | str) -> sa.ColumnElement[bool]:
    """Whether the column is one of these, however many they are; a text names the parameter that will hold them."""
    many = ListOf(sa.Text if isinstance(column.type, sa.String) else sa.BigInteger)
    if isinstance(values, str):
        parameter = sa.bindparam(values, type_=many)
    else:
        parameter = sa.bindparam(None, list(values), many, unique=True)
    return cast(sa.ColumnElement[bool], column.bool_op("")(_OneOf(parameter)))


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
    upsert_many(session, model, key, [values])


def upsert_many(session: Session, model: type[Base], key: tuple[str, ...], rows: Sequence[dict[str, Any]]) -> None:
    """The same for rows of the same columns and different keys, in this order."""
    statement = _upsert(session.get_bind().dialect.name, model, key, tuple(rows[0]))
    session.connection().execute(statement, rows)


@cache
def _upsert(dialect: str, model: type[Base], key: tuple[str, ...], columns: tuple[str, ...]) -> sa.Insert:
    insert = _insert(dialect, model)
    rest = {name: insert.excluded[name] for name in columns if name not in key}
    return insert.on_conflict_do_update(index_elements=list(key), set_=rest)


def _insert(dialect: str, model: type[Base]) -> sqlite.Insert:
    # The two dialects spell ON CONFLICT alike and share no base class that has it.
    return sqlite.insert(model) if dialect == "sqlite" else cast(sqlite.Insert, postgresql.insert(model))
