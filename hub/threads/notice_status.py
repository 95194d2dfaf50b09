"""未確認団体一覧: which municipalities have confirmed a notice. One person is enough for a body."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.queries import Readers, readers_of
from hub.errors import NotFound
from hub.feed.contracts import AcknowledgementData
from hub.people.models import Organisation
from hub.security.permissions import Permission, require
from hub.threads.presenters import acknowledgements_of
from hub.threads.queries import Place, get_thread_for


@dataclass(frozen=True)
class BodyStatus:
    """`first`: who confirmed for the body first. `people`: how many read for it; nobody can confirm where it is 0."""

    organisation_id: int
    name: str
    people: int
    first: AcknowledgementData | None


@dataclass(frozen=True)
class NoticeStatus:
    place: Place
    missing: list[BodyStatus]
    confirmed: list[BodyStatus]


def notice_status(session: Session, actor: Actor, thread_id: int) -> NoticeStatus:
    """Raises NotFound when the thread is not readable or no notice, Forbidden for whom may not see this."""
    place = get_thread_for(session, actor, thread_id)
    require(actor, Permission.NOTICE_STATUS, place.subject)
    if place.thread.kind != "notice":
        raise NotFound
    first: dict[int, AcknowledgementData] = {}
    for given in acknowledgements_of(session, thread_id):
        first.setdefault(int(given["organisation_id"]), given)
    bodies = [_status(r, first.get(r.id)) for r in _municipalities(session, place.room.audience_id)]
    return NoticeStatus(place, [b for b in bodies if b.first is None], [b for b in bodies if b.first is not None])


def _status(readers: Readers, first: AcknowledgementData | None) -> BodyStatus:
    return BodyStatus(readers.id, readers.name, len(readers.staff), first)


def _municipalities(session: Session, audience_id: int) -> list[Readers]:
    """The municipalities that may read, by 団体コード."""
    bodies = [r for r in readers_of(session, audience_id) if r.kind == "organisation"]
    found = session.scalars(sa.select(Organisation).where(Organisation.id.in_([r.id for r in bodies])))
    sides = {o.id: o.side for o in found}
    return [r for r in bodies if sides[r.id] == "municipality"]
