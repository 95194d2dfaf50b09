"""The parts of the suite: what each runs, on which database, and which of them measure time."""

import os
import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ON_POSTGRESQL = "tests/suite/on_postgresql.txt"
SERVICES = (sys.executable, "tests/services.py", "--")
PYTEST = (
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "--durations=15",
    "-p",
    "tests.suite.reporting",
    "-p",
    "tests.suite.statements",
)
APART = ("tests/browser", "tests/server")
NO_DATA = ("tests/text", "tests/docs", "tests/feed/transport", "tests/suite", "tests/test_architecture.py")


@dataclass(frozen=True)
class Part:
    """`command` runs `selection`; TESTS puts in the place of the selection those of its tests that lie under `home`,
    `apart` from these. A part without a home runs whole or, with TESTS, not at all."""

    name: str
    command: tuple[str, ...]
    selection: tuple[str, ...] = ()
    home: str = ""
    apart: tuple[str, ...] = ()
    services: bool = False
    notes: bool = False  # which statements each test sends (`statements.py`)
    timed: bool = False  # measures milliseconds: only its like may run beside it, one a core
    patient: bool = False  # gives way to what talks to servers
    waits: bool = False  # for processes that start, are killed and come back: computes a fifth of its time

    def command_line(self) -> list[str]:
        before = [*(("nice",) if self.patient else ()), *(SERVICES if self.services else ())]
        return [*before, *self.command, *self.selection]

    def narrowed(self, chosen: list[str]) -> "Part | None":
        """The part with its own among the chosen tests, None where there are none."""
        own = tuple(test for test in chosen if self.home and _under(test, self.home))
        own = tuple(test for test in own if not any(_under(test, path) for path in self.apart))
        return replace(self, selection=own) if own else None


def _under(test: str, path: str) -> bool:
    """Also true for a folder around the path: `tests` is under `tests/server` in so far as it holds it."""
    file = test.partition("::")[0].rstrip("/")
    return f"{file}/".startswith(f"{path}/") or f"{path}/".startswith(f"{file}/")


def all_parts() -> list[Part]:
    """Everything that `make test` runs, what takes longest first. On PostgreSQL only what differs there
    (`tests/suite/cover.py`)."""
    scripts = sorted(str(path) for path in Path("tests/js").rglob("*.test.js"))
    beside, timed = (*PYTEST, "-m", "not timed"), (*PYTEST, "-m", "timed")
    on_postgresql = (*PYTEST, "-m", "not once")
    server = {"selection": ("tests/server",), "home": "tests/server"}
    return [
        Part("browser", PYTEST, _browser_files(0), "tests/browser"),
        Part("browser, other half", PYTEST, _browser_files(1)),
        Part("SQLite", PYTEST, _half(0), "tests", APART, notes=True, patient=True),
        Part("SQLite, other half", PYTEST, _half(1), notes=True, patient=True),
        Part("checks", ("sh", "deploy/check.sh"), patient=True),
        Part(
            "PostgreSQL",
            on_postgresql,
            (f"@{ON_POSTGRESQL}",),
            "tests",
            (*APART, *NO_DATA),
            services=True,
            notes=True,
            patient=True,
        ),
        Part("scripts", ("node", "--test", "--test-reporter=tap"), tuple(scripts), patient=True),
        Part("servers", beside, **server, waits=True),
        Part("servers, PostgreSQL", beside, **server, services=True, waits=True),
        Part("timed", timed, **server, timed=True),
        Part("timed, PostgreSQL", timed, **server, services=True, timed=True),
    ]


def catching_up(tests: list[str]) -> Part:
    """These tests on PostgreSQL, whatever its list says and whether they are run on one database alone."""
    return Part("PostgreSQL, left out", PYTEST, tuple(tests), services=True, notes=True)


def _browser_files(half: int) -> tuple[str, ...]:
    """Every second file: pages wait more than they compute, so two halves beside each other take half the time."""
    files = sorted(path.as_posix() for path in Path("tests/browser").glob("test_*.py"))
    return tuple(files[half::2])


def _half(half: int) -> tuple[str, ...]:
    """Every second folder and file of the rest, so that no core is left over at the end. Said by what is left out: a
    path that is named is run whatever the other database alone can do."""
    rest = sorted(path.as_posix() for path in Path("tests").iterdir() if path.is_dir() or path.name.startswith("test_"))
    others = [path for path in rest if path not in APART][1 - half :: 2]
    return ("tests", *(f"--ignore={path}" for path in (*APART, *others)))


def chosen_parts(tests: str) -> list[Part]:
    """What TESTS asks for: paths or ids of tests, blanks between them, quoted as for a shell; nothing asks for all."""
    if not tests.strip():
        return all_parts()
    narrowed = (part.narrowed(shlex.split(tests)) for part in all_parts())
    return [part for part in narrowed if part]


def environment(part: Part, report: Path) -> dict[str, str]:
    """What a part's process finds: the pinned tools first, and where to write what it has done."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"])
    notes = {"HUB_SUITE_STATEMENTS": str(report.with_suffix(".sent"))} if part.notes else {}
    shared = {"HUB_SUITE_REPORT": str(report), "HUB_SUITE_DEMO": str(report.parent / "demo")}
    return os.environ | {"PATH": path, **shared, **notes}
