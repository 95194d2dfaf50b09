"""One data base for each test, on SQLite or, with HUB_TEST_DATABASE_URL (tests/services.py), on PostgreSQL.

It is migrated and filled once in a session; each test begins with what it held then."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask

from hub import clock, create_app
from hub.config import Config
from hub.db import Database
from hub.feed.publish import announced
from hub.migrations.runner import migrate
from hub.security.passwords import hash_password
from tests.factories import PASSWORD, Browser, Socket, World, make_world

SERVER = os.environ.get("HUB_TEST_DATABASE_URL", "")
FILE = "hub.sqlite3"


@pytest.fixture(autouse=True)
def _system_clock() -> Iterator[None]:
    yield
    clock.set_source(None)


def new_app(folder: Path, database_url: str = "", **settings: object) -> Flask:
    settings = {"testing": True, "secret_key": "for tests only " * 3} | settings
    return create_app(Config(instance_path=folder, database_url=database_url, **settings))


@contextmanager
def _new_database() -> Iterator[str]:
    """The address of an empty data base on the server."""
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


class Kept:
    """What the server's data base held at first, in tables beside its own: emptying and refilling them is several
    times as fast as a data base for each test."""

    def __init__(self, address: str) -> None:
        self.address = address
        with psycopg.connect(address, autocommit=True) as server:
            tables = [row[0] for row in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            counters = server.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()
            server.execute("CREATE SCHEMA kept")
            for table in tables:
                server.execute(f"CREATE TABLE kept.{table} AS TABLE public.{table}")
        self.again = "; ".join(
            [
                "SET lock_timeout = 5000; SET session_replication_role = replica; BEGIN",
                *(f"DELETE FROM public.{table}; INSERT INTO public.{table} TABLE kept.{table}" for table in tables),
                *(f"SELECT setval('{name}', {last or 1}, {last is not None})" for name, last in counters),
                "COMMIT",
            ]
        )

    def restore(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as server:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
            server.execute(self.again)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | Kept]:
    folder = tmp_path_factory.mktemp("filled")
    if not SERVER:
        _fill(folder, "")
        yield folder / FILE
        return
    with _new_database() as address:
        _fill(folder, address)
        yield Kept(address)


@contextmanager
def _fresh_app(filled: Path | Kept, folder: Path) -> Iterator[Flask]:
    """An application on a data base that holds the world and nothing else; `folder` must not have one yet."""
    if isinstance(filled, Kept):
        filled.restore()
        app = new_app(folder, filled.address)
    else:
        shutil.copy(filled, folder / FILE)
        app = new_app(folder)
    announced.clear()  # heads of the last test's data base
    yield app
    app.extensions["hub.db"].close()


@pytest.fixture
def app(filled: Path | Kept, tmp_path: Path) -> Iterator[Flask]:
    with _fresh_app(filled, tmp_path) as app:
        yield app


@pytest.fixture
def fresh_app(filled: Path | Kept, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
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
