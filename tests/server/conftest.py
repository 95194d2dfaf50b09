"""Fixtures for tests against real server processes, on SQLite or on the PostgreSQL and Redis of tests/services.py."""

import atexit
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import psycopg
import pytest

from tests.live import Live, copy_of
from tests.server.watching import figures

# The second half of `make test` runs under tests/services.py: what needs PostgreSQL or Redis, and what one database
# does otherwise than the other. The library's own transport has not what the hub's adds.
TWICE = bool(os.environ.get("HUB_TEST_DATABASE_URL"))
STOCK = os.environ.get("HUB_TEST_TRANSPORT") == "stock"
NEEDS_SERVICES = {"test_two_workers.py", "test_fault_services.py", "test_fault_front.py", "test_failover.py"}
ON_BOTH_DATA_BASES = {
    "test_killed.py", "test_search_killed.py", "test_fault_data.py", "test_restore.py", "test_isolation.py",
    "test_hostile_events.py", "test_found_soon.py", "test_arrivals.py", "test_worker.py",
    "test_batches.py",
}  # fmt: skip
OWN_TRANSPORT = {
    "test_hostile_frames.py", "test_leaving.py", "test_slow_reader.py", "test_fault_deploy.py", "test_arrivals.py",
}  # fmt: skip
TIMED = {
    "test_hostile_frames.py", "test_hostile_events.py", "test_slow_reader.py", "test_fault_deploy.py",
    "test_fault_front.py", "test_hostile_requests.py", "test_failover.py", "test_found_soon.py", "test_reading.py",
    "test_arrivals.py",
}  # fmt: skip
_files = {path.name for path in Path(__file__).parent.glob("test_*.py")}
collect_ignore = sorted(_files - NEEDS_SERVICES - ON_BOTH_DATA_BASES if TWICE else NEEDS_SERVICES)
collect_ignore += sorted(OWN_TRANSPORT) if STOCK else []
ROOMS, MEMBERS = 12, 10


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path.name in TIMED:
        item.add_marker("timed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if figures:
        terminalreporter.section("figures")
        for line in figures:
            terminalreporter.write_line(line)


def _server_url(name: str) -> str:
    return os.environ["HUB_TEST_DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"


def _at_server(statement: str) -> None:
    with psycopg.connect(os.environ["HUB_TEST_DATABASE_URL"].replace("+psycopg", ""), autocommit=True) as server:
        server.execute(statement)  # type: ignore[arg-type]


@contextmanager
def fresh_database(template: str = "template1") -> Iterator[dict[str, str]]:
    """Settings for where data lives: nothing for SQLite, else a fresh database of the PostgreSQL server."""
    if not TWICE:
        yield {}
        return
    name = f"live_{secrets.token_hex(4)}"
    _at_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield {"HUB_DATABASE_URL": _server_url(name)}
    _at_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    """Where this test's data lives."""
    with fresh_database() as found:
        yield found


def _make_world(server: Live, rooms: int, members: int) -> None:
    size = ["--rooms", str(rooms), "--members", str(members)]
    server.run("bench-world", *size, "--out", str(server.folder / "world.json"))


@cache
def _made_world() -> tuple[Path, str]:
    """An instance folder with ROOMS rooms of MEMBERS, and its database's name: made once, every server begins with a
    copy of it."""
    folder, name = Path(mkdtemp(prefix="hub-world-")), "made_world" if TWICE else ""
    atexit.register(rmtree, folder, ignore_errors=True)
    if name:
        _at_server(f"CREATE DATABASE {name}")
    _make_world(Live(folder, **({"HUB_DATABASE_URL": _server_url(name)} if name else {})), ROOMS, MEMBERS)
    return folder, name


def new_server(folder: Path, members: int = MEMBERS, **settings: str) -> Iterator[Live]:
    """A server with a `bench-world`: `live.world` is a room of so many members."""
    with ExitStack() as stack:
        if members == MEMBERS and "HUB_DATABASE_URL" not in settings:
            made, name = _made_world()
            copy_of(made, folder / "instance")
            settings |= stack.enter_context(fresh_database(name))
            server = Live(folder / "instance", **settings)
        else:
            server = Live(folder / "instance", **settings)
            _make_world(server, 1, members)
        server.rooms = json.loads((server.folder / "world.json").read_text())["rooms"]
        server.world = server.rooms.pop()
        yield stack.enter_context(server)


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    yield from new_server(tmp_path_factory.mktemp("shared"), HUB_RATE_LIMITS="off")


@pytest.fixture
def live(shared_server: Live) -> Live:
    """The file's server, without rate limits, and a room of this test's own whose people read nothing else."""
    shared_server.world = shared_server.rooms.pop()
    return shared_server
