"""A pytest plugin that notes which statements each test sends to the database, and from where in the hub.

HUB_SUITE_STATEMENTS names a file of JSON lines, one for each test: `{"test": id, "seconds": 0.04, "sends": [...]}`,
each of the sends a function of the hub and a short name of the statement. `cover.py` makes of it the list of what runs
on PostgreSQL."""

import json
import os
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

HUB = str(Path(__file__).resolve().parents[2] / "hub")
# They lead to the database and ask nothing of their own.
WAYS = {"db.py", "engine.py", "apart.py", "commits.py", "statements.py", "pool.py", "writing.py"}


def sender() -> str:
    """The innermost function of the hub that is being run, `rooms/queries.py:list_rooms`; empty for a test itself."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(HUB) and (path := file[len(HUB) + 1 :]) not in WAYS:
            return f"{path}:{frame.f_code.co_qualname}"
        frame = frame.f_back
    return ""


@lru_cache(maxsize=20_000)
def shape(statement: str) -> str:
    """A short name of the statement, the same however many values it is given."""
    one = re.sub(r"%\(\w+\)s(::\w+(\[\])?)?", "?", statement)
    one = re.sub(r"\?(, \?)+", "?", one)
    one = re.sub(r"\(\?\)(, \(\?\))+", "(?)", one)
    return sha256(re.sub(r"\d+", "#", one).encode()).hexdigest()[:12]


class Noting:
    def __init__(self, notes: Path) -> None:
        self.out, self.sends = notes.open("w", encoding="utf-8"), set[str]()
        sa.event.listen(Engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if name := sender():
            self.sends.add(f"{name} {shape(statement)}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.sends, self.seconds = set(), 0.0
        done = yield
        line = {"test": item.nodeid, "seconds": round(self.seconds, 3), "sends": sorted(self.sends)}
        self.out.write(json.dumps(line) + "\n")
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds += report.duration

    def pytest_unconfigure(self) -> None:
        self.out.close()


def pytest_configure(config: pytest.Config) -> None:
    if path := os.environ.get("HUB_SUITE_STATEMENTS"):
        config.pluginmanager.register(Noting(Path(path)), "noting")
