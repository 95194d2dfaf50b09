"""What an attack costs the server and a bystander, and the table of it at the end of the run."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.live import Live
from tests.preloaded import ROOT
from tests.server.soak import SOAK

GROWTH_MB = 20.0
WORST_MS = 250.0
QUIET_S = 0.8
MORE_THREADS = 2  # of gevent's pool, which keeps them
FLOOR_MS = 40.0  # a p95 below this may be the machine's noise, whatever it was before; the table has the figures

figures: list[str] = []  # printed by conftest.py
_loaded: set[int] = set()


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


def connections_of(live: Live) -> set[str]:
    """What the worker holds open of those that came to its port, whatever has become of the other end."""
    tcp = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = {f"socket:[{line[9]}]" for line in tcp if line[1].endswith(f":{live.port:04X}") and line[3] != "0A"}
    return ours & set(map(_target, Path(f"/proc/{worker_of(live)}/fd").iterdir()))


def _target(entry: Path) -> str:
    with suppress(FileNotFoundError):  # closed meanwhile
        return os.readlink(entry)
    return ""


class Bystander:
    """tests/server/bystander.py: `p95_ms()` is of the acks since it was last asked; `late_ms` what the machine had to
    do with it."""

    def __init__(self, live: Live) -> None:
        command = [sys.executable, "-m", "tests.server.bystander", str(live.port), live.world["staff"][4]["cookie"]]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.late_ms = self.worst_ms = self.latest_ms = 0.0
        self.p95_ms()  # the first ones wait for code to be loaded

    def p95_ms(self) -> float:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the bystander was cut"
        times, late = json.loads(line)
        self.late_ms = 1000 * _p95(late)
        self.worst_ms, self.latest_ms = 1000 * max(times, default=0.0), 1000 * max(late, default=0.0)
        return 1000 * _p95(times)

    def quiet_ms(self) -> float:
        time.sleep(QUIET_S)
        return self.p95_ms()

    def __enter__(self) -> "Bystander":
        return self

    def __exit__(self, *_fault: object) -> None:
        with self.process:
            self.process.kill()


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)] if values else 0.0


@contextmanager
def harmless(live: Live, case: str, ordinary: Callable[[], None] | None = None) -> Iterator[None]:
    """Fails when what happens inside costs the server more than GROWTH_MB, more than doubles a bystander's time until
    an ack, then or afterwards, leaves connections or threads behind or fills the log. `ordinary` is what people do
    meanwhile that is no attack: the bystander's time before is taken while they do it."""
    pid = worker_of(live)
    wait_until_loaded(pid)
    log = len(live.log())
    with Bystander(live) as beside:
        if ordinary is not None:
            ordinary()
            before_ms = beside.p95_ms()
        else:
            before_ms = beside.quiet_ms()
        open_before = len(connections_of(live)) - 1  # the bystander's
        threads, before, peak = threads_of(pid), resident_mb(pid), [resident_mb(pid)]
        stop = threading.Event()
        threading.Thread(target=_sample, args=(pid, peak, stop), daemon=True).start()
        begin = time.monotonic()
        yield
        time.sleep(max(0.0, begin + QUIET_S - time.monotonic()))  # one slow answer of a few makes no p95
        during_ms, late_ms = beside.p95_ms(), beside.late_ms
        worst_ms, latest_ms = beside.worst_ms, beside.latest_ms
        stop.set()
        if during_ms > _limit_ms(before_ms, late_ms) and ordinary is None:  # has the machine got busier?
            time.sleep(1)
            beside.p95_ms()
            before_ms = max(before_ms, beside.quiet_ms())
        beside.p95_ms()
        after_ms, after_late_ms = beside.quiet_ms(), beside.late_ms
    growth, after = max(peak) - before, resident_mb(pid) - before
    written = live.log()[log:]
    figures.append(
        f"{case:<44} +{growth:5.1f} MB, {after:+5.1f} MB afterwards; p95 {before_ms:5.1f} -> {during_ms:5.1f} ms,"
        f" then {after_ms:5.1f} (machine {late_ms:.1f}), worst {worst_ms:.0f} ({latest_ms:.0f});"
        f" {len(written)} bytes of log"
    )
    assert growth < GROWTH_MB, figures[-1]
    # One late answer of hundreds may be the machine's doing wherever it does something else as well.
    assert worst_ms < WORST_MS + 2 * latest_ms or not SOAK, figures[-1]
    if os.environ.get("HUB_TEST_TRANSPORT") != "stock":  # the library's has no turns
        assert during_ms <= _limit_ms(before_ms, late_ms), figures[-1]
    assert after_ms <= _limit_ms(before_ms, after_late_ms), figures[-1]
    assert threads_of(pid) <= threads + MORE_THREADS, f"{threads_of(pid)} threads, {threads} before"
    assert len(written) < 2048, written[:2000]
    assert "Traceback" not in written
    end = time.monotonic() + 15
    while len(connections_of(live)) > open_before:
        assert time.monotonic() < end, f"{len(connections_of(live))} connections, {open_before} before"
        time.sleep(0.05)


def _limit_ms(before_ms: float, late_ms: float) -> float:
    return max(2 * before_ms, FLOOR_MS) + 2 * late_ms  # two processes wake for each answer


def wait_until_loaded(pid: int) -> None:
    """A new worker loads dictionaries when it has nothing else to do."""
    end, before = time.monotonic() + 30, -1.0
    while pid not in _loaded and resident_mb(pid) > before + 0.2 and time.monotonic() < end:
        before = resident_mb(pid)
        time.sleep(1)
    _loaded.add(pid)


def _sample(pid: int, peak: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.02):
        peak.append(resident_mb(pid))
