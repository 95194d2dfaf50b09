"""What an attack costs the server and a bystander, and the table of it at the end of the run."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live import Live
from tests.server.raw import Raw

GROWTH_MB = 20.0
FLOOR_MS = 200.0  # below this a doubled answer time may be the machine's noise; the table has the figures

figures: list[str] = []  # printed by conftest.py
_calm: dict[int, float] = {}


def worker_of(live: Live) -> int:
    """The process id of gunicorn's worker."""
    assert live.process is not None
    children = Path(f"/proc/{live.process.pid}/task/{live.process.pid}/children").read_text().split()
    return int(children[0])


def resident_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


def threads_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def files_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


class Bystander(threading.Thread):
    """Asks something small again and again; `times` are the seconds until each ack."""

    def __init__(self, live: Live) -> None:
        super().__init__(daemon=True)
        self.raw = Raw(live.port, live.world["staff"][4]["cookie"]).join()
        self.times: list[float] = []
        self.fault: Exception | None = None
        self.stop = threading.Event()

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.times.append(self.ask())
                time.sleep(0.02)
        except Exception as fault:
            self.fault = fault

    def ask(self) -> float:
        begin = time.monotonic()
        assert "ok" in self.raw.ask("feed:open", {"streams": []})
        return time.monotonic() - begin

    def has_seen(self, most: int) -> None:
        """Wait until one slow answer of so many makes no p95."""
        end = time.monotonic() + 10
        while len(self.times) < most and self.is_alive() and time.monotonic() < end:
            time.sleep(0.02)

    def end(self) -> float:
        """The p95 of what it saw, in ms."""
        self.stop.set()
        self.join(20)
        assert self.fault is None, repr(self.fault)
        self.raw.socket.close()
        return 1000 * sorted(self.times)[max(0, round(len(self.times) * 0.95) - 1)]


@contextmanager
def harmless(live: Live, case: str) -> Iterator[None]:
    """Fails when what happens inside costs the server more than GROWTH_MB, holds up a bystander, leaves connections
    behind or fills the log."""
    pid, calm_ms = worker_of(live), _calm_ms(live)
    files, log = files_of(pid), len(live.log())
    before, peak = resident_mb(pid), [resident_mb(pid)]
    beside = Bystander(live)
    beside.start()
    sampler = threading.Thread(target=_sample, args=(pid, peak, beside.stop), daemon=True)
    sampler.start()
    yield
    beside.has_seen(20)
    p95_ms = beside.end()
    growth, after = max(peak) - before, resident_mb(pid) - before
    written = live.log()[log:]
    figures.append(
        f"{case:<44} +{growth:5.1f} MB, {after:+5.1f} MB afterwards; p95 {calm_ms:5.1f} -> {p95_ms:5.1f} ms;"
        f" {len(written)} bytes of log"
    )
    assert growth < GROWTH_MB, figures[-1]
    assert p95_ms <= max(2 * calm_ms, FLOOR_MS), figures[-1]
    assert len(written) < 2048, written[:2000]
    assert "Traceback" not in written
    end = time.monotonic() + 15
    while files_of(pid) > files:
        assert time.monotonic() < end, f"{files_of(pid)} open files, {files} before"
        time.sleep(0.05)


def _calm_ms(live: Live) -> float:
    """The bystander's p95 while nothing happens, measured once for each server."""
    if live.port not in _calm:
        alone = Bystander(live)
        alone.start()
        time.sleep(1.5)
        _calm[live.port] = alone.end()
        time.sleep(0.2)
    return _calm[live.port]


def _sample(pid: int, peak: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.02):
        peak.append(resident_mb(pid))
