"""The process that reads: `python -m hub.reading_process`, started by `hub/reading/child.py` with its socket as
standard input. It takes one question after the other and ends with its worker, however that ends."""

import gc
import os
import signal
import socket
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import hub.models  # noqa: F401 - every table
from hub.actor import Actor
from hub.apart import Apart
from hub.engine import make_engine
from hub.errors import HubError, Unavailable
from hub.logs import configure_logs
from hub.quarters import sheet as quarter_sheet
from hub.reading.registry import reading_named
from hub.reading.wire import Fault, Gone, pack, receive, send
from hub.search import duplicates, finder, preparing, saved, searching, similar, synonym_preview, within
from hub.search.analysis import fold, words
from hub.search.meaning import preparing as meaning_preparing
from hub.search.meaning.asking import is_wanted, read_vectors
from hub.search.meaning.encoder import allow, is_ready, open_beside
from hub.security.actors import confirm_actor
from hub.sharing.finding import apart

# Where readings are declared.
MODULES = (
    apart, duplicates, finder, meaning_preparing, preparing, quarter_sheet,
    saved, searching, similar, synonym_preview, within,
)  # fmt: skip
log = structlog.get_logger()
NICE = 15  # whoever posts goes before whoever searches
Confirm = Callable[[Session, Actor], Actor]
Question = tuple[str, tuple[Any, ...], dict[str, Any]]


def main() -> None:
    # A terminal's Ctrl-C goes to the worker, which still answers for a while; the end of the worker is the end of this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    configure_logs()
    pipe = socket.socket(fileno=0)
    pipe.setblocking(True)  # the worker's sockets are not, and this end was made there
    questions: SimpleQueue[Question] = SimpleQueue()
    with suppress(Gone):
        url, idle, meaning = receive(pipe)
        store, confirm = Apart(make_engine(url, pooled=False), writes=False), partial(confirm_actor, idle=idle)
        words(fold("辞書を先に開いておく"))
        allow(meaning)
        send(pipe, pack(os.getpid()))
        threading.Thread(target=_listen, args=(pipe, questions), daemon=True).start()
        _begin_to_open(store)
        while True:
            send(pipe, _packed(answer(store, confirm, *questions.get())))


def _begin_to_open(store: Apart) -> None:
    """What takes seconds, beside the work: whoever searches meanwhile is answered by words alone."""
    gc.collect()
    gc.freeze()
    open_beside(partial(_read_vectors, store))
    try:
        if store.run(is_wanted):
            is_ready()
    except Exception as fault:  # a database that is not there yet; whoever asks will be told
        log.warning("reading: the encoder waits for the first question", kind=type(fault).__name__)


def _read_vectors(store: Apart) -> None:
    try:
        store.run(read_vectors)
    except Exception as fault:
        log.warning("reading: the vectors were not read", kind=type(fault).__name__)
    gc.collect()
    gc.freeze()


def _listen(pipe: socket.socket, questions: "SimpleQueue[Question]") -> None:
    """Beside the work, so that the end of the worker ends this process in the midst of it."""
    try:
        while True:
            questions.put(receive(pipe))
    finally:  # Gone, or anything else after which nobody would listen any more
        os._exit(0)


def answer(
    store: Apart, confirm: Confirm, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[bool, Any]:
    """(True, the result) or (False, an error for people or a Fault)."""
    try:
        return True, _read(store, partial(reading_named(name).read, confirm=confirm, args=args, kwargs=kwargs))
    except OperationalError as fault:
        log.warning("reading: the database does not answer", kind=type(fault.orig).__name__)
        return False, Unavailable()
    except HubError as fault:
        return False, fault
    except Exception as fault:
        return False, _described(fault)


def _read(store: Apart, work: Callable[[Session], Any]) -> Any:
    try:
        return store.run(work)
    except OperationalError:  # the connection may be older than the database's last restart
        return store.run(work)


def _packed(said: tuple[bool, Any]) -> bytes:
    try:
        return pack(said)
    except Exception as fault:
        return pack((False, _described(fault)))


def _described(fault: Exception) -> Fault:
    return Fault(type(fault).__name__, "".join(traceback.format_tb(fault.__traceback__)))


if __name__ == "__main__":
    main()
