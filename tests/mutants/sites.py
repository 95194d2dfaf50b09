"""Where faults are put: the functions of every module that decides about rows.

The rule: a module of a feature (a package that has services, or in which things happen) with a function that takes the
`session` first. What only shows or serves (routes, events, views, command lines) is left out; it decides nothing.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import CodeType

from tests.mutants.edits import Edit, edits

ROOT = Path(__file__).resolve().parents[2]
SHOWS = ("routes", "events", "viewing", "presenters", "cli", "paper", "wording", "words")


@dataclass(frozen=True)
class Site:
    """One place for one fault. `number` counts within its function, `offset` the lines from where that begins."""

    path: str
    function: str
    number: int
    kind: str
    line: int
    offset: int
    text: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is, wherever its line moves."""
        return self.path, self.function, self.kind, self.text


def modules() -> list[str]:
    """The paths of what is judged, relative to the root."""
    features = {path.parent if path.is_file() else path.parent for path in ROOT.glob("hub/**/*services*")}
    for name in ("happenings", "following", "actors"):
        features |= {path.parent for path in ROOT.glob(f"hub/*/**/{name}.py")}
    found = {path for feature in features for path in feature.rglob("*.py") if not path.stem.endswith(SHOWS)}
    return sorted(str(path.relative_to(ROOT)) for path in found if "demo" not in path.parts and _decides(path))


def _decides(path: Path) -> bool:
    return any(function.args.args[:1] and function.args.args[0].arg == "session" for _, function in functions(path))


@cache
def functions(path: Path) -> list[tuple[str, ast.FunctionDef]]:
    """The functions and methods of a module, outermost only, with their qualified names."""
    return list(_functions(ast.parse((ROOT / path).read_text())))


def _functions(tree: ast.Module | ast.ClassDef, before: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield before + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{before}{node.name}.")


def sites_of(path: str) -> list[Site]:
    return [
        Site(path, name, number, edit.kind, edit.line, edit.line - function.lineno, edit.text)
        for name, function in functions(Path(path))
        for number, edit in enumerate(_edits(function))
    ]


def _edits(function: ast.FunctionDef) -> list[Edit]:
    """Those of its body: neither decorators nor defaults run when it is called."""
    body = ast.Module(function.body, [])
    return list(edits(body))


def fingerprint(function: ast.FunctionDef) -> str:
    """Changes with what the function does and with the lines on which it does it."""
    return sha256((ast.dump(function) + str([n.lineno - function.lineno for n in function.body])).encode()).hexdigest()[
        :8
    ]


def with_fault(site: Site) -> CodeType:
    """The code of the site's function with the fault in it."""
    tree = ast.parse((ROOT / site.path).read_text())
    function = dict(_functions(tree))[site.function]
    body = ast.Module(function.body, [])
    list(edits(body))[site.number].apply()
    function.body = body.body
    ast.fix_missing_locations(tree)
    return _code_of(compile(tree, str(ROOT / site.path), "exec"), site.function)


def _code_of(code: CodeType, name: str) -> CodeType:
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    found = next((const for const in inner if const.co_qualname == name), None)
    return found or next(_code_of(const, name) for const in inner if name.startswith(f"{const.co_qualname}."))
