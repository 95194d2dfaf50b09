"""`make test`: all parts, or with TESTS the tests that it names (paths or ids; `failed`: those that failed last)."""

import os
import shlex
import shutil
import sys
import time
from pathlib import Path

from tests.suite.cover import not_asked
from tests.suite.parts import ROOT, chosen_parts
from tests.suite.running import Running, run
from tests.suite.telling import Telling, closing

RESULTS = ROOT / ".suite"  # test-results is emptied by the browser's plugin
FAILED = RESULTS / "failed.txt"


def wanted() -> str:
    """TESTS, with the list of what failed last in the place of `failed`."""
    tests = os.environ.get("TESTS", "")
    if tests.strip() != "failed":
        return tests
    names = FAILED.read_text(encoding="utf-8").splitlines() if FAILED.exists() else []
    if not names:
        sys.exit("nothing failed last time")
    return shlex.join(names)


def left_out(begun: list[Running]) -> list[str]:
    """What a whole run, and not one that broke off, asked SQLite alone."""
    noting = [one for one in begun if one.part.notes]
    if os.environ.get("TESTS", "").strip() or any(one.progress.returned for one in noting):
        return []
    notes = {services: [_sent(one) for one in noting if one.part.services is services] for services in (False, True)}
    return not_asked(notes[False], notes[True])


def _sent(one: Running) -> Path:
    return one.progress.report.with_suffix(".sent")


def main() -> int:
    parts, began = chosen_parts(wanted()), time.monotonic()
    if not parts:
        sys.exit(f"no test is called {os.environ['TESTS']}")
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir()
    print(f"{len(parts)} parts: {' · '.join(part.name for part in parts)}", flush=True)
    begun = run(parts, RESULTS, Telling(len(parts)))
    return closing(begun, time.monotonic() - began, FAILED, left_out(begun))


if __name__ == "__main__":
    sys.exit(main())
