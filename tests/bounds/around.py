"""One below a limit, at it, and one beyond."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest

from hub.confined.refusal import Refused
from hub.zips import ZipRefused

AROUND = (-1, 0, 1)


def refusal_of(work: Callable[[], Iterable[object] | None]) -> str:
    try:
        list(work() or ())
    except (Refused, ZipRefused) as refusal:
        return str(refusal)
    return ""


def refusals(work: Callable[[int], Iterable[object] | None], limit: int) -> list[str]:
    """For one below the limit, at it, and one beyond."""
    return [refusal_of(lambda more=more: work(limit + more)) for more in AROUND]  # type: ignore[misc]


def written(folder: Path, content: bytes, name: str = "file") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def small(monkeypatch: pytest.MonkeyPatch, name: str, value: int, *modules: ModuleType) -> None:
    for module in modules:
        monkeypatch.setattr(module, name, value)
