"""What would do something of its own on the machine of whoever opens a file: looked for in the process that is
confined, before the file is stored (ADR 24)."""

from pathlib import Path
from typing import get_args

from hub.confined.asking import ask
from hub.confined.limits import Limits, MiB
from hub.confined.refusal import Broken, Refused, TooMuch
from hub.files.refusal import FileRefused, Reason

TASKS = {"document": "office", "sheet": "office", "slides": "office", "pdf": "pdf"}
LIMITS = Limits(memory_bytes=300 * MiB, cpu_s=20, wall_s=60.0)


def refuse_active(path: Path, kind: str, *, macros: bool) -> None:
    """`kind`: of a file that was recognised already. Raises FileRefused, Unavailable."""
    task = TASKS.get(kind)
    if task is None:
        return
    more = {"macros": macros} if task == "office" else {}
    try:
        ask(task, LIMITS, path=str(path.absolute()), **more)
    except Refused as refusal:
        raise FileRefused(_reason(refusal.code)) from None
    except TooMuch:
        raise FileRefused("bomb") from None
    except Broken:
        raise FileRefused("broken") from None


def _reason(code: str) -> Reason:
    known: dict[str, Reason] = {reason: reason for reason in get_args(Reason)}
    return known.get(code, "broken")
