"""A process that does jobs: `python -m gevent.monkey --module tests.jobs.worker_process URL`, until it is killed."""

import sys
from datetime import timedelta

import gevent

import hub.models  # noqa: F401 - every table
from hub.db import Database
from hub.jobs import leasing
from tests.jobs.kinds import runner


def main() -> None:
    leasing.LEASE = timedelta(seconds=1.5)  # nobody waits for a minute for what a killed one held
    made = runner(Database(sys.argv[1]))
    print("ready", flush=True)
    gevent.spawn(made.run).join()


if __name__ == "__main__":
    main()
