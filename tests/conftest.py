"""One database for each test, on SQLite or, with HUB_TEST_DATABASE_URL (tests/services.py), on PostgreSQL.

It is migrated and filled once in a session; each test begins with what it held then."""

import gc
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from werkzeug.routing import Rule

import hub.assets.shelf
import hub.confined.asking
import hub.db
import hub.reading.child
from hub import clock, create_app
from hub.config import ROOT, Config
from hub.db import Database
from hub.feed.publish import announced
from hub.migrations.runner import migrate
from hub.search import vocabulary
from hub.search.meaning import asking
from hub.security.passwords import hash_password
from tests.factories import PASSWORD, Browser, Socket, World, make_world
from tests.live import copy_of, demo_folder
from tests.spawned import forked_python

Signature = tuple[tuple[str, int, int], ...]
MEMORY = Path("/dev/shm")  # no test of this folder's kind asks what survives a loss of power
SERVER = os.environ.get("HUB_TEST_DATABASE_URL", "")
collect_ignore = (
    []
    if SERVER
    else [
        "threads/test_two_transactions.py",
        "library/test_two_transactions.py",
        "backup/test_moving.py",
        "backup/test_running_postgresql.py",
        "test_migrating_beside_others.py",
    ]
)  # on SQLite they do not meet


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-effects", action="store_true", help="write tests/effects.txt anew from what ran")
    parser.addoption("--write-steps", action="store_true", help="write tests/steps/steps.txt anew")


def pytest_collection_finish() -> None:
    """What is there by now stays: looking through it for garbage again and again takes a fourth of a test's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 3)


def pytest_sessionfinish() -> None:
    """What is left goes with the process: pytest looks through all of it for garbage twice before it ends."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _system_clock() -> Iterator[None]:
    yield
    clock.set_source(None)


@pytest.fixture(scope="session", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What every application of a session may share, being a function of the code alone and most of a test's time: the
    rules of addresses (most of `create_app`), what the folder of scripts holds, compiled templates, and, with one
    engine for each address of a database, compiled statements."""
    Rule.compile = compiled_once(Rule.compile)  # type: ignore[method-assign]
    templates = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": templates}
    hub.assets.shelf.signature_of = looked_at_once(hub.assets.shelf.signature_of)
    hub.db.make_engine = cache(partial(lasting_engine, hub.db.make_engine))
    for user in (hub.reading.child, hub.confined.asking):
        user.spawn_python = forked_python  # type: ignore[attr-defined]


def compiled_once(compile_rule: Callable[[Rule], None]) -> Callable[[Rule], None]:
    """An address is taken apart and its builders are made at the first application of a session alone."""
    made: dict[tuple[object, ...], Rule] = {}

    def compile_again(rule: Rule) -> None:
        names = ("rule", "subdomain", "host", "build_only", "merge_slashes", "strict_slashes", "websocket")
        key = (*(getattr(rule, name) for name in names), tuple((rule.defaults or {}).items()))
        first = made.setdefault(key, rule)
        if first is rule:
            compile_rule(rule)
            return
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments |= first.arguments
        rule._build, rule._build_unknown = (
            build.__func__.__get__(rule, None) for build in (first._build, first._build_unknown)
        )

    return compile_again


def looked_at_once(look: Callable[[Path], Signature]) -> Callable[[Path], Signature]:
    """The hub's own scripts and styles, which no test changes; folders that tests make are looked at each time."""
    own = ROOT / "static"
    seen = look(own)
    return lambda folder: seen if folder == own else look(folder)


def lasting_engine(make: Callable[..., Engine], url: str, **options: bool) -> Engine:
    """A server's connections stay open between tests: a new one knows no table yet, which costs more than a test.
    SQLite returns rows of which no order was asked the other way round than it likes to: PostgreSQL may."""
    engine = make(url, **options)
    if engine.dialect.name == "postgresql":
        engine.dispose = lambda: None  # type: ignore[method-assign]
    else:
        reverse = "PRAGMA reverse_unordered_selects=ON"
        sa.event.listen(engine, "connect", lambda connection, _record: connection.execute(reverse) and None)
    return engine


def new_app(folder: Path, database_url: str = "", **settings: object) -> Flask:
    settings = {"testing": True, "secret_key": "for tests only " * 3} | settings
    return create_app(Config(instance_path=folder, database_url=database_url, **settings))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """Lays a migrated SQLite database with nothing in it into the folder of an instance: every migration one after
    another takes longer than most tests."""
    made = tmp_path_factory.mktemp("migrated")
    store: Database = new_app(made).extensions["hub.db"]
    migrate(store)
    store.close()
    return lambda folder: shutil.copy(made / "hub.sqlite3", folder) and None


def demo_app(folder: Path) -> Flask:
    """An application with the demo's data, on SQLite."""
    return new_app(copy_of(demo_folder(folder / "made"), folder))


@contextmanager
def _new_database() -> Iterator[str]:
    """The address of an empty database on the server."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{SERVER.rpartition('/')[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _fill(folder: Path, address: str) -> None:
    app = new_app(folder, address)
    store: Database = app.extensions["hub.db"]
    with app.app_context():
        migrate(store)
        with store.transaction() as session:
            make_world(session, hash_password(PASSWORD))
    store.close()


class KeptFile:
    """What the database held at first, as a file: `restore` puts it in the place of the one that tests change."""

    def __init__(self, folder: Path) -> None:
        self.original, self.changed = folder / "filled.sqlite3", folder / "hub.sqlite3"
        self.address = f"sqlite:///{self.changed}"
        _fill(folder, self.address)
        self.changed.rename(self.original)

    def restore(self) -> None:
        for left in self.changed.parent.glob(f"{self.changed.name}*"):
            left.unlink()
        shutil.copy(self.original, self.changed)


WATCH = """
    CREATE SCHEMA kept;
    CREATE TABLE kept.touched (name text);
    CREATE FUNCTION kept.touch() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO kept.touched VALUES (TG_TABLE_NAME); RETURN NULL; END'
"""
WATCH_TABLE = """
    CREATE TABLE kept.{0} AS TABLE public.{0};
    CREATE TRIGGER touch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.{0} EXECUTE FUNCTION kept.touch()
"""


class KeptTables:
    """What the server's database held at first, in tables beside its own: emptying and refilling those that a test
    touched is many times as fast as a database for each test."""

    def __init__(self, address: str) -> None:
        self.address = address
        with psycopg.connect(address, autocommit=True) as server:
            tables = [row[0] for row in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            counters = server.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()
            server.execute(WATCH)
            for table in tables:
                server.execute(WATCH_TABLE.format(table))
        self.counters = ", ".join(f"setval('{name}', {last or 1}, {last is not None})" for name, last in counters)

    def restore(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as server:
            others = "datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
            touched = [row[0] for row in server.execute("SELECT DISTINCT name FROM kept.touched")]
            # As a replica the server fires no triggers, neither those of foreign keys nor the watching ones.
            again = [f"DELETE FROM public.{table}; INSERT INTO public.{table} TABLE kept.{table}" for table in touched]
            server.execute(
                "; ".join(
                    [
                        "SET lock_timeout = 5000; SET session_replication_role = replica; BEGIN",
                        *again,
                        f"TRUNCATE kept.touched; SELECT {self.counters}",
                        "COMMIT",
                    ]
                )
            )


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptFile | KeptTables]:
    folder = tmp_path_factory.mktemp("filled")
    if not SERVER:
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as quick:
            yield KeptFile(Path(quick))
        return
    with _new_database() as address:
        _fill(folder, address)
        yield KeptTables(address)


@contextmanager
def _fresh_app(filled: KeptFile | KeptTables, folder: Path) -> Iterator[Flask]:
    """An application on a database that holds the world and nothing else."""
    filled.restore()
    app = new_app(folder, filled.address)
    announced.clear()  # heads of the last test's database
    vocabulary.kept.clear()  # and its words
    asking.kept.clear()  # and what they mean
    yield app
    app.extensions["hub.db"].close()


@pytest.fixture
def app(filled: KeptFile | KeptTables, tmp_path: Path) -> Iterator[Flask]:
    with _fresh_app(filled, tmp_path) as app:
        yield app


@pytest.fixture
def fresh_app(filled: KeptFile | KeptTables, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """For tests that need one application after another: `with fresh_app() as app`."""
    return lambda: _fresh_app(filled, tmp_path_factory.mktemp("fresh"))


@pytest.fixture
def db(app: Flask) -> Iterator[Database]:
    with app.app_context():
        yield app.extensions["hub.db"]


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


@pytest.fixture
def client_of(world: World) -> Callable[[str | None], Browser]:
    return world.client


@pytest.fixture
def socket_of(world: World) -> Callable[[str], Socket]:
    return lambda who: Socket(world.client(who))
