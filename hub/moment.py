"""What is asked once in a session for reading: it sees one moment, so an answer stays true to its end."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

Answer = TypeVar("Answer")
KEY = "moment"


def asked_once(session: Session, key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question that `key` names; nobody may change it. In a session that writes it is asked each
    time."""
    kept: dict[Hashable, Any] | None = session.info.get(KEY)
    if kept is None:
        return ask()
    if key not in kept:
        kept[key] = ask()
    return kept[key]
