"""@ in a message: people, sections and organisations that may read the room, by their names as typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.queries import Readers, readers_of
from hub.text_ahead import mentioned
from hub.threads.models import Mention

Holder = Literal["staff", "section", "organisation"]

_INSERT = sa.insert(Mention)


@dataclass(frozen=True)
class Target:
    """Whom a name stands for."""

    name: str
    holder: Holder
    id: int


def targets_of(readers: list[Readers]) -> list[Target]:
    """Everything that can be mentioned among these readers; two people of one name are both meant."""
    groups = [
        Target(r.name, "organisation" if r.kind == "organisation" else "section", r.id)
        for r in readers
        if r.kind != "staff"
    ]
    people = [Target(s.name, "staff", s.id) for r in readers for s in r.staff]
    return groups + people


def mentions_in(session: Session, audience_id: int, body: str) -> list[Target]:
    """Who is mentioned in `body` and may read it. Nobody outside the audience can be called."""
    if "@" not in body and "＠" not in body:
        return []
    targets = targets_of(readers_of(session, audience_id))
    named = set(mentioned(session, body, {t.name for t in targets}))
    return [t for t in targets if t.name in named]


class Naming(Protocol):
    """A message that was just written."""

    @property
    def id(self) -> int: ...
    @property
    def thread_id(self) -> int: ...
    @property
    def position(self) -> int: ...


def record_mentions(session: Session, messages: Iterable[tuple[Naming, Iterable[Target]]]) -> None:
    """Store whom new messages call."""
    nobody = {"staff_id": None, "section_id": None, "organisation_id": None}
    rows = [
        {"message_id": message.id, "thread_id": message.thread_id, "position": message.position}
        | nobody
        | {f"{target.holder}_id": target.id}
        for message, targets in messages
        for target in targets
    ]
    if rows:
        session.connection().execute(_INSERT, rows)
