"""What a person sees of a run: a line each few seconds, a part's failures when it ends, and at the end what ran."""

import sys
import time
from pathlib import Path

from tests.suite.running import Running

EVERY_S = 15
SHOWN_LINES = 120  # of the output of a part that failed


def minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class Telling:
    """`parts` is how many there will be; call it with those begun so far."""

    def __init__(self, parts: int) -> None:
        self.parts, self.began, self.told_at = parts, time.monotonic(), 0.0
        self.ended: set[str] = set()

    def __call__(self, begun: list[Running]) -> None:
        for one in begun:
            if one.progress.returned is not None and one.part.name not in self.ended:
                self.ended.add(one.part.name)
                self._say(f"{self._count()} {result(one)}")
                if one.progress.returned:
                    self._say(failures(one))
                self.told_at = time.monotonic()
        if time.monotonic() - self.told_at > EVERY_S:
            self.told_at = time.monotonic()
            going = [one for one in begun if one.progress.returned is None]
            self._say(f"{self._count()} " + " · ".join(f"{one.part.name} {one.progress.line()}" for one in going))

    def _count(self) -> str:
        return f"[{minutes(time.monotonic() - self.began)}, {len(self.ended)} of {self.parts} parts done]"

    @staticmethod
    def _say(text: str) -> None:
        print(text, flush=True)


def result(one: Running) -> str:
    """`SQLite: 6,238 passed in 5:12`."""
    progress = one.progress
    counts = [f"{progress.passed:,} passed"] if progress.outcomes else []
    counts += [f"{len(progress.failed):,} failed"] if progress.failed else []
    counts += [f"{progress.skipped:,} skipped"] if progress.skipped else []
    counts += [f"BROKE OFF (exit {progress.returned})"] if progress.returned and not progress.failed else []
    verdict = ", ".join(counts) or "passed"
    return f"{one.part.name}: {verdict} in {minutes(progress.seconds)}"


def failures(one: Running) -> str:
    """The end of what the part wrote; pytest puts the failures there."""
    lines = one.progress.log.read_text(encoding="utf-8", errors="replace").splitlines()
    start = next((n for n, line in enumerate(lines) if "= FAILURES =" in line or "= ERRORS =" in line), 0)
    shown = lines[start : start + 4 * SHOWN_LINES] if start else lines[-SHOWN_LINES:]
    return "\n".join([f"--- {one.part.name}, whole output in {one.progress.log}", *shown, "---"])


def closing(begun: list[Running], seconds: float, failed_list: Path, left_out: list[str]) -> int:
    """Say per part what ran and, of a red run, what failed and how to run just that again; returns the exit code.
    `left_out` are the functions that asked PostgreSQL nothing (`cover.Asked`)."""
    print(f"\nran in {minutes(seconds)}:")
    for one in begun:
        print(f"  {result(one)}")
    broken = [one for one in begun if one.progress.returned]
    failed = sorted({test for one in begun for test in one.progress.failed if "::" in test or test.endswith(".py")})
    failed_list.write_text("".join(f"{test}\n" for test in failed), encoding="utf-8")
    for one in broken:
        for test in one.progress.failed or ["(no single test: see its output above)"]:
            print(f"FAILED in {one.part.name}: {test}")
    if failed:
        print("\nto run these alone again: make test TESTS=failed")
    elif broken:
        print("\nto run it again: make check" if broken[0].part.name == "checks" else "")
    for name in left_out:
        print(f"asked SQLite alone: {name}")
    if left_out:
        print("no test that may run on PostgreSQL comes to these functions")
    passed = sum(one.progress.passed for one in begun)
    lost = max(sum(len(one.progress.failed) for one in begun), len(broken)) + len(left_out)
    print(f"{passed} passed, {lost} failed")
    sys.stdout.flush()
    return 1 if lost or not passed else 0
