"""A worker's indexing in a process of its own: `python -m tests.search.indexer_process URL`, until its input is closed.

Prints at last how many faults it met: a writer of the other process may have held the lock for too long."""

import sys
import threading
import time

import hub.models  # noqa: F401 - every table
from hub.db import Database
from hub.errors import HubError
from hub.search.indexer import work_off


def main() -> None:
    database, faults, ending = Database(sys.argv[1]), [], threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ending.set()), daemon=True).start()
    print("ready", flush=True)
    while not ending.is_set():
        try:
            if not work_off(database):
                time.sleep(0.005)
        except HubError as fault:
            faults.append(repr(fault.__cause__))
    print(len(faults), *faults[:3])


if __name__ == "__main__":
    main()
