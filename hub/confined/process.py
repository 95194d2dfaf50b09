"""`python -m hub.confined.process`: one question on standard input, its answer line by line on standard output.

A question names one of TASKS; an answer is JSON, so that a file that took this process over could still say nothing to
the other side but plain values. The limits are set before anything of the file is looked at.
"""

import json
import os
import resource
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any, TextIO

from hub.confined.refusal import Refused

# What may be asked for: a function that takes plain values and gives plain values one by one.
TASKS = {
    "sheet": ("hub.sheets.rows", "lines_of"),
    "records": ("hub.sheets.documents", "lines_of"),
    "synonyms": ("hub.search.sudachi_file", "lines_of"),
    "image": ("hub.files.drawing", "draw"),
    "office": ("hub.files.inside_office", "look_into"),
    "pdf": ("hub.files.inside_pdf", "look_into"),
}
NICE = 10  # whoever posts goes before whoever sends files


def main() -> None:
    os.set_blocking(0, True)  # the worker's sockets are not, and this end was made there; 1 is the same one
    question = json.loads(sys.stdin.buffer.readline())
    # The hub's own code comes in before the limit, so that the limit is what the file may take.
    module, name = TASKS[question["task"]]
    work = getattr(import_module(module), name)
    confine(question["memory_bytes"], question["cpu_s"])
    with os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=65_536) as out:
        answer(out, work, question["values"])


def confine(memory_bytes: int, cpu_s: int) -> None:
    os.nice(NICE)
    here = _address_space()
    for limit, value in (
        (resource.RLIMIT_AS, here + memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (most, most))


def _address_space() -> int:
    """What this process takes already; the libraries of the interpreter alone are mapped to a hundred megabytes."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def answer(out: TextIO, work: Any, values: dict[str, Any]) -> None:
    """Lines of `{"value": …}`, then one that says how it ended."""
    try:
        found: Iterable[Any] = work(**values)
        for value in found:
            out.write(json.dumps({"value": value}) + "\n")
        last: dict[str, Any] = {"end": "done"}
    except Refused as refusal:
        last = {"end": "refused", "code": refusal.code, "values": refusal.values}
    except MemoryError:
        last = {"end": "too_much"}
    except Exception as fault:
        # Without its message, which may hold what somebody wrote.
        last = {"end": "failed", "kind": type(fault).__name__}
    out.write(json.dumps(last) + "\n")


if __name__ == "__main__":
    main()
