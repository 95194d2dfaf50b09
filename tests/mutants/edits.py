"""The faults that can be put into a function: one guard, effect, filter or bound of it, by its syntax tree."""

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

FLIPPED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
NARROWING = {"where", "filter", "filter_by", "having"}
MOMENTS = {
    "flush",
    "refresh",
    "expire",
    "expunge",
    "begin_nested",
}  # say when rows are sent or read, not what is in them
JOINING = {"and_", "or_"}
EMPTY = (ast.Constant, ast.List, ast.Dict, ast.Tuple, ast.Set)


class Edit(NamedTuple):
    """One fault. `apply` puts it into the tree from which it was found; `text` is what goes."""

    kind: str  # guard, call, set, filter, operand or bound
    line: int
    text: str
    apply: Callable[[], object]


def edits(function: ast.AST) -> Iterator[Edit]:
    """Every fault of a function, always in the same order."""
    for node in ast.walk(function):
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                for index, child in enumerate(value):
                    yield from _of(child, _put_into(value, index))
            else:
                yield from _of(value, partial(setattr, node, name))


def _put_into(nodes: list[ast.AST], index: int) -> Callable[[ast.AST], object]:
    return lambda new: nodes.__setitem__(index, new)


def _of(child: object, put: Callable[[ast.AST], object]) -> Iterator[Edit]:
    match child:
        case ast.If(orelse=[]):
            yield Edit("guard", child.lineno, f"if {ast.unparse(child.test)}", lambda: put(_nothing(child)))
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))) if name in MOMENTS:
            return
        case ast.Expr(value=ast.Call()):
            yield Edit("call", child.lineno, ast.unparse(child), lambda: put(_nothing(child)))
        case ast.Assign(targets=[ast.Attribute() | ast.Tuple()]) | ast.AugAssign(target=ast.Attribute()):
            yield from _assignment(child, put)
        case ast.Call(func=ast.Attribute(attr=name)) if name in NARROWING | JOINING:
            yield from _conditions(child, put)
        case ast.comprehension(ifs=[_, *_]):
            yield from _dropped("filter", child.ifs)
        case ast.BoolOp() if not isinstance(child.values[-1], EMPTY):
            yield from _operands("operand", child, child.values, put)
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()) if isinstance(child.left, ast.Compare | ast.BinOp):
            yield from _operands("filter", child, [child.left, child.right], put)
        case ast.Compare(ops=[operator]) if type(operator) in FLIPPED:
            other = FLIPPED[type(operator)]()
            yield Edit("bound", child.lineno, ast.unparse(child), partial(setattr, child, "ops", [other]))


def _nothing(statement: ast.stmt) -> ast.AST:
    return ast.copy_location(ast.Pass(), statement)


def _assignment(child: ast.Assign | ast.AugAssign, put: Callable[[ast.AST], object]) -> Iterator[Edit]:
    """An attribute keeps what it had; of several that are set at once each for itself."""
    target = child.target if isinstance(child, ast.AugAssign) else child.targets[0]
    if isinstance(target, ast.Attribute):
        yield Edit("set", child.lineno, ast.unparse(child), lambda: put(_nothing(child)))
    elif isinstance(target, ast.Tuple) and isinstance(child.value, ast.Tuple):
        for index, part in enumerate(target.elts):
            if isinstance(part, ast.Attribute):
                aside = ast.copy_location(ast.Name("_kept_as_it_was", ast.Store()), part)
                text = f"{ast.unparse(part)} = {ast.unparse(child.value.elts[index])}"
                replace = _put_into(target.elts, index)  # type: ignore[arg-type]
                yield Edit("set", part.lineno, text, partial(replace, aside))


def _conditions(child: ast.Call, put: Callable[[ast.AST], object]) -> Iterator[Edit]:
    """A query without one of its conditions; without the call where that was the only one."""
    assert isinstance(child.func, ast.Attribute)
    if len(child.args) + len(child.keywords) > 1:
        yield from _dropped("filter", child.args)
        yield from _dropped("filter", child.keywords)
    elif child.args + child.keywords and child.func.attr in NARROWING:
        query, only = child.func.value, (child.args + child.keywords)[0]
        yield Edit("filter", only.lineno, ast.unparse(only), lambda: put(query))


def _dropped(kind: str, nodes: list[Any]) -> Iterator[Edit]:
    for index, node in enumerate(nodes):
        yield Edit(kind, node.lineno, ast.unparse(node), partial(nodes.__delitem__, index))


def _operands(
    kind: str, child: ast.BoolOp | ast.BinOp, values: list[ast.expr], put: Callable[[ast.AST], object]
) -> Iterator[Edit]:
    """A condition without one of its parts."""
    for index, value in enumerate(values):
        rest = values[:index] + values[index + 1 :]
        whole = (
            rest[0]
            if len(rest) == 1 or isinstance(child, ast.BinOp)
            else ast.copy_location(ast.BoolOp(child.op, rest), child)
        )
        text = f"{ast.unparse(value)}  [of: {ast.unparse(child)}]"
        yield Edit(kind, value.lineno, text, partial(put, whole))
