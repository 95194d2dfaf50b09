"""What a running part has done so far, read from the lines that its process writes."""

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

TAP = re.compile(r"^(not ok|ok) \d+ - (.*)$", re.MULTILINE)


@dataclass
class Progress:
    """`returned` is the exit code, None while it runs."""

    report: Path
    log: Path
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    returned: int | None = None
    collected: int = 0
    outcomes: dict[str, str] = field(default_factory=dict)
    _read: int = 0

    def update(self) -> None:
        """Take in what was written since the last time; a line that is still being written waits."""
        if not self.report.exists():
            return
        with self.report.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.decode("utf-8").splitlines():
            told = json.loads(line)
            if "collected" in told:
                self.collected = told["collected"]
            elif self.outcomes.get(told["test"]) != "failed":
                self.outcomes[told["test"]] = told["outcome"]

    def end(self, returned: int) -> None:
        """pytest's 5, nothing collected, is no failure: another part holds the tests that TESTS names."""
        self.update()
        for verdict, name in TAP.findall(self.log.read_text(encoding="utf-8", errors="replace")):
            self.outcomes[name] = "passed" if verdict == "ok" else "failed"
        self.ended, self.returned = time.monotonic(), 0 if returned == 5 else returned

    @property
    def failed(self) -> list[str]:
        return [test for test, outcome in self.outcomes.items() if outcome == "failed"]

    @property
    def passed(self) -> int:
        return sum(outcome == "passed" for outcome in self.outcomes.values())

    @property
    def skipped(self) -> int:
        return sum(outcome == "skipped" for outcome in self.outcomes.values())

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.began

    def line(self) -> str:
        """How far it is: `1,204 of 6,238`."""
        return f"{len(self.outcomes):,} of {self.collected:,}" if self.collected else "begins"
