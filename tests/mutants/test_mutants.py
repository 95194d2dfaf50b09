"""The runner of faults itself: it finds them, puts them in, and knows a test that fails from one that passes."""

import ast
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hub.threads.services import steering
from tests.mutants import trial
from tests.mutants.accepted import accepted
from tests.mutants.edits import edits
from tests.mutants.reach import Reach
from tests.mutants.report import line_of, table
from tests.mutants.sites import Site, fingerprint, functions, modules, sites_of, with_fault
from tests.mutants.trial import Outcome, Trials, function_of

SAMPLE = """
def lock(session, actor, thread):
    require(actor, thread)
    if thread.locked or thread.age > 3:
        raise Conflict
    thread.locked, thread.by = True, actor
    names = [n for n in thread.names if n.told]
    return select(Thread).where(Thread.id == 3, (Thread.a == 1) & (Thread.b == 2)).where(one)
"""
FAULTS = {
    ("call", "require(actor, thread)"),
    ("guard", "if thread.locked or thread.age > 3"),
    ("operand", "thread.locked  [of: thread.locked or thread.age > 3]"),
    ("operand", "thread.age > 3  [of: thread.locked or thread.age > 3]"),
    ("bound", "thread.age > 3"),
    ("set", "thread.locked = True"),
    ("set", "thread.by = actor"),
    ("filter", "n.told"),
    ("filter", "Thread.id == 3"),
    ("filter", "(Thread.a == 1) & (Thread.b == 2)"),
    ("filter", "Thread.a == 1  [of: (Thread.a == 1) & (Thread.b == 2)]"),
    ("filter", "Thread.b == 2  [of: (Thread.a == 1) & (Thread.b == 2)]"),
    ("filter", "one"),
}


def test_every_guard_effect_filter_and_bound_is_found() -> None:
    assert {(edit.kind, edit.text) for edit in edits(ast.parse(SAMPLE))} == FAULTS


def with_one(kind: str, text: str) -> str:
    tree = ast.parse(SAMPLE)
    next(edit for edit in edits(tree) if (edit.kind, edit.text) == (kind, text)).apply()
    return ast.unparse(tree)


@pytest.mark.parametrize(("kind", "text"), sorted(FAULTS))
def test_a_fault_changes_that_one_thing(kind: str, text: str) -> None:
    plain, faulty = ast.unparse(ast.parse(SAMPLE)), with_one(kind, text)
    assert plain != faulty
    assert len(set(plain.splitlines()) - set(faulty.splitlines())) <= 2
    compile(faulty, "sample", "exec")


def test_what_is_taken_away() -> None:
    assert "require" not in with_one("call", "require(actor, thread)")
    assert "if thread.age > 3:" in with_one("operand", "thread.locked  [of: thread.locked or thread.age > 3]")
    assert "thread.age >= 3" in with_one("bound", "thread.age > 3")
    assert "_kept_as_it_was, thread.by = (True, actor)" in with_one("set", "thread.locked = True")
    assert "where(one)" not in with_one("filter", "one")


def test_the_services_of_every_feature_are_judged() -> None:
    judged = modules()
    for feature in ("threads/services/posting", "sharing/services/consenting", "accounts/postings", "rooms/steering"):
        assert f"hub/{feature}.py" in judged
    assert not [path for path in judged if path.endswith("routes.py")]


def test_every_function_with_a_fault_is_found_where_it_stands() -> None:
    for path in modules():
        for site in {site.function: site for site in sites_of(path)}.values():
            assert function_of(site).__code__.co_qualname.endswith(site.function)


def of_locking(text: str) -> Site:
    return next(
        s for s in sites_of("hub/threads/services/steering.py") if s.function == "lock_thread" and text in s.text
    )


def test_a_fault_is_put_into_the_function_that_others_have_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = steering.lock_thread
    monkeypatch.setattr(imported, "__code__", imported.__code__)
    assert "require" in imported.__code__.co_names
    site = of_locking("require(")
    function_of(site).__code__ = with_fault(site)
    assert "require" not in imported.__code__.co_names


def item(name: str, passes: Callable[[], bool]) -> Any:
    return SimpleNamespace(nodeid=name, passes=passes)


def is_locked_still() -> bool:
    return "require" in steering.lock_thread.__code__.co_names


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> Trials:
    monkeypatch.setattr(trial, "_fails", lambda item: not item.passes())
    return Trials([item("blind", lambda: True), item("sees", is_locked_still), item("broken", lambda: False)])


def test_the_first_test_that_fails_kills(trials: Trials) -> None:
    outcome = trials.of(of_locking("require("), ["blind", "sees"])
    assert (outcome.fate, outcome.test, outcome.ran) == ("killed", "sees", 2)
    assert is_locked_still()  # here, that is: only the child had the fault


def test_what_no_test_notices_lives(trials: Trials) -> None:
    assert trials.of(of_locking("require("), ["blind"]).fate == "lived"
    assert trials.of(of_locking("require("), ["not collected"]).fate == "unreached"


def test_a_test_that_fails_without_a_fault_tells_nothing(trials: Trials) -> None:
    assert trials.of(of_locking("require("), ["broken", "blind"]).fate == "lived"


def test_a_child_that_hangs_is_ended_and_counts_as_noticed(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "HANGS_S", 1)
    monkeypatch.setattr(trials, "sound", {"hangs": True})
    trials.items["hangs"] = item("hangs", lambda: __import__("time").sleep(60) or True)
    assert trials.of(of_locking("require("), ["hangs"]).fate == "killed"


def known(site: Site, *tests: str) -> Reach:
    """What would be known had these tests come to the fault, each slower than the one before it."""
    function = dict(functions(Path(site.path)))[site.function]
    lines = {f"{site.path}:{site.function}:{fingerprint(function)}": [site.offset]}
    reach = Reach()
    for seconds, test in enumerate(tests, start=1):
        reach.add(test, float(seconds), lines)
    return reach


def test_of_what_a_success_causes_the_permission_matrix_is_asked_first() -> None:
    site, line = of_locking("happened("), "tests/test_permissions_matrix.py::test_routes[threads.lock]"
    tests = ["tests/threads/test_a.py::test_a", "tests/rooms/test_b.py::test_b", line]
    assert known(site, *tests).tests_of(site) == [line, *tests[:2]]
    guard = next(s for s in sites_of(site.path) if s.kind == "guard")
    assert known(guard, *tests).tests_of(guard)[0] == tests[0]


def test_what_noticed_a_fault_of_the_module_before_is_asked_first() -> None:
    site = of_locking("happened(")
    tests = [f"tests/threads/test_a.py::test_{n}" for n in range(6)]
    reach = known(site, *tests)
    for test, times in ((tests[5], 2), (tests[4], 3), ("tests/rooms/test_b.py::test_elsewhere", 9)):
        for _ in range(times):
            reach.note(site, test)
    assert reach.tests_of(site) == [tests[4], tests[5], *tests[:4]]


def test_every_accepted_fault_has_its_reason() -> None:
    assert all(len(reason) > 10 for reason in accepted().values())


def test_the_table_counts_what_lived() -> None:
    sites = [of_locking("require("), of_locking("happened(")]
    outcomes = {sites[0]: Outcome("killed", "a test", 1, 1), sites[1]: Outcome("lived", "", 3, 9)}
    assert table(outcomes)[-1].split() == ["all", "2", "1", "1", "0", "50.0", "%", "live"]
    assert line_of(sites[1], outcomes[sites[1]]).endswith("lived (3 of 9 tests in the time)")


def test_what_is_accepted_names_its_kind() -> None:
    assert {kind for _path, _function, kind, _text in accepted()} <= {
        *("guard", "call", "set", "filter", "operand", "bound")
    }
    assert all(path in modules() for path, *_rest in accepted())
