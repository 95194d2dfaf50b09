"""`hub worker` does what processes with HUB_JOBS=off leave, and ends when it is told to."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live import Live
from tests.preloaded import Command, preloaded
from tests.server.conftest import new_server
from tests.server.person import Person
from tests.server.test_found_soon import poster_over_socket, seconds_until_found
from tests.server.test_search_killed import total
from tests.server.watching import figures

QUIET_S, READY_S = 2.0, 120


@pytest.fixture(scope="module")
def leaving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    yield from new_server(tmp_path_factory.mktemp("leaving"), HUB_RATE_LIMITS="off", HUB_JOBS="off")


@contextmanager
def worker(live: Live) -> Iterator[Command]:
    log = live.folder / "worker.log"
    log.touch()
    process = preloaded().begin(["worker"], live.environment, log, log)
    try:
        wait_for(log, '"working"', process)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(log: Path, words: str, process: Command) -> None:
    end = time.monotonic() + READY_S
    while words not in log.read_text(encoding="utf-8"):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_is_left_is_done_by_a_worker_which_ends_when_told(leaving: Live) -> None:
    """Seen to fail with `here` always true in `begin` of hub/jobs/install.py (found without a worker), and without the
    handler of SIGTERM (it ended by the signal)."""
    post = poster_over_socket(leaving, leaving.world["staff"][0]["cookie"])
    reader = Person(leaving.url, leaving.world["staff"][1]["cookie"])
    post("整理番号先の付箋")
    time.sleep(QUIET_S)
    assert total(reader, '"整理番号先"') == 0
    with worker(leaving) as process:
        seconds_until_found(reader, '"整理番号先"')
        taken = []
        for n in range(5):
            post(f"整理番号働{n}の付箋")
            taken.append(seconds_until_found(reader, f'"整理番号働{n}"'))
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait() == 0
    figures.append("found by another, hub worker: " + ", ".join(f"{seconds:.2f} s" for seconds in taken))
