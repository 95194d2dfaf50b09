"""Idempotency of creating commands: UNIQUE (author, client_id) with the stored answer (design section 5)."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import wraps
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.commits import before_commit
from hub.errors import Conflict, Unavailable
from hub.feed.log import Appended
from hub.feed.models import Submission
from hub.statements import insert_ignore


class Creating(Protocol):
    """A command that carries a client_id."""

    @property
    def client_id(self) -> str: ...


Command = TypeVar("Command", bound=Creating)

_KEEP = (
    sa.update(Submission)
    .where(Submission.author_id == sa.bindparam("author"), Submission.client_id == sa.bindparam("id"))
    .values(result=sa.bindparam("answer"))
)


@dataclass
class Receipt:
    """What a service hands back: the ack's own data, and the event whose stream and seq complete it."""

    data: dict[str, Any] = field(default_factory=dict)
    event: Appended | None = None

    def ack(self) -> dict[str, Any]:
        """To be called after the write: only then is the seq known."""
        return self.data | ({"stream": self.event.stream, "seq": self.event.seq} if self.event else {})


def once(service: Callable[[Session, Actor, Command], Receipt]) -> Callable[[Session, Actor, Command], Receipt]:
    """Run a creating service at most once per (author, client_id).

    A repeat gets the first answer and emits nothing. Raises Conflict when the same client_id comes with other content.
    Of two at the same moment the second waits at the unique row for the first one's commit.
    """

    @wraps(service)
    def guarded(session: Session, actor: Actor, command: Command) -> Receipt:
        fingerprint = _fingerprint(service.__name__, command)
        key = {"author_id": actor.staff_id, "client_id": command.client_id}
        claim = key | {"fingerprint": fingerprint, "created_at": utc_now()}
        if not session.connection().execute(insert_ignore(session, Submission), claim).rowcount:
            return _earlier(session, key, fingerprint)
        receipt = service(session, actor, command)
        before_commit(session, lambda: _keep(session, key, receipt))
        return receipt

    return guarded


def _fingerprint(name: str, command: Any) -> str:
    text = json.dumps([name, asdict(command)], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _earlier(session: Session, key: dict[str, Any], fingerprint: str) -> Receipt:
    row = session.execute(sa.select(Submission).filter_by(**key)).scalar_one()
    if row.fingerprint != fingerprint:
        raise Conflict
    if row.result is None:  # cannot be seen: the row and its result are one commit
        raise Unavailable
    return Receipt(row.result)


def _keep(session: Session, key: dict[str, Any], receipt: Receipt) -> None:
    session.connection().execute(_KEEP, {"author": key["author_id"], "id": key["client_id"], "answer": receipt.ack()})
