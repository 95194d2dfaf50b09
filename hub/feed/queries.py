"""Reading the feed: which streams an actor may open, and what happened after a cursor."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.errors import NotFound, Resync
from hub.feed.models import FeedEvent, Stream
from hub.feed.streams import parse_stream
from hub.installation import current_epoch
from hub.rooms.models import Room
from hub.security.actor import Actor
from hub.security.permissions import Permission, Subject, permits


def readable_streams(session: Session, actor: Actor, keys: Iterable[str]) -> set[str]:
    """Those of `keys` that the actor may read now. A stream that does not exist is simply missing."""
    return StreamAccess(session, keys).readable(actor, keys)


class StreamAccess:
    """The audiences of some streams, looked up once for as many actors as wanted."""

    def __init__(self, session: Session, keys: Iterable[str]) -> None:
        self._names = {key: name for key in keys if (name := parse_stream(key)) is not None}
        rooms = {name.id for name in self._names.values() if name.kind != "user"}
        query = sa.select(Room.id, Room.audience_id).where(Room.id.in_(rooms))
        self._audiences = dict(session.execute(query).all()) if rooms else {}

    def readable(self, actor: Actor, keys: Iterable[str]) -> set[str]:
        return {key for key in keys if self._may_read(actor, key)}

    def _may_read(self, actor: Actor, key: str) -> bool:
        name = self._names.get(key)
        if name is None:
            return False
        if name.kind == "user":
            return name.id == actor.staff_id
        permission = Permission.ROOM_READ if name.kind == "room" else Permission.NOTE_READ
        audience_id = self._audiences.get(name.id)
        return audience_id is not None and permits(actor, permission, Subject(audience_id=audience_id))


@dataclass(frozen=True)
class Page:
    """Events in seq order; `has_more` when the limit cut them."""

    epoch: str
    events: list[FeedEvent]
    head: int
    has_more: bool


def events_after(session: Session, actor: Actor, stream: str, *, after: int, epoch: str | None, limit: int) -> Page:
    """What happened in a stream after seq `after`, at most `limit` events.

    Raises NotFound when the stream is not there or not the actor's, Resync when the cursor belongs to another life of
    the data base, lies beyond the head, or is older than what is kept.
    """
    if stream not in readable_streams(session, actor, [stream]):
        raise NotFound
    current = current_epoch(session)
    head = session.execute(sa.select(Stream.head).where(Stream.key == stream)).scalar() or 0
    oldest = session.execute(sa.select(sa.func.min(FeedEvent.seq)).where(FeedEvent.stream == stream)).scalar()
    if (epoch is not None and epoch != current) or after > head:
        raise Resync
    if 0 < after < head and (oldest is None or after < oldest - 1):
        raise Resync  # an empty list would say that nothing has happened
    query = sa.select(FeedEvent).where(FeedEvent.stream == stream, FeedEvent.seq > after)
    found = list(session.scalars(query.order_by(FeedEvent.seq).limit(limit + 1)))
    return Page(current, found[:limit], head, len(found) > limit)
