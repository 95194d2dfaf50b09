"""Details of texts, found in the reading process: the dictionary takes memory and time that a worker does not have.
What was found is kept for a while by a hash of the text, so that a transaction, which waits for nothing, finds it.

Whoever shows or hides details asks here; a text that was not read yet ends the work, and `read_first` begins it anew
when it was."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from hub import pool
from hub.db import db
from hub.sharing.details import Detail, Known, find_details
from hub.sharing.finding.apart import details_apart

T = TypeVar("T")

KEPT = 4_000  # texts
TOGETHER_CHARS = 100_000  # about a second of the reading process
TRIES = 4

_kept: OrderedDict[bytes, tuple[Detail, ...]] = OrderedDict()
_lock = threading.Lock()


class Unread(Exception):
    """These texts have to be read first."""

    def __init__(self, texts: Sequence[str], known: Known) -> None:
        super().__init__()
        self.texts, self.known = texts, known


def details_of(text: str, known: Known) -> tuple[Detail, ...]:
    """Raises Unread, in a worker."""
    require_read([text], known)
    with _lock:
        found = _kept.get(_key(text, known))
    return tuple(find_details(text, known)) if found is None else found


def require_read(texts: Iterable[str], known: Known) -> None:
    """Raises Unread with all of them that were not, where somebody would wait for the work."""
    if not pool.is_cooperative():
        return
    with _lock:
        missing = [text for text in dict.fromkeys(texts) if text and _key(text, known) not in _kept]
    if missing:
        raise Unread(missing, known)


def read_first(work: Callable[[], T]) -> T:
    """The result of `work`, which is repeated after what it asks for was read: a text may change in between."""
    for _try in range(TRIES):
        try:
            return work()
        except Unread as wanted:
            _read(wanted)
    return work()


def _read(wanted: Unread) -> None:
    batch: list[str] = []
    for text in wanted.texts:
        if batch and sum(map(len, batch)) + len(text) > TOGETHER_CHARS:
            _keep(batch, wanted.known)
            batch = []
        batch.append(text)
    _keep(batch, wanted.known)


def _keep(texts: list[str], known: Known) -> None:
    found = db.read_apart(details_apart, tuple(texts), known)
    with _lock:
        for text, details in zip(texts, found, strict=True):
            _kept[_key(text, known)] = details
            _kept.move_to_end(_key(text, known))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def _key(text: str, known: Known) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass") + known.digest, digest_size=16).digest()
