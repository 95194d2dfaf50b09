"""Idempotency of creating commands: UNIQUE (author, client_id) with the stored answer (design section 5)."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.commits import before_commit
from hub.errors import Conflict, Unavailable
from hub.feed.log import Appended
from hub.feed.models import Submission
from hub.statements import among, insert_ignore


class Creating(Protocol):
    """A command that carries a client_id."""

    @property
    def client_id(self) -> str: ...


Command = TypeVar("Command", bound=Creating)

_EARLIER = sa.select(Submission.author_id, Submission.client_id, Submission.fingerprint, Submission.result).where(
    among(Submission.author_id, "authors"), among(Submission.client_id, "ids")
)
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
        claim = claim_of(service.__name__, actor.staff_id, command)
        if not session.connection().execute(insert_ignore(session, Submission), claim.row()).rowcount:
            return claim.answered_by(answers_to(session, [claim])[claim.key])
        receipt = service(session, actor, command)
        before_commit(session, lambda: _keep(session, claim, receipt))
        return receipt

    return guarded


@dataclass(frozen=True)
class Claim:
    """One command of one author. `result` is the stored answer of one that was written before."""

    key: tuple[int, str]
    fingerprint: str
    result: dict[str, Any] | None = None

    def row(self) -> dict[str, Any]:
        author_id, client_id = self.key
        named = {"author_id": author_id, "client_id": client_id}
        return named | {"fingerprint": self.fingerprint, "created_at": utc_now()}

    def answered_by(self, earlier: "Claim") -> Receipt:
        """Raises Conflict when the earlier command was another."""
        if earlier.fingerprint != self.fingerprint:
            raise Conflict
        if earlier.result is None:  # cannot be seen: the row and its result are one commit
            raise Unavailable
        return Receipt(earlier.result)


def claim_of(name: str, author_id: int, command: Creating) -> Claim:
    """What a service, by its name, would write for this author."""
    text = json.dumps([name, asdict(cast(Any, command))], sort_keys=True, ensure_ascii=False, default=str)
    return Claim((author_id, command.client_id), hashlib.sha256(text.encode()).hexdigest())


def answers_to(session: Session, claims: Sequence[Claim]) -> dict[tuple[int, str], Claim]:
    """Those that were written before, by key."""
    names = {"authors": {c.key[0] for c in claims}, "ids": {c.key[1] for c in claims}}
    rows = session.connection().execute(_EARLIER, names)
    found = {(author, id_): Claim((author, id_), fingerprint, result) for author, id_, fingerprint, result in rows}
    return {claim.key: found[claim.key] for claim in claims if claim.key in found}


def keep_answers(session: Session, answered: Sequence[tuple[Claim, Receipt]]) -> None:
    """Store the answers of commands that were not written before, once their seqs are known. The transaction ends with
    Unavailable where one of the client_ids was used for something else at the same moment."""

    def keep() -> None:
        rows = [claim.row() | {"result": receipt.ack()} for claim, receipt in answered]
        rows.sort(key=lambda row: (row["author_id"], row["client_id"]))
        if session.connection().execute(insert_ignore(session, Submission), rows).rowcount != len(rows):
            raise Unavailable

    before_commit(session, keep)


def _keep(session: Session, claim: Claim, receipt: Receipt) -> None:
    author_id, client_id = claim.key
    session.connection().execute(_KEEP, {"author": author_id, "id": client_id, "answer": receipt.ack()})
