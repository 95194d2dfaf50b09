"""A pytest plugin that tells the runner how far a part is, in lines of JSON.

`{"collected": 41}` once, `{"test": "tests/a.py::test_b", "outcome": "passed"}` for each, with outcome passed, failed or
skipped; a failing fixture counts as a failing test."""

import json
import os
from pathlib import Path

import pytest


class Telling:
    def __init__(self, report: Path) -> None:
        self.out = report.open("a", encoding="utf-8")
        self.failed: set[str] = set()

    def _tell(self, **line: object) -> None:
        self.out.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.out.flush()

    def pytest_unconfigure(self) -> None:
        self.out.close()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._tell(collected=len(session.items))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._tell(test=report.nodeid, outcome="failed")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        ends = report.when == "call" or (report.when == "setup" and report.outcome != "passed")
        if (ends or report.failed) and report.nodeid not in self.failed:
            self._tell(test=report.nodeid, outcome=report.outcome)
            if report.failed:
                self.failed.add(report.nodeid)


def pytest_configure(config: pytest.Config) -> None:
    if path := os.environ.get("HUB_SUITE_REPORT"):
        config.pluginmanager.register(Telling(Path(path)), "telling")
