"""A rebuild in a process of its own: `python -m tests.search.rebuild_process URL SIZE`. After each line of progress it
waits for a line of input, so that whoever kills it knows where it is."""

import sys

import hub.models  # noqa: F401 - every table
from hub.db import Database
from hub.search.rebuilding import rebuild


def tell(line: str) -> None:
    print(line, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    rebuild(Database(sys.argv[1]), fresh=True, progress=tell, size=int(sys.argv[2]))
