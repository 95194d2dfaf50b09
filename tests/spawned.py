"""Processes that the hub keeps beside itself, forked from one that has imported what they import.

Importing takes the reading process a second of processor, and a run of the suite begins some hundreds of them. What
the fork does is what `python -m MODULE` does, with the same descriptors and environment; the process becomes a child of
the one that asked for it, as one that was spawned is.
"""

import array
import atexit
import ctypes
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from hub.confined.process import TASKS
from hub.spawning import spawn_python

ROOT = Path(__file__).resolve().parent.parent
PR_SET_CHILD_SUBREAPER = 36
LONGEST = 1 << 20


class Spawner:
    """Begins `python -m MODULE` by forking a process that has imported `preload` too; it ends with this one."""

    def __init__(self, module: str, *preload: str) -> None:
        # A child whose parent ends becomes this process's own.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.owner = os.getpid()
        self.pipe, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.spawned", str(theirs.fileno()), module, *preload]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, start_new_session=True, pass_fds=[theirs.fileno()]
        )
        theirs.close()
        self.one_by_one = threading.Lock()  # or of two who ask at once each may end the other's process
        atexit.register(self.process.kill)

    def begin(self, environment: dict[str, str], descriptors: tuple[int, int, int]) -> int:
        """The process's id; `descriptors` become its 0, 1 and 2."""
        assert os.getpid() == self.owner, "the children of another process would not be its own"
        question = json.dumps({"environment": environment, "folder": os.getcwd()}).encode()
        rights = array.array("i", descriptors)
        with self.one_by_one:
            self.pipe.sendmsg([question], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            answer = self.pipe.recv(LONGEST)
        assert answer, "the process that forks has ended"
        return int(answer)


@cache
def spawner(owner: int, module: str, *preload: str) -> Spawner:
    """Of the process `owner`, which is to be the one that asks."""
    return Spawner(module, *preload)


PRELOADED = {"hub.reading_process": (), "hub.confined.process": tuple(module for module, _name in TASKS.values())}
PYTHON = sys.executable


def forked_python(module: str, environment: Mapping[str, str], *descriptors: int) -> int:
    """Instead of `hub.spawning.spawn_python`. A test that puts something else in the place of Python gets that."""
    if sys.executable != PYTHON:
        return spawn_python(module, environment, *descriptors)
    given = (*descriptors, *range(len(descriptors), 3))
    return spawner(os.getpid(), module, *PRELOADED[module]).begin({**environment}, (given[0], given[1], given[2]))


def _become(module: str, question: bytes, descriptors: "array.array[int]") -> None:
    wanted = json.loads(question)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    os.closerange(3, max(descriptors) + 1)
    os.setsid()
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    importlib.import_module(module).main()


def _fork(module: str, pipe: socket.socket) -> bool:
    """Begin what is asked for. False when nobody asks any more."""
    question, rights, _flags, _address = pipe.recvmsg(LONGEST, socket.CMSG_SPACE(3 * array.array("i").itemsize))
    if not question:
        return False
    descriptors = array.array("i", rights[0][2])
    begun, told = os.pipe()
    between = os.fork()
    if not between:
        if child := os.fork():
            os.write(told, str(child).encode())
            os._exit(0)
        _run(module, question, descriptors)
    os.close(told)
    os.waitpid(between, 0)  # from here on the child has another parent
    pipe.send(os.read(begun, 20))
    for descriptor in (begun, *descriptors):
        os.close(descriptor)
    return True


def _run(module: str, question: bytes, descriptors: "array.array[int]") -> None:
    code = 1
    try:
        _become(module, question, descriptors)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    number, module, *preload = sys.argv[1:]
    for name in (module, *preload):
        importlib.import_module(name)
    pipe = socket.socket(fileno=int(number))
    while _fork(module, pipe):
        pass


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
