"""A test that cannot fail guards nothing: each asserts something, and not only inside a loop that may be empty."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# Names of calls that assert: pytest's and Playwright's.
ASSERTING = {"raises", "fail", "expect"}
NO_FAULT_IS_ALL = {
    "threads/test_closed.py::test_everything_is_taken_while_it_is_open": "what is refused raises",
    "threads/test_closed.py::test_what_ends_a_matter_or_takes_something_out_is_taken_in_a_locked_thread": "the same",
    "feed/test_guard.py::test_reading_json_never_raises": "whatever reading raises",
    "feed/transport/test_mount.py::test_the_installed_releases_are_those_that_were_checked": "the check raises",
    "files/test_claiming.py::test_a_start_that_was_cut_off_after_the_mark_is_no_hindrance": "StartupFault",
    "search/test_finding.py::test_no_text_is_a_fault": "whatever finding raises",
    "search/test_language.py::test_nothing_typed_is_a_fault": "whatever parsing raises",
    "test_migrations.py::test_migrating_twice_changes_nothing": "what the database raises for a table that is there",
}
LOOPS_OVER_WHAT_IS_THERE = {
    "test_ids.py::test_a_form_and_json_with_another_spelling_are_refused": "lines are chosen for naming ids",
    "test_ids.py::test_an_address_with_another_spelling_is_not_there": "lines are chosen for naming ids",
    "test_ids.py::test_an_event_with_another_spelling_is_refused": "lines are chosen for naming ids",
    "test_permissions_matrix.py::test_the_foreign_looks_like_the_absent": "no line allows its foreign things to all",
    "mutants/test_mutants.py::test_every_function_with_a_fault_is_found_where_it_stands": "the package's modules",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> dict[str, Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {n.name: n for n in ast.walk(tree) if isinstance(n, Function)}


def called(node: ast.AST) -> str:
    """The last name of what is called: `raises` of `pytest.raises(…)`."""
    return ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""


def is_assertion(node: ast.AST, helpers: set[str]) -> bool:
    return isinstance(node, ast.Assert) or called(node) in ASSERTING | helpers or called(node).startswith("assert_")


def asserting_in(path: Path) -> set[str]:
    """Functions of a module that assert themselves, or call one that does."""
    found = functions(path)
    plain = {name for name, f in found.items() if any(is_assertion(n, set()) for n in ast.walk(f))}
    return plain | {name for name, f in found.items() if any(called(n) in plain for n in ast.walk(f))}


def helpers_for(path: Path) -> set[str]:
    """What a test module may call that asserts: its own, its folder's, and that of the modules it imports from."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    files = [TESTS.parent / f"{module.replace('.', '/')}.py" for module in modules if module.startswith("tests.")]
    known = [path, path.parent / "conftest.py", *files]
    found = {name for file in known if file.exists() for name in asserting_in(file)}
    return {name for name in found if not name.startswith("test_")}


def outside_of_loops(node: ast.AST, function: Function) -> Iterator[ast.AST]:
    """Everything but what stands in loops that may not turn at all."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.For) and may_be_empty(child.iter, function):
            continue
        yield child
        yield from outside_of_loops(child, function)


def may_be_empty(over: ast.expr, function: Function) -> bool:
    """Not a literal, nor a name for one, nor a constant of the module or of a class, nor counted."""
    if isinstance(over, ast.Tuple | ast.List | ast.Set | ast.Dict):
        return not (over.keys if isinstance(over, ast.Dict) else over.elts)
    if isinstance(over, ast.Name):
        assignments = [n for n in ast.walk(function) if isinstance(n, ast.Assign | ast.AnnAssign)]
        given = [n.value for n in assignments if n.value is not None and names_it(n, over.id)]
        return not over.id.isupper() and all(may_be_empty(value, function) for value in given)
    if isinstance(over, ast.Attribute):
        return over.attr not in ("words",)
    if isinstance(over, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        return any(part.ifs or may_be_empty(part.iter, function) for part in over.generators)
    if isinstance(over, ast.Call):
        if called(over) in ("items", "keys", "values") and isinstance(over.func, ast.Attribute):
            return may_be_empty(over.func.value, function)
        return called(over) not in ("range", "kinds_of") and (
            called(over) not in ("zip", "enumerate", "sorted", "reversed", "product")
            or any(may_be_empty(argument, function) for argument in over.args)
        )
    return True


def names_it(assignment: ast.Assign | ast.AnnAssign, name: str) -> bool:
    targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def named_tests(path: Path) -> Iterator[tuple[str, Function]]:
    for name, function in functions(path).items():
        if name.startswith("test_"):
            yield f"{path.relative_to(TESTS).as_posix()}::{name}", function


def weak() -> tuple[set[str], set[str]]:
    """Tests that assert nothing, and tests that assert in such loops alone."""
    silent, looping = set(), set()
    for path in TESTS.rglob("test_*.py"):
        helpers = helpers_for(path)
        for name, function in named_tests(path):
            if not any(is_assertion(node, helpers) for node in ast.walk(function)):
                silent.add(name)
            elif not any(is_assertion(node, helpers) for node in outside_of_loops(function, function)):
                looping.add(name)
    return silent, looping


@pytest.mark.once
def test_every_test_can_fail() -> None:
    silent, looping = weak()
    assert silent == NO_FAULT_IS_ALL.keys()
    assert looping == LOOPS_OVER_WHAT_IS_THERE.keys()


@pytest.mark.once
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("world.do()", "silent"),
        ("for x in world.list():\n  assert x", "looping"),
        ("for x in [y for y in (1, 2) if y > 5]:\n  assert x", "looping"),
        ("for x in ():\n  assert x", "looping"),
        ("for x in (1, 2):\n  assert x", ""),
        ("found = world.list()\nassert found\nfor x in found:\n  assert x", ""),
        ("with pytest.raises(ValueError):\n  world.do()", ""),
        ("for x in world.list():\n  with pytest.raises(ValueError):\n    x()", "looping"),
    ],
)
def test_the_weak_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, fault: str) -> None:
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    (tmp_path / "test_one.py").write_text(f"def test_it(world):\n{indented}", encoding="utf-8")
    monkeypatch.setattr(f"{__name__}.TESTS", tmp_path)
    silent, looping = weak()
    assert (bool(silent), bool(looping)) == (fault == "silent", fault == "looping")
