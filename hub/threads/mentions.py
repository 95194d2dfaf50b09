"""@ in a message: people, sections and organisations that may read the room, by their names as typed."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from hub.audiences.queries import Readers, readers_of
from hub.clock import iso, utc_now
from hub.feed.log import append
from hub.feed.streams import user_stream
from hub.inbox.models import InboxEntry
from hub.rooms.models import Room
from hub.security.actor import Actor
from hub.text import find_mentions
from hub.threads.models import Mention, Message

Holder = Literal["staff", "section", "organisation"]


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
    named = set(find_mentions(body, {t.name for t in targets}))
    return [t for t in targets if t.name in named]


def record_mentions(session: Session, actor: Actor, message: Message, room: Room, targets: list[Target]) -> None:
    """Store whom a new message calls; a person who is called by name gets an entry in the inbox."""
    for target in targets:
        row = Mention(message_id=message.id, thread_id=message.thread_id, position=message.position)
        setattr(row, f"{target.holder}_id", target.id)
        session.add(row)
    for target in targets:
        if target.holder == "staff" and target.id != actor.staff_id:
            add_to_inbox(session, target.id, "mention", message, room.id)


def add_to_inbox(
    session: Session, staff_id: int, kind: Literal["mention", "reply", "question"], message: Message, room_id: int
) -> None:
    """An entry without text, and inbox:added on that person's own stream."""
    entry = InboxEntry(staff_id=staff_id, kind=kind, message_id=message.id, created_at=utc_now())
    session.add(entry)
    session.flush()
    data = {
        "entry_id": str(entry.id),
        "kind": kind,
        "room_id": str(room_id),
        "thread_id": str(message.thread_id),
        "message_id": str(message.id),
        "at": iso(entry.created_at),
    }
    append(session, user_stream(staff_id), "inbox:added", data)
