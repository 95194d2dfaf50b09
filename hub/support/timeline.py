"""経過: everything that happened between a municipality and the DX section, in one order, by pages of one size.

One statement finds which things stand on the page, one more a kind says what they are. Notes of the DX section are no
part of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.keyset import Leaf, Place, leaf_of
from hub.library.models import Adoption, Case
from hub.library.sight import published
from hub.rooms.models import Room
from hub.support.models import Contact, Fact, PlanChange, PlanItem
from hub.support.queries import Karte
from hub.threads.consultations.models import Consultation, Turn
from hub.threads.models import Thread
from hub.visits.models import Visit
from hub.visits.queries import concerns

PAGE = 30
KINDS = ("facts", "plan", "contacts", "consultations", "adoptions", "visits")


@dataclass(frozen=True)
class Mark:
    """One thing that happened: of which kind, and the id and number of its row."""

    kind: str
    id: int
    number: int


@dataclass(frozen=True)
class Timeline:
    marks: Sequence[Mark]
    leaf: Leaf


def timeline_of(session: Session, actor: Actor, karte: Karte, kind: str, place: Place | None) -> Timeline:
    """The newest first. `kind`: one of KINDS alone, all for anything else."""
    kinds = [kind] if kind in KINDS else list(KINDS)
    parts = [SOURCES[name](actor, karte).add_columns(sa.literal(KINDS.index(name)).label("kind")) for name in kinds]
    found = sa.union_all(*parts).subquery()
    query = sa.select(found.c.kind, found.c.id, found.c.number)
    total = session.execute(sa.select(sa.func.count()).select_from(found)).scalar_one()
    leaf = leaf_of(session, query, (found.c.at, found.c.kind, found.c.id, found.c.number), place, PAGE, total)
    return Timeline([Mark(KINDS[row[0]], row[1], row[2]) for row in leaf.rows], leaf)


def _row(at: Any, id_: Any, number: Any) -> "sa.Select[*tuple[Any, ...]]":
    return sa.select(at.label("at"), id_.label("id"), number.label("number"))


def _none() -> sa.ColumnElement[int]:
    return sa.literal(0)


def _facts(_actor: Actor, karte: Karte) -> "sa.Select[*tuple[Any, ...]]":
    return _row(Fact.recorded_at, Fact.id, _none()).where(Fact.organisation_id == karte.organisation.id)


def _plan(_actor: Actor, karte: Karte) -> "sa.Select[*tuple[Any, ...]]":
    query = _row(PlanChange.recorded_at, PlanChange.item_id, PlanChange.number)
    query = query.join(PlanItem, PlanItem.id == PlanChange.item_id)
    return query.where(PlanItem.organisation_id == karte.organisation.id)


def _contacts(_actor: Actor, karte: Karte) -> "sa.Select[*tuple[Any, ...]]":
    mine = Contact.organisation_id == karte.organisation.id
    return _row(Contact.held_at, Contact.id, _none()).where(mine, Contact.newest)


def _consultations(actor: Actor, karte: Karte) -> "sa.Select[*tuple[Any, ...]]":
    """Asked, answered, closed: turns at which one of these happened, in rooms that the actor may read."""
    answered = sa.and_(Turn.state == "answered", Turn.since_at.is_(None), Turn.side != "outside")
    told = sa.or_(Turn.number == 1, answered, Turn.state == "closed")
    query = _row(Turn.from_at, Turn.thread_id, Turn.number)
    query = query.join(Consultation, Consultation.thread_id == Turn.thread_id)
    query = query.join(Thread, Thread.id == Turn.thread_id).join(Room, Room.id == Thread.room_id)
    mine = Consultation.organisation_id == karte.organisation.id
    return query.where(mine, told, Room.audience_id.in_(actor.audience_ids))


def _adoptions(actor: Actor, karte: Karte) -> "sa.Select[*tuple[Any, ...]]":
    """Confirmed ones of cases that the actor may read."""
    query = _row(Adoption.updated_at, Adoption.id, _none()).join(Case, Case.id == Adoption.case_id)
    mine = Adoption.organisation_id == karte.organisation.id
    return query.where(mine, Adoption.confirmed_at.is_not(None), published(actor))


def _visits(actor: Actor, karte: Karte) -> "sa.Select[*tuple[Any, ...]]":
    """Both that the municipality asked for and that it was asked for."""
    query = _row(Visit.created_at, Visit.id, _none()).join(Case, Case.id == Visit.case_id)
    id_ = karte.organisation.id
    return query.where(sa.or_(Visit.organisation_id == id_, Case.organisation_id == id_), concerns(actor))


SOURCES: dict[str, Callable[[Actor, Karte], "sa.Select[*tuple[Any, ...]]"]] = {
    "facts": _facts,
    "plan": _plan,
    "contacts": _contacts,
    "consultations": _consultations,
    "adoptions": _adoptions,
    "visits": _visits,
}
