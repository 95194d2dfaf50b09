"""Processes that do jobs are killed at any moment: what was written down is done, and what settles itself is done once.

`make soak` kills a hundred times."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from hub.db import Database
from hub.jobs.models import Job
from hub.jobs.services import enqueue
from tests.jobs.kinds import Repeat, Settle, done

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("HUB_SOAK_KILLS", "5"))
JOBS, WAIT_S = 12, 60


@contextmanager
def worker(db: Database) -> Iterator[subprocess.Popen[str]]:
    url = db.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "gevent.monkey", "--module", "tests.jobs.worker_process", url]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def write(db: Database, numbers: range) -> None:
    for number in numbers:
        with db.transaction() as session:
            enqueue(session, Settle(number), key=str(number))
            enqueue(session, Repeat(number), key=str(number))


def wait_until_done(db: Database) -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        with db.read() as session:
            left = session.execute(sa.select(Job.kind, Job.attempts, Job.last_error)).all()
        if not left:
            return
        time.sleep(0.05)
    raise AssertionError(f"not done: {left}")


def test_nothing_is_lost_and_nothing_settled_is_done_twice(db, runner):
    """Seen to fail with the row deleted when it is taken (lost), and with `settle` in a transaction of its own 20 ms
    after the effect (twice)."""
    chance = random.Random(7)
    for kill in range(KILLS):
        with ExitStack() as stack:
            workers = [stack.enter_context(worker(db)) for _ in range(2 if not db.is_sqlite else 1)]
            write(db, range(kill * JOBS, (kill + 1) * JOBS))
            time.sleep(chance.uniform(0, 0.3))
            os.kill(workers[0].pid, signal.SIGKILL)
    with worker(db):
        wait_until_done(db)
    counted = Counter(done(db))
    assert [kind for kind, _number in counted].count("Settle") == KILLS * JOBS
    assert {number for (kind, _n), number in counted.items() if kind == "Settle"} == {1}
    assert {n for kind, n in counted if kind == "Repeat"} == set(range(KILLS * JOBS))


def test_two_workers_never_do_the_same_job(db, runner):
    """Both begin before anything is written; nobody is killed, so nothing at all is done twice. Seen to fail without
    the word of the lease and its time in `take`."""
    with worker(db), worker(db):
        write(db, range(40))
        wait_until_done(db)
    assert Counter(done(db)) == {(kind, n): 1 for kind in ("Settle", "Repeat") for n in range(40)}
