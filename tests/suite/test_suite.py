"""The runner itself: what TESTS chooses, what is said of a red run, and what the list for PostgreSQL has to hold."""

import json
import sys
from pathlib import Path

import pytest

from tests.suite import __main__ as suite
from tests.suite.cover import Asked, Sent, chosen
from tests.suite.parts import ON_POSTGRESQL, ROOT, Part, chosen_parts
from tests.suite.running import Running, run
from tests.suite.statements import shape
from tests.suite.telling import Telling, closing

pytestmark = pytest.mark.once
FAILING = "def test_good():\n    pass\ndef test_bad():\n    assert False, 'so'\n"


def names(tests: str) -> set[str]:
    return {part.name for part in chosen_parts(tests)}


def test_a_folder_runs_on_both_databases() -> None:
    assert names("tests/threads") == {"SQLite", "PostgreSQL"}
    assert names("'tests/threads/test_pace.py::test_a[x y]'") == {"SQLite", "PostgreSQL"}


def test_each_kind_of_test_runs_where_it_belongs() -> None:
    assert names("tests/browser/test_axe.py") == {"browser"}
    assert names("tests/server/test_killed.py") == {"servers", "servers, PostgreSQL", "timed", "timed, PostgreSQL"}
    assert names("tests/text") == {"SQLite"}, "says nothing of a database"
    assert len(names("")) > len(names("tests"))


def test_what_is_chosen_takes_the_place_of_the_whole() -> None:
    (part,) = chosen_parts("tests/browser/test_axe.py tests/browser/test_tabs.py")
    assert part.command_line()[-2:] == ["tests/browser/test_axe.py", "tests/browser/test_tabs.py"]
    assert not any(word == "tests/browser" or word.startswith("@") for word in part.command_line())


def ran(folder: Path, *parts: Part) -> list[Running]:
    return run(list(parts), folder, Telling(len(parts)))


def pytest_part(file: Path, **how: bool) -> Part:
    command = (sys.executable, "-m", "pytest", "-q", "-p", "tests.suite.reporting", "--rootdir", str(file.parent))
    return Part(file.stem, (*command, "-c", "/dev/null"), (str(file),), **how)


def test_a_red_run_ends_with_the_names_and_the_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "test_red.py").write_text(FAILING)
    begun = ran(tmp_path, pytest_part(tmp_path / "test_red.py"))
    assert closing(begun, 61, tmp_path / "failed.txt", []) == 1
    told = capsys.readouterr().out
    assert "assert False" in told, "why it failed stands above"
    assert told.splitlines()[-3:] == ["", "to run these alone again: make test TESTS=failed", "1 passed, 1 failed"]
    assert "FAILED in test_red: test_red.py::test_bad" in told
    assert (tmp_path / "failed.txt").read_text() == "test_red.py::test_bad\n"


def test_a_part_that_breaks_without_a_test_is_red(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begun = ran(tmp_path, Part("checks", ("sh", "-c", "echo no such thing; exit 3")))
    assert closing(begun, 1, tmp_path / "failed.txt", []) == 1
    told = capsys.readouterr().out
    assert "no such thing" in told
    assert "checks: BROKE OFF (exit 3)" in told
    assert "make check" in told
    assert told.endswith("0 passed, 1 failed\n")


def test_nothing_that_ran_is_not_green(tmp_path: Path) -> None:
    (tmp_path / "test_none.py").write_text("")
    assert closing(ran(tmp_path, pytest_part(tmp_path / "test_none.py")), 1, tmp_path / "failed.txt", []) == 1


def test_what_measures_runs_last_beside_its_like(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    seen: set[frozenset[str]] = set()

    def look(begun: list[Running]) -> None:
        seen.add(frozenset(one.part.name for one in begun if one.progress.returned is None))

    sleep = ("sleep", "0.7")
    names = {"first": True, "second": True, "third": True, "before": False, "beside": False}
    run([Part(name, sleep, timed=timed) for name, timed in names.items()], tmp_path, look)
    assert frozenset({"before", "beside"}) in seen
    assert frozenset({"first", "second"}) in seen
    assert not any(len(going) > 2 for going in seen)
    assert not any({"before", "beside"} & going and {"first", "second", "third"} & going for going in seen)


def test_what_waits_runs_beside_the_others_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    seen: set[frozenset[str]] = set()

    def look(begun: list[Running]) -> None:
        seen.add(frozenset(one.part.name for one in begun if one.progress.returned is None))

    sleep = ("sleep", "0.7")
    names = {"a": False, "b": False, "c": False, "waits": True, "waits too": True}
    run([Part(name, sleep, waits=waits) for name, waits in names.items()], tmp_path, look)
    assert frozenset({"a", "b", "waits"}) in seen
    assert not any({"waits", "waits too"} <= going or {"a", "b", "c"} <= going for going in seen)


def test_failed_stands_for_what_failed_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "FAILED", tmp_path / "failed.txt")
    monkeypatch.setenv("TESTS", "failed")
    with pytest.raises(SystemExit, match="nothing failed"):
        suite.wanted()
    (tmp_path / "failed.txt").write_text("tests/text/test_a.py::test_b[c d]\n")
    assert [part.selection for part in chosen_parts(suite.wanted())] == [("tests/text/test_a.py::test_b[c d]",)]


def noted(file: Path, **sends: list[str]) -> Path:
    lines = [{"test": test, "seconds": 0.1, "sends": sent} for test, sent in sends.items()]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return file


def test_the_chosen_send_every_statement(tmp_path: Path) -> None:
    sent = Sent(noted(tmp_path / "a", one=["f 1", "f 2"], two=["f 2"], three=["g 3"], four=[]))
    assert chosen(sent) == ["one", "three"]


def test_a_function_that_never_asked_postgresql_is_named(tmp_path: Path) -> None:
    halves = [noted(tmp_path / "a", one=["rooms/queries.py:list_rooms 1"]), noted(tmp_path / "b", two=["b.py:f 2"])]
    asked = Asked(halves, [noted(tmp_path / "c", other=["b.py:f 9"])])
    assert asked.sqlite_alone() == ["rooms/queries.py:list_rooms"]
    assert asked.tests_of(asked.sqlite_alone()) == ["one"]


WRITES_NOTES = r"""
import json, os, pathlib, sys
test, sends = sys.argv[1:]
line = {"test": test, "seconds": 0.1, "sends": sends.split(",")}
pathlib.Path(os.environ["HUB_SUITE_STATEMENTS"]).write_text(json.dumps(line) + "\n")
"""


def noting(name: str, test: str, sends: str, **how: bool) -> Part:
    return Part(name, (sys.executable, "-c", WRITES_NOTES, test, sends), notes=True, **how)


@pytest.mark.parametrize(("there", "missing"), [("a.py:f 1,b.py:g 2", []), ("a.py:f 1", ["b.py:g"])])
def test_what_the_list_leaves_out_is_run_on_postgresql_at_the_end(
    there: str, missing: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suite, "RESULTS", tmp_path)
    monkeypatch.delenv("TESTS", raising=False)
    monkeypatch.setattr("tests.suite.parts.SERVICES", ())
    monkeypatch.setattr(suite, "catching_up", lambda tests: noting("left out", *tests, there, services=True))
    parts = [noting("SQLite", "one", "a.py:f 1,b.py:g 2"), noting("PostgreSQL", "two", "c.py:h 3", services=True)]
    begun, left_out = suite.caught_up(run(parts, tmp_path, lambda begun: None), Telling(2))
    assert [one.part.name for one in begun] == ["SQLite", "PostgreSQL", "left out"]
    assert left_out == missing


def test_the_two_halves_leave_out_nothing_and_run_nothing_twice() -> None:
    left_out = [set(part.selection[1:]) for part in chosen_parts("") if part.name.startswith("SQLite")]
    apart = {"--ignore=tests/browser", "--ignore=tests/server"}
    assert left_out[0] & left_out[1] == apart
    there = {f"tests/{path.parts[1]}" for path in Path("tests").glob("**/test_*.py")}
    assert {option.removeprefix("--ignore=") for option in left_out[0] | left_out[1]} >= there


def test_a_statement_is_the_same_however_many_values_it_takes() -> None:
    assert shape("SELECT a FROM t WHERE b IN (%(b_1)s, %(b_2)s)") == shape("SELECT a FROM t WHERE b IN (%(b_1)s)")
    assert shape("SELECT a FROM t WHERE b = %(b)s::VARCHAR") != shape("SELECT a FROM t WHERE c = %(c)s::VARCHAR")


def is_there(test: str) -> bool:
    file, *_class, name = test.partition("[")[0].split("::")
    path = ROOT / file
    return path.is_file() and f"def {name}(" in path.read_text(encoding="utf-8")


def test_the_list_for_postgresql_is_sorted_and_names_tests_that_exist() -> None:
    """One that was renamed would end the whole part before its first test."""
    listed = (ROOT / ON_POSTGRESQL).read_text(encoding="utf-8").splitlines()
    assert listed == sorted(set(listed))
    assert [test for test in listed if not is_there(test)] == []
