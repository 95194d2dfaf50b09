"""Reading the feed: which streams an actor may open, and what happened after a cursor."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound, Resync
from hub.feed.models import FeedEvent, Stream
from hub.feed.streams import parse_stream
from hub.installation import current_epoch
from hub.security.permissions import Permission, Subject, permits
from hub.statements import among

GAP_EVENTS = 50  # of one stream, in the answer to `feed:open`
GAP_CHARS = 1024 * 1024  # of all of them: a reader whose answer is larger than HUB_BACKLOG_BYTES would be cut
STREAMS_AT_ONCE = 50  # of one statement
# Rooms stand above the feed; all that it asks of them is who may read.
_ROOMS = sa.table("rooms", sa.column("id", sa.Integer), sa.column("audience_id", sa.Integer))
_AUDIENCES = sa.select(_ROOMS.c.id, _ROOMS.c.audience_id).where(among(_ROOMS.c.id, "rooms"))
_CHARS = sa.func.length(sa.cast(FeedEvent.data, sa.Text))


def readable_streams(session: Session, actor: Actor, keys: Iterable[str]) -> set[str]:
    """Those of `keys` that the actor may read now. A stream that does not exist is simply missing."""
    return StreamAccess(session, keys).readable(actor, keys)


class StreamAccess:
    """The rooms of some streams, looked up once for as many actors as wanted."""

    def __init__(self, session: Session, keys: Iterable[str]) -> None:
        self._names = {key: name for key in keys if (name := parse_stream(key)) is not None}
        rooms = {name.id for name in self._names.values() if name.kind != "user"}
        found = session.connection().execute(_AUDIENCES, {"rooms": rooms}) if rooms else ()
        self._subjects = {room_id: Subject(audience_id, room_id=room_id) for room_id, audience_id in found}

    def readable(self, actor: Actor, keys: Iterable[str]) -> set[str]:
        return {key for key in keys if self._may_read(actor, key)}

    def _may_read(self, actor: Actor, key: str) -> bool:
        name = self._names.get(key)
        if name is None:
            return False
        if name.kind == "user":
            return name.id == actor.staff_id
        permission = Permission.ROOM_READ if name.kind == "room" else Permission.NOTE_READ
        subject = self._subjects.get(name.id)
        return subject is not None and permits(actor, permission, subject)


def small_gaps(session: Session, after: Mapping[str, int], reached: Mapping[str, int]) -> dict[str, list[FeedEvent]]:
    """What happened in each of the streams of `reached` (their heads) behind the seq in `after`, where that is at most
    GAP_EVENTS, wholly kept, and together no more than GAP_CHARS; the rest is for `events_after`."""
    behind = [s for s, head in reached.items() if s in after and 0 < head - after[s] <= GAP_EVENTS]
    found: dict[str, list[FeedEvent]] = {}
    left = GAP_CHARS
    for some in batched(behind, STREAMS_AT_ONCE):
        gap = sa.or_(*(sa.and_(FeedEvent.stream == s, FeedEvent.seq > after[s]) for s in some))
        sizes = sa.select(FeedEvent.stream, sa.func.count(), sa.func.sum(_CHARS)).where(gap).group_by(FeedEvent.stream)
        wanted = []
        for stream, count, chars in session.execute(sizes):
            if count == reached[stream] - after[stream] and chars <= left:
                wanted.append(stream)
                left -= chars
        query = sa.select(FeedEvent).where(gap, FeedEvent.stream.in_(wanted)).order_by(FeedEvent.stream, FeedEvent.seq)
        for event in session.scalars(query) if wanted else ():
            found.setdefault(event.stream, []).append(event)
    return found


def batched(items: list[str], size: int) -> Iterator[list[str]]:
    return (items[at : at + size] for at in range(0, len(items), size))


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
    the database, lies beyond the head, or is older than what is kept.
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
