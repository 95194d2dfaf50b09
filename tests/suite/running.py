"""Running parts: one more at once than there are cores, beside them one that waits most of its time, and last
those that measure time, one a core."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.suite.parts import ROOT, Part, environment
from tests.suite.progress import Progress

LOOK_S, UNWIND_S = 0.2, 15


class Running:
    """One part's process, its output in `<folder>/<part>.log`."""

    def __init__(self, part: Part, folder: Path) -> None:
        name = part.name.replace(", ", "-").replace(" ", "-")
        self.part, self.progress = part, Progress(folder / f"{name}.jsonl", folder / f"{name}.log")
        with self.progress.log.open("wb") as log:
            self.process = subprocess.Popen(
                part.command_line(),
                cwd=ROOT,
                env=environment(part, self.progress.report),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ended(self) -> bool:
        self.progress.update()
        returned = self.process.poll()
        if returned is not None:
            self.progress.end(returned)
        return returned is not None

    def stop(self) -> None:
        """As by Ctrl+C, which lets its fixtures end the servers that they began; then by force."""
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.wait(UNWIND_S)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def run(parts: list[Part], folder: Path, look: Callable[[list[Running]], None]) -> list[Running]:
    """Run all parts; `look` is shown every part begun so far, five times a second."""
    waiting = list(parts)
    begun: list[Running] = []
    going: list[Running] = []
    try:
        while waiting or going:
            for part in list(waiting):
                if _may_begin(part, waiting, going):
                    waiting.remove(part)
                    going.append(Running(part, folder))
                    begun.append(going[-1])
            time.sleep(LOOK_S)
            going = [one for one in going if not one.ended()]
            look(begun)
    finally:
        for one in going:
            one.stop()
    return begun


def _may_begin(part: Part, waiting: list[Part], going: list[Running]) -> bool:
    cores, beside = os.cpu_count() or 1, [one.part for one in going]
    if part.timed:
        return len(going) < cores and all(other.timed for other in (*waiting, *beside))
    if part.waits:
        return not any(other.waits for other in beside)
    return sum(not other.waits for other in beside) < cores + 1  # pages of browsers wait half of their time
