"""What a quarter is counted from: the turns and the promises of its consultations, fetched through the actor."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.people.models import ALIAS_SIDES, Organisation
from hub.quarters.spans import Quarter
from hub.rooms.models import Room
from hub.statements import among
from hub.threads.consultations.models import Consultation, Promise, Turn
from hub.threads.models import Thread


@dataclass(frozen=True)
class Span:
    """One turn. `until`: None while it lasts."""

    state: str
    side: str | None
    why: str
    begin: datetime
    until: datetime | None


@dataclass(frozen=True)
class Promised:
    due_on: date
    ended_as: str | None


@dataclass(frozen=True)
class Asked:
    """One consultation of a municipality: its turns without gaps, the first one first."""

    thread_id: int
    organisation_id: int
    turns: list[Span] = field(default_factory=list)
    promises: list[Promised] = field(default_factory=list)


def consultations_of(session: Session, actor: Actor, quarter: Quarter) -> list[Asked]:
    """Those of municipalities to the prefecture that were not closed all the time of the quarter, as far as the actor
    may read them; of municipal people only their own body's. By number of the thread."""
    begin, end = quarter.begins, min(quarter.ends, utc_now())
    going = sa.and_(Turn.state != "closed", Turn.from_at < end, sa.or_(Turn.until_at.is_(None), Turn.until_at > begin))
    theirs = _theirs(actor).where(sa.exists().where(Turn.thread_id == Consultation.thread_id, going))
    found = {thread_id: Asked(thread_id, body) for thread_id, body in session.execute(theirs)}
    ids = theirs.with_only_columns(Consultation.thread_id)
    turns = sa.select(Turn.thread_id, Turn.state, Turn.side, Turn.why, Turn.from_at, Turn.until_at)
    turns = turns.where(Turn.thread_id.in_(ids), Turn.from_at < end).order_by(Turn.thread_id, Turn.number)
    for turn in session.execute(turns):
        found[turn.thread_id].turns.append(Span(*turn[1:]))
    promises = sa.select(Promise.thread_id, Promise.due_on, Promise.ended_as).where(Promise.thread_id.in_(ids))
    for promise in session.execute(promises.order_by(Promise.id)):
        found[promise.thread_id].promises.append(Promised(*promise[1:]))
    return list(found.values())


def _theirs(actor: Actor) -> sa.Select[int, int]:
    query = (
        sa.select(Consultation.thread_id, Consultation.organisation_id)
        .join(Thread, Thread.id == Consultation.thread_id)
        .join(Room, Room.id == Thread.room_id)
        .join(Organisation, Organisation.id == Consultation.organisation_id)
        .where(among(Room.audience_id, actor.audience_ids), Room.kind != "case")
        .where(Organisation.member, Organisation.kind != "県", Organisation.kind.not_in(ALIAS_SIDES))
        .order_by(Consultation.thread_id)
    )
    return query if actor.in_dx_section else query.where(Consultation.organisation_id.in_(actor.organisation_ids))


def by_organisation(asked: Sequence[Asked]) -> dict[int, list[Asked]]:
    found: dict[int, list[Asked]] = defaultdict(list)
    for one in asked:
        found[one.organisation_id].append(one)
    return found
