"""Which tests run on PostgreSQL in `make test`: a choice that sends every statement which all of them send together.

`python -m tests.suite.cover` runs all of them there, which takes minutes, and writes the list anew (`make cover`).
`--check` writes nothing and fails where the list leaves a statement out (`make soak`). `make test` itself looks whether
every function of the hub that asked SQLite something asked PostgreSQL as well, and runs a test there for those that the
list leaves out (`Asked`)."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.suite.parts import APART, NO_DATA, ON_POSTGRESQL, PYTEST, ROOT, SERVICES

# What differs there by more than its statements: locks, levels of isolation, sequences, connections of their own.
WHOLE = (
    "tests/threads/test_two_transactions.py",
    "tests/library/test_two_transactions.py",
    "tests/jobs/",
    "tests/accounts/test_throttle.py::test_many_guesses_at_once_do_not_slip_through_together",
    "tests/feed/test_races.py",
    "tests/files/test_two_at_once.py",
    "tests/feed/test_one_moment.py",
    "tests/search/test_meaning_meanwhile.py",
    "tests/search/test_two_indexers.py",
    "tests/reading/test_readings.py",
    "tests/backup/",
    "tests/health/test_probe.py",
    "tests/retention/",
    "tests/test_migrating_beside_others.py",
    "tests/test_outage.py",
    "tests/test_engine.py",
    "tests/test_migrations.py",
    "tests/test_statements.py",
)
SQLITE_ONLY = ("backup/sqlite",)  # functions that ask SQLite alone, by the beginning of their name


class Sent:
    """What one run noted (`statements.py`): of each test the statements sent and the functions that sent them."""

    def __init__(self, file: Path) -> None:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        self.of = {
            line["test"]: frozenset(part for sent in line["sends"] for part in sent.split(" ")) for line in lines
        }
        self.seconds = {line["test"]: max(line["seconds"], 0.02) for line in lines}

    def by(self, tests: Iterable[str]) -> set[str]:
        return {sent for test in tests for sent in self.of.get(test, ())}

    def functions(self) -> set[str]:
        return {sent for sent in self.by(self.of) if ":" in sent}


def chosen(sent: Sent) -> list[str]:
    """Those of WHOLE, and greedily whichever test sends most that is new in its time."""
    picked = [test for test in sent.of if test.startswith(WHOLE)]
    left = sent.by(sent.of) - sent.by(picked)
    while left:
        best = max(sent.of, key=lambda test: (len(sent.of[test] & left) / sent.seconds[test], test))
        picked.append(best)
        left -= sent.of[best]
    return sorted(picked)


class Asked:
    """Which functions of the hub asked which database, by the notes of a run's parts."""

    def __init__(self, on_sqlite: Iterable[Path], on_postgresql: Iterable[Path]) -> None:
        self.on_sqlite, self.on_postgresql = ([Sent(file) for file in files] for files in (on_sqlite, on_postgresql))

    def sqlite_alone(self) -> list[str]:
        """The functions that asked SQLite something and PostgreSQL nothing."""
        asked = (
            set[str]().union(*(sent.functions() for sent in some)) for some in (self.on_sqlite, self.on_postgresql)
        )
        missing = next(asked) - next(asked)
        return sorted(name for name in missing if not name.startswith(SQLITE_ONLY))

    def tests_of(self, functions: Iterable[str]) -> list[str]:
        """For each of the functions the quickest test that comes to it; one that comes to several stands once."""
        left, picked = set(functions), list[str]()
        seconds = {test: sent.seconds[test] for sent in self.on_sqlite for test in sent.of}
        sends = {test: some for sent in self.on_sqlite for test, some in sent.of.items()}
        for test in sorted(seconds, key=lambda test: (seconds[test], test)):
            if new := sends[test] & left:
                picked.append(test)
                left -= new
        return sorted(picked)


def run_all(out: Path) -> int:
    ignored = [f"--ignore={path}" for path in (*APART, *NO_DATA)]
    command = [*SERVICES, *PYTEST, "-m", "not once", *ignored]
    return subprocess.run(
        command, cwd=ROOT, check=False, env=os.environ | {"HUB_SUITE_STATEMENTS": str(out)}
    ).returncode


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "sent.jsonl"
        failed = run_all(out)  # a list can be made of a run in which something failed: what was sent was sent
        sent = Sent(out)
    listed = ROOT / ON_POSTGRESQL
    if "--check" in sys.argv:
        left_out = sent.by(sent.of) - sent.by(listed.read_text(encoding="utf-8").splitlines())
        print(f"{len(left_out)} of {len(sent.by(sent.of))} statements are left out", *sorted(left_out), sep="\n  ")
        return failed or bool(left_out)
    tests = chosen(sent)
    listed.write_text("".join(f"{test}\n" for test in tests), encoding="utf-8")
    print(f"{len(tests)} of {len(sent.of)} tests send all {len(sent.by(sent.of) - sent.functions())} statements")
    return failed


if __name__ == "__main__":
    sys.exit(main())
