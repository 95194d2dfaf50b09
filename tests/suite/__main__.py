"""`make test`: all parts, or with TESTS the tests that it names (paths or ids; `failed`: those that failed last)."""

import os
import shlex
import shutil
import sys
import time
from pathlib import Path

from tests.suite.cover import Asked
from tests.suite.parts import ON_POSTGRESQL, ROOT, catching_up, chosen_parts
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


def asked(begun: list[Running]) -> Asked | None:
    """Which functions asked which database; None of a run that was narrowed or broke off."""
    noting = [one for one in begun if one.part.notes]
    if os.environ.get("TESTS", "").strip() or any(one.progress.returned for one in noting):
        return None
    notes = {services: [_sent(one) for one in noting if one.part.services is services] for services in (False, True)}
    return Asked(notes[False], notes[True])


def caught_up(begun: list[Running], tell: Telling) -> tuple[list[Running], list[str]]:
    """Between two `make cover` the list for PostgreSQL is kept by hand: what it leaves out is asked there now.

    Returns all parts and the functions that asked SQLite alone even so."""
    so_far = asked(begun)
    if so_far is None or not (left_out := so_far.sqlite_alone()):
        return begun, []
    tests = so_far.tests_of(left_out)
    print(
        f"{ON_POSTGRESQL} leaves out {len(left_out)} functions; tests that come to them:",
        *tests,
        sep="\n  ",
        flush=True,
    )
    begun += run([catching_up(tests)], RESULTS, lambda more: tell(begun + more))
    now = asked(begun)
    return begun, now.sqlite_alone() if now else []


def _sent(one: Running) -> Path:
    return one.progress.report.with_suffix(".sent")


def main() -> int:
    parts, began = chosen_parts(wanted()), time.monotonic()
    if not parts:
        sys.exit(f"no test is called {os.environ['TESTS']}")
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir()
    print(f"{len(parts)} parts: {' · '.join(part.name for part in parts)}", flush=True)
    tell = Telling(len(parts))
    begun, left_out = caught_up(run(parts, RESULTS, tell), tell)
    return closing(begun, time.monotonic() - began, FAILED, left_out)


if __name__ == "__main__":
    sys.exit(main())
