"""The modules of the browser as one script: each stays a scope of its own, behind those from which it imports.

No tool does this, because what the scripts are written in is small: `import { a, b as c } from './d.js';` on one line,
and `export` in front of a function, a class or a constant. Whatever else a module says stops the start, with its
place."""

import json
import re
from pathlib import Path

IMPORT = re.compile(r"import \{ ([^}]+) \} from '(\.[^']+)';")
EXPORT = re.compile(r"export ((?:async )?function\*? |class |const )(\w+)")
LIST = re.compile(r"export\s*\{([^{}]+)\};?\s*$", re.MULTILINE)  # at the end of a library
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
Line = tuple[str, int, int]  # its text, and the line and column of the module where that stood


def join_scripts(folder: Path, first: Path) -> tuple[str, str]:
    """The script, and the map by which a browser's tools show the modules instead. Raises ValueError."""
    order = in_order(first, [], ())
    names = {path: f"module_{number}" for number, path in enumerate(order)}
    lines: list[tuple[str, int, int, int]] = []
    for number, path in enumerate(order):
        lines.append((f"const {names[path]} = (() => {{", number, 0, 0))
        lines += [(text, number, line, column) for text, line, column in _body(path, names)]
        lines.append(("})();", number, 0, 0))
    sources = [path.relative_to(folder).as_posix() for path in order]
    source_map = {"version": 3, "sources": sources, "names": [], "mappings": _mappings(lines)}
    return "\n".join(line[0] for line in lines) + "\n", json.dumps(source_map)


def in_order(path: Path, order: list[Path], asking: tuple[Path, ...]) -> list[Path]:
    """`path` and what it imports, each behind what it needs itself."""
    if path in asking:
        raise ValueError(f"{path} imports itself by way of {asking[-1]}")
    if path not in order:
        for _names, address in IMPORT.findall(path.read_text(encoding="utf-8")):
            in_order((path.parent / address).resolve(), order, (*asking, path))
        order.append(path)
    return order


def _body(path: Path, names: dict[Path, str]) -> list[Line]:
    """The module's lines as the inside of a function, without comments."""
    exported: list[str] = []
    lines, comment = [], False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        text = line.strip()
        comment = comment or text.startswith("/*")
        if text and not comment and not text.startswith("//"):
            lines.append((_statement(_spoken(text), path, names, exported), number, len(line) - len(line.lstrip())))
        comment = comment and not text.endswith("*/")
    return [*lines, (f"return {{ {', '.join(exported)} }};", 0, 0)]


def _spoken(text: str) -> str:
    """A line without the remark at its end; where quotes stand open before it, it may be none."""
    before, _mark, _remark = text.partition(" // ")
    return before.rstrip() if all(before.count(quote) % 2 == 0 for quote in "'\"`") else text


def _statement(text: str, path: Path, names: dict[Path, str], exported: list[str]) -> str:
    if found := IMPORT.fullmatch(text):
        module = names[(path.parent / found[2]).resolve()]
        return f"const {{ {found[1].replace(' as ', ': ')} }} = {module};"
    if found := EXPORT.match(text):
        exported.append(found[2])
        return text.removeprefix("export ")
    if found := LIST.search(text):
        for pair in found[1].split(","):
            inside, _as, outside = pair.strip().partition(" as ")
            exported.append(f"{outside or inside}: {inside}")
        return text[: found.start()]
    if re.match(r"(import|export)\b", text) or "import.meta" in text or "import(" in text:
        raise ValueError(f"{path}: this cannot be joined: {text[:80]}")
    return text


def _mappings(lines: list[tuple[str, int, int, int]]) -> str:
    """Where each line stood: differences to the line before, in the digits of source maps."""
    before, found = (0, 0, 0), []
    for _text, *place in lines:
        found.append("A" + "".join(_digits(now - then) for now, then in zip(place, before, strict=True)))
        before = (place[0], place[1], place[2])
    return ";".join(found)


def _digits(number: int) -> str:
    """Five bits in each digit, the lowest first; the lowest bit of all is the sign."""
    rest, digits = abs(number) << 1 | (number < 0), ""
    while True:
        rest, digit = rest >> 5, rest & 31
        digits += DIGITS[digit | (32 if rest else 0)]
        if not rest:
            return digits
