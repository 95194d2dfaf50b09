"""The database is away, busy or full: for whoever asks that is one error, `Unavailable`, and one line in the log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.errors import Unavailable

log = structlog.get_logger()

QUIET_S = 1.0
_said = 0.0


def is_outage(fault: BaseException) -> bool:
    """Not what is wrong with a statement or a row: that is a fault of the code, and wants its trace."""
    if isinstance(fault, PoolTimeout):
        return True
    if not isinstance(fault, DBAPIError) or str(fault.orig).startswith("no such "):
        return False
    return isinstance(fault, OperationalError | InterfaceError | InternalError) or fault.connection_invalidated


@contextmanager
def answering() -> Iterator[None]:
    """Raises Unavailable for an outage inside."""
    try:
        yield
    except SQLAlchemyError as fault:
        if not is_outage(fault):
            raise
        _say(fault)
        raise Unavailable from fault


def in_a_line(fault: BaseException) -> str:
    """What the database said, without what people typed."""
    said = str(getattr(fault, "orig", None) or fault).strip().splitlines()
    return f"{type(fault).__name__}: {said[0]}" if said else type(fault).__name__


def _say(fault: SQLAlchemyError) -> None:
    """Hundreds of requests may meet the same outage in a second."""
    global _said  # noqa: PLW0603 - one clock for the process, as there is one log
    if time.monotonic() - _said >= QUIET_S:
        _said = time.monotonic()
        log.warning("the database does not answer", kind=type(getattr(fault, "orig", None) or fault).__name__)
