"""Whom an event that nobody caused concerns in a consultation: whoever asked, while they work for the body that asks
and may read it; else everybody who speaks for that body. Read at the moment of telling."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.queries import readers_among
from hub.clock import utc_now
from hub.people.models import Posting, Section
from hub.security.permissions import DX, MUNICIPAL
from hub.statements import among
from hub.threads.consultations.turns import Standing
from hub.threads.models import ERASED, Message

_NEWEST = (
    sa.select(Message.thread_id, sa.func.max(Message.id))
    .where(among(Message.thread_id, "threads"), ~ERASED)
    .group_by(Message.thread_id)
)


class Told(NamedTuple):
    """`message_id`: the newest that can be read."""

    message_id: int
    staff_ids: list[int]


def to_be_told(session: Session, asked: Sequence[Standing]) -> dict[int, Told]:
    """By thread; without those of which nothing can be read any more, or nobody is left to be told."""
    newest = dict(session.execute(_NEWEST, {"threads": [one.thread.id for one in asked]}).all())
    speakers = _speakers(session, {one.asking.id for one in asked})
    anybody = set().union(*speakers.values())
    readers = readers_among(session, {one.room.audience_id for one in asked}, anybody)
    found = {}
    for one in asked:
        reading = [id_ for id_ in readers[one.room.audience_id] if id_ in speakers.get(one.asking.id, ())]
        told = [id_ for id_ in reading if id_ == one.thread.opened_by_id] or reading
        if told and one.thread.id in newest:
            found[one.thread.id] = Told(newest[one.thread.id], told)
    return found


def _speakers(session: Session, organisation_ids: set[int]) -> dict[int, set[int]]:
    """Officers and managers of a municipality, the prefecture's DX section, by organisation."""
    now, found = utc_now(), dict[int, set[int]]()
    speaks = sa.or_(Posting.role.in_(MUNICIPAL.split()), sa.and_(Section.is_dx, Posting.role.in_(DX.split())))
    query = sa.select(Section.organisation_id, Posting.staff_id).join(Section, Section.id == Posting.section_id)
    query = query.where(among(Section.organisation_id, organisation_ids), speaks)
    query = query.where(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
    for organisation_id, staff_id in session.execute(query):
        found.setdefault(organisation_id, set()).add(staff_id)
    return found
