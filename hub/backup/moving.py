"""From SQLite to PostgreSQL: every row of every table, counted and compared on both sides before anything counts.

The hub is stopped meanwhile: nobody else may have the file open, and the target holds nothing yet. The database's life
goes on (its epoch, the ids that were given), so pages that stayed open go on from where they were."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from hub.config import StartupFault
from hub.db import Database
from hub.migrations.runner import migrate
from hub.tables import Base

AT_ONCE = 1000
_FOREIGN_KEYS = sa.text(
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
)
Row = tuple[Any, ...]


class Held(NamedTuple):
    """What a table holds. The sum does not depend on the order, which the two sort differently."""

    rows: int
    sum: int


def move_database(source: Database, target: Database, tell: Callable[[str], None]) -> int:
    """How many rows went. Raises StartupFault, and then the target holds nothing and the source is as it was."""
    if not source.is_sqlite or target.is_sqlite:
        raise StartupFault("a database is moved from SQLite to PostgreSQL: name the target as postgresql://…")
    path = Path(source.engine.url.database or "")
    if not path.exists():
        raise StartupFault(f"there is no database {path}")
    source.engine.dispose()
    with _alone(path):
        pass  # whoever serves from it is told before anything begins
    migrate(source)
    source.engine.dispose()
    _require_empty(target)
    migrate(target)
    with _alone(path) as old, target.engine.begin() as new:
        _require_all_tables(old)
        total = _copy_all(old, new, tell)
    path.rename(path.with_name(f"{path.name}.moved"))
    return total


@contextmanager
def _alone(path: Path) -> Iterator[sa.Connection]:
    """The file, with nobody else in it. Raises StartupFault while a server or a command has it open."""
    raw = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("COMMIT")
    except sqlite3.OperationalError:
        raw.close()
        raise StartupFault(f"{path} is in use: stop the hub first") from None
    engine = sa.create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
        raw.close()


def _require_empty(target: Database) -> None:
    with target.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        used = "staff" in tables and connection.execute(sa.text("SELECT 1 FROM staff LIMIT 1")).first()
    foreign = set(tables) - {*Base.metadata.tables, "alembic_version"}
    if used or foreign:
        raise StartupFault(
            f"the target holds something already ({'people' if used else min(foreign)}): name an empty one"
        )


def _require_all_tables(old: sa.Connection) -> None:
    """A table that this code does not know would be left behind without a word."""
    unknown = set(sa.inspect(old).get_table_names()) - {*Base.metadata.tables, "alembic_version"}
    if unknown:
        raise StartupFault(f"the database holds a table that this version does not know: {min(unknown)}")


def _copy_all(old: sa.Connection, new: sa.Connection, tell: Callable[[str], None]) -> int:
    keys = new.execute(_FOREIGN_KEYS).all()  # tables point at each other and at themselves
    for table_name, name, _rule in keys:
        new.execute(sa.text(f"ALTER TABLE {table_name} DROP CONSTRAINT {name}"))
    total = 0
    for table in Base.metadata.sorted_tables:
        new.execute(sa.delete(table))  # what a migration put there stands in the source as well
        given = _copy(old, new, table)
        held = _held(_rows(new, table))
        if held != given:
            raise StartupFault(f"{table.name}: {given.rows} rows went and {held.rows} came, or not the same")
        _go_on_counting(old, new, table)
        tell(f"{table.name}: {given.rows}")
        total += given.rows
    for table_name, name, rule in keys:
        new.execute(sa.text(f"ALTER TABLE {table_name} ADD CONSTRAINT {name} {rule}"))
    return total


def _copy(old: sa.Connection, new: sa.Connection, table: sa.Table) -> Held:
    into = sa.insert(table).values({column.name: _bound(column) for column in table.columns})
    names = [column.name for column in table.columns]

    def going() -> Iterator[Row]:
        waiting: list[Row] = []
        for row in _rows(old, table):
            waiting.append(row)
            yield row
            if len(waiting) == AT_ONCE:
                new.execute(into, _named(names, waiting))
                waiting = []
        if waiting:
            new.execute(into, _named(names, waiting))

    return _held(going())


def _named(names: list[str], rows: list[Row]) -> list[dict[str, Any]]:
    return [{f"to_{name}": value for name, value in zip(names, row, strict=True)} for row in rows]


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[Row]:
    query = sa.select(*map(_plain, table.columns))
    for row in connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        yield tuple(row)


def _plain(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """JSON as the text that it is: read as a value, a null of JSON and none at all would be the same."""
    return sa.cast(column, sa.Text).label(column.name) if isinstance(column.type, sa.JSON) else column


def _bound(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    if isinstance(column.type, sa.JSON):
        return sa.cast(sa.bindparam(f"to_{column.name}", type_=sa.Text()), column.type)
    return sa.bindparam(f"to_{column.name}", type_=column.type)


def _held(rows: Iterator[Row]) -> Held:
    count = total = 0
    for row in rows:
        count += 1
        total = (total + int.from_bytes(sha256(repr(row).encode()).digest())) % 2**256
    return Held(count, total)


def _go_on_counting(old: sa.Connection, new: sa.Connection, table: sa.Table) -> None:
    """Ids that were given once are not given again, also where their rows are gone."""
    column = table.autoincrement_column
    if column is None:
        return
    name = {"table": table.name, "column": column.name}
    counter = new.execute(sa.text("SELECT pg_get_serial_sequence(:table, :column)"), name).scalar()
    if counter is None:
        return
    kept = sa.text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'")
    given = sa.text("SELECT max(seq) FROM sqlite_sequence WHERE name = :table")
    last = (old.execute(given, {"table": table.name}).scalar() if old.execute(kept).scalar() else None) or 0
    last = max(last, new.execute(sa.select(sa.func.max(column))).scalar() or 0)
    if last:
        new.execute(sa.text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})
