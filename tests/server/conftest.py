"""Fixtures for tests against real server processes, on SQLite or on the PostgreSQL and Redis of tests/services.py."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.live import Live
from tests.server.soak import SOAK
from tests.server.watching import figures

# Several workers need PostgreSQL: these tests run in the second half of `make test`, under tests/services.py.
# What only one data base's run is worth runs on SQLite. The library's own transport has not what the hub's adds.
TWICE = bool(os.environ.get("HUB_TEST_DATABASE_URL"))
STOCK = os.environ.get("HUB_TEST_TRANSPORT") == "stock"
OWN_ONCE = ["test_hostile_frames.py", "test_leaving.py", "test_slow_reader.py"]
collect_ignore = OWN_ONCE if TWICE or STOCK else []
collect_ignore += ["test_lossy_network.py", "test_fault_network.py"] if TWICE else []
collect_ignore += [] if SOAK and not TWICE and not STOCK else ["test_fault_deploy.py"]  # half a minute
collect_ignore += [] if TWICE else ["test_two_workers.py", "test_fault_services.py", "test_fault_front.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if figures:
        terminalreporter.section("figures")
        for line in figures:
            terminalreporter.write_line(line)


@contextmanager
def fresh_database() -> Iterator[dict[str, str]]:
    """Settings for where data lives: nothing for SQLite, else a fresh data base of the PostgreSQL server."""
    url = os.environ.get("HUB_TEST_DATABASE_URL")
    if not url:
        yield {}
        return
    name = f"live_{secrets.token_hex(4)}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield {"HUB_DATABASE_URL": url.rsplit("/", 1)[0] + f"/{name}"}
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    """Where this test's data lives."""
    with fresh_database() as found:
        yield found


def new_server(folder: Path, members: int = 5, **settings: str) -> Iterator[Live]:
    """A server with a `bench-world` of one room: `live.world`."""
    server = Live(folder / "instance", **settings)
    out = folder / "world.json"
    server.run("bench-world", "--rooms", "1", "--members", str(members), "--out", str(out))
    server.world = json.loads(out.read_text())["rooms"][0]
    with server:
        yield server


@pytest.fixture
def live(tmp_path: Path, settings: dict[str, str]) -> Iterator[Live]:
    """A server with a room of five people and no rate limits."""
    yield from new_server(tmp_path, HUB_RATE_LIMITS="off", **settings)
