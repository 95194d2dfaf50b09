"""What one does with entries of the お知らせ箱: marking them as seen, answering from there."""

from typing import NamedTuple

import sqlalchemy as sa
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.feed.log import append
from hub.feed.payloads import STRICT, Body, ClientId, Id
from hub.feed.streams import user_stream
from hub.feed.submissions import Receipt
from hub.inbox.models import InboxEntry
from hub.inbox.queries import addressed_to, get_entry_for
from hub.threads.commands import PostMessage
from hub.threads.services.posting import post_message


@dataclass(config=STRICT)
class Seen:
    entry_id: Id


@dataclass(config=STRICT)
class SeenUntil:
    """Everything up to the newest entry that was on the page: what arrived meanwhile stays new."""

    until: Id


@dataclass(config=STRICT)
class AnswerEntry:
    entry_id: Id
    body: Body
    client_id: ClientId
    settled: bool = False


class Where(NamedTuple):
    """The message that an entry points at."""

    thread_id: int
    position: int


def mark_seen(session: Session, actor: Actor, command: Seen) -> Where:
    """Raises NotFound for an entry that is not the actor's or whose message may not be read."""
    entry, message = get_entry_for(session, actor, command.entry_id)
    if entry.seen_at is None:
        entry.seen_at = utc_now()
        _count_anew(session, actor)
    return Where(message.thread_id, message.position)


def answer_entry(session: Session, actor: Actor, command: AnswerEntry) -> Receipt:
    """A message into the entry's thread, as a reply to what it points at; whoever answers has seen what called them.

    Raises NotFound as `mark_seen`, and whatever `post_message` raises.
    """
    entry, message = get_entry_for(session, actor, command.entry_id)
    ids, settled = (message.thread_id, command.body, command.client_id), command.settled
    reply = PostMessage(*ids, reply_to=message.id, settled=settled)
    receipt = post_message(session, actor, reply)
    if entry.seen_at is None:
        entry.seen_at = utc_now()
        _count_anew(session, actor)
    return receipt


def mark_all_seen(session: Session, actor: Actor, command: SeenUntil) -> None:
    own = sa.update(InboxEntry).where(addressed_to(actor), InboxEntry.seen_at.is_(None))
    session.execute(own.where(InboxEntry.id <= command.until).values(seen_at=utc_now()))
    _count_anew(session, actor)


def _count_anew(session: Session, actor: Actor) -> None:
    """On every open page of the person, not only on the one where they looked."""
    append(session, user_stream(actor.staff_id), "inbox:changed", {"kind": "seen"})
