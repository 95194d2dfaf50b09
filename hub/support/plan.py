"""The plan of a municipality, read through its karte."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import fiscal_year, japan_today
from hub.errors import NotFound
from hub.people.authors import Author, AuthorKey, authors
from hub.shown import Shown, first_of
from hub.support.holders import names_of
from hub.support.models import OVER, PlanChange, PlanItem
from hub.support.queries import Karte, get_karte_for

MOST, MOST_CHANGES = 50, 50


@dataclass(frozen=True)
class PlanPlace:
    karte: Karte
    item: PlanItem


def get_item_for(session: Session, actor: Actor, item_id: int, *, lock: bool = False) -> PlanPlace:
    """Raises NotFound when it is not there or of a karte that is not the actor's matter."""
    item = session.get(PlanItem, item_id, with_for_update=lock or None)
    if item is None:
        raise NotFound
    return PlanPlace(get_karte_for(session, actor, item.organisation_id), item)


@dataclass(frozen=True)
class Planning:
    """An item with the name of who holds it, and whether its day is over and it is not."""

    item: PlanItem
    holder: str
    overdue: bool


def list_plan(session: Session, karte: Karte, *, whole: bool = False) -> Shown[Planning]:
    """What is not over, and what is over of this fiscal year: overdue first, then by day. `whole`: of all years."""
    today = japan_today()
    query = sa.select(PlanItem).where(PlanItem.organisation_id == karte.organisation.id)
    if not whole:
        this_year = PlanItem.fiscal_year >= fiscal_year(today)
        query = query.where(sa.or_(PlanItem.state.not_in(OVER), this_year))
    over_last = sa.case((PlanItem.state.in_(OVER), 1), else_=0)
    query = query.order_by(over_last, PlanItem.due_on, PlanItem.id)
    items = list(session.scalars(first_of(query, MOST, whole)))
    names = names_of(session, [(i.duty_id, i.holder_id) for i in items])
    rows = [Planning(i, names[i.duty_id, i.holder_id], is_overdue(i, today)) for i in items]
    return Shown(rows, MOST, whole)


def is_overdue(item: PlanItem, today: date) -> bool:
    return item.state not in OVER and item.due_on < today


@dataclass(frozen=True)
class Changed:
    change: PlanChange
    holder: str
    by: Author


def list_changes(session: Session, place: PlanPlace, *, whole: bool = False) -> Shown[Changed]:
    """How an item has stood, the newest first."""
    query = sa.select(PlanChange).where(PlanChange.item_id == place.item.id).order_by(PlanChange.number.desc())
    rows = list(session.scalars(first_of(query, MOST_CHANGES, whole)))
    people = authors(session, [_key(c) for c in rows])
    names = names_of(session, [(c.duty_id, c.holder_id) for c in rows])
    return Shown([Changed(c, names[c.duty_id, c.holder_id], people[_key(c)]) for c in rows], MOST_CHANGES, whole)


def _key(change: PlanChange) -> AuthorKey:
    return AuthorKey(change.staff_id, change.posting_id, change.writer_name)
