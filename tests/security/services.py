"""What a service does about rights, read from the source: which permissions it names, itself or in what it calls."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DECIDES = ("require", "require_role", "permits", "may_ever")


@dataclass
class Function:
    """`names`: what it speaks of, by the name that stands in its module."""

    module: str
    name: str
    parameters: list[str]
    reads_apart: bool = False
    names: set[str] = field(default_factory=set)
    permissions: set[str] = field(default_factory=set)


class Source:
    """Every function of the hub, and where the names of a module come from."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str], Function] = {}
        self.imports: dict[tuple[str, str], tuple[str, str]] = {}
        self.written: set[tuple[str, str]] = set()
        for path in sorted((ROOT / "hub").rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            self._read(module, ast.parse(path.read_text()))

    def _read(self, module: str, tree: ast.Module) -> None:
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    self.imports[module, alias.asname or alias.name] = (node.module, alias.name)
            is_table = isinstance(node, ast.Assign | ast.AnnAssign) and module != "hub.security.permissions"
            if is_table:  # of permissions by kind
                for target in ast.walk(node):
                    if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                        self.functions[module, target.id] = Function(module, target.id, [], permissions=_named(node))
            if isinstance(node, ast.FunctionDef):
                self.functions[module, node.name] = _function(module, node)
        for name in _handed_to_write(tree):
            self.written.add(self.resolve(module, name))

    def resolve(self, module: str, name: str) -> tuple[str, str]:
        return self.imports.get((module, name), (module, name))

    def permissions_of(self, key: tuple[str, str]) -> set[str]:
        """Those that are asked for on the way, however deep."""
        found = [self.functions[key] for key in self._reached(key)]
        if not any(function.names & set(DECIDES) for function in found):
            return set()
        return {name for function in found for name in function.permissions}

    def _reached(self, key: tuple[str, str]) -> set[tuple[str, str]]:
        seen: set[tuple[str, str]] = set()
        front = {key} & self.functions.keys()
        while front:
            seen |= front
            called = {self.resolve(f.module, name) for f in map(self.functions.__getitem__, front) for name in f.names}
            front = (called & self.functions.keys()) - seen
        return seen

    def services(self) -> dict[tuple[str, str], Function]:
        """Whatever writes for somebody: `service(session, actor, ...)`, handed to `db.write` somewhere."""
        return {
            key: function
            for key, function in self.functions.items()
            if key in self.written and not function.reads_apart and function.parameters[:2] == ["session", "actor"]
        }


def _function(module: str, node: ast.FunctionDef) -> Function:
    found = Function(module, node.name, [arg.arg for arg in node.args.args])
    found.reads_apart = any("reading" in ast.unparse(decorator) for decorator in node.decorator_list)
    found.names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    found.permissions = _named(node)
    return found


def _named(tree: ast.AST) -> set[str]:
    return {
        inner.attr
        for inner in ast.walk(tree)
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == "Permission"
    }


def _handed_to_write(tree: ast.Module) -> Iterator[str]:
    """The names of functions that are called nowhere but handed on as they are: `db.write(post_message, …)`, and rows
    of tables that a loop hands on."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called:
            yield node.id
