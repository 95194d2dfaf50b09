"""The style sheets as one: `@import` becomes what it names, and addresses begin where the one sheet stands."""

import os.path
import re
from pathlib import Path

IMPORT = re.compile(r'@import url\("([^"]+)"\);')
ADDRESS = re.compile(r'url\("([^":]+)"\)')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def join_styles(folder: Path, first: Path) -> str:
    """`first` and what it imports, for an address directly in `folder`. Raises ValueError for another @import."""

    def imported(found: re.Match[str]) -> str:
        return join_styles(folder, (first.parent / found[1]).resolve())

    def moved(found: re.Match[str]) -> str:
        return f'url("{Path(os.path.relpath(first.parent / found[1], folder)).as_posix()}")'

    text = COMMENT.sub("", first.read_text(encoding="utf-8"))
    text = "".join(
        IMPORT.sub(imported, line) if "@import" in line else ADDRESS.sub(moved, line) for line in text.splitlines(True)
    )
    if "@import" in text:
        raise ValueError(f"{first}: an @import that cannot be joined")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"
