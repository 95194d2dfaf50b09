"""The list of cases as one person sees it, in one of three orders, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today
from hub.keyset import Key, Leaf, Place, Query, leaf_of
from hub.library.bases import flagged
from hub.library.facets import Facet, Wanted, conditions, list_facets
from hub.library.freshness import overdue
from hub.library.models import Adoption, Bookmark, Case, CaseField, Thanks
from hub.library.nearness import COPYING, Nearness, nearest_adopters, nearness, nearness_column
from hub.library.sight import published
from hub.library.tag_names import tag_ids
from hub.people.models import Field, Organisation

PAGE = 20
NEWEST_FIRST: Key = (Case.published_at, Case.id)
ORDERS = ("new", "adopted", "near")


@dataclass
class CaseRow:
    case: Case
    body: Organisation
    overdue: bool
    changed: bool = False  # one of its bases, since it was confirmed
    fields: list[str] = field(default_factory=list)
    adopters: list[Organisation] = field(default_factory=list)
    thanks: int = 0
    near: Nearness | None = None


@dataclass(frozen=True)
class Shelf:
    rows: list[CaseRow]
    total: int
    facets: list[Facet]
    order: str
    orders: tuple[str, ...]
    leaf: Leaf


def list_cases(
    session: Session, actor: Actor, wanted: Wanted, *, order: str = "", place: Place | None = None, marked: bool = False
) -> Shelf:
    """One page of the cases that the actor may read. 「近い順」 is there for people of a municipality."""
    mine, wanted = session.get_one(Organisation, actor.organisation_id), with_tag_ids(session, actor, wanted)
    orders = ORDERS if mine.side == "municipality" else ORDERS[:2]
    order = order if order in orders else "new"
    readable = _readable(actor, marked)
    query = _found(readable, wanted)
    total, facets = list_facets(session, readable, wanted)
    leaf = leaf_of(session, *_ordered(query, order, mine), place, PAGE, total)
    today = japan_today()
    rows = [CaseRow(c, body, overdue(c, body, today)) for c, body, *_key in leaf.rows]
    _decorate(session, rows)
    for row in rows if order == "near" else ():
        row.near = nearness(mine, row.body, row.adopters)
    return Shelf(rows, total, facets, order, orders, leaf)


def find_cases(
    session: Session, actor: Actor, wanted: Wanted, *, marked: bool = False
) -> sa.Select[Case, Organisation]:
    """All that the list would show, page after page, the newest first: for files."""
    query = _found(_readable(actor, marked), with_tag_ids(session, actor, wanted))
    return query.order_by(Case.published_at.desc(), Case.id.desc())


def _readable(actor: Actor, marked: bool) -> sa.ColumnElement[bool]:
    return sa.and_(published(actor), _marked(actor)) if marked else published(actor)


def _found(readable: sa.ColumnElement[bool], wanted: Wanted) -> sa.Select[Case, Organisation]:
    query = sa.select(Case, Organisation).join(Organisation, Organisation.id == Case.organisation_id)
    return query.where(readable, *conditions(wanted))


def with_tag_ids(session: Session, actor: Actor, wanted: Wanted) -> Wanted:
    """Tags that were typed by name, and synonyms, are those that they mean; an unknown one finds nothing."""
    if not wanted.values.get("tag"):
        return wanted
    ids = tuple(tag_ids(session, actor, wanted.values["tag"])) or ("0",)
    return replace(wanted, values=dict(wanted.values) | {"tag": ids})


def _marked(actor: Actor) -> sa.ColumnElement[bool]:
    return Case.id.in_(sa.select(Bookmark.case_id).where(Bookmark.staff_id == actor.staff_id))


def _ordered(query: Query, order: str, mine: Organisation) -> tuple[Query, Key]:
    """The query, and the key in whose falling order its rows come."""
    if order == "near":
        nearest = nearest_adopters(mine)
        query = query.outerjoin(nearest, nearest.c.case_id == Case.id)
        return query, (nearness_column(mine, nearest), *NEWEST_FIRST)
    if order == "adopted":
        copies = sa.select(Adoption.case_id, sa.func.count().label("number")).where(COPYING)
        copied = copies.group_by(Adoption.case_id).subquery()
        query = query.outerjoin(copied, copied.c.case_id == Case.id)
        return query, (sa.func.coalesce(copied.c.number, 0), *NEWEST_FIRST)
    return query, NEWEST_FIRST


def _decorate(session: Session, rows: Sequence[CaseRow]) -> None:
    by_id = {row.case.id: row for row in rows}
    fields = (
        sa.select(CaseField.case_id, Field.name)
        .join(Field, Field.id == CaseField.field_id)
        .where(CaseField.case_id.in_(by_id))
        .order_by(Field.position)
    )
    for case_id, name in session.execute(fields):
        by_id[case_id].fields.append(name)
    adopters = (
        sa.select(Adoption.case_id, Organisation)
        .join(Organisation, Organisation.id == Adoption.organisation_id)
        .where(Adoption.case_id.in_(by_id), COPYING)
        .order_by(Organisation.code, Organisation.id)
    )
    for case_id, body in session.execute(adopters):
        by_id[case_id].adopters.append(body)
    changed = sa.select(Case.id).where(Case.id.in_(by_id), flagged())
    for case_id in session.scalars(changed):
        by_id[case_id].changed = True
    thanks = sa.select(Thanks.case_id, sa.func.count()).where(Thanks.case_id.in_(by_id)).group_by(Thanks.case_id)
    for case_id, count in session.execute(thanks):
        by_id[case_id].thanks = count


def wanted_of(words: str, values: dict[str, list[str]]) -> Wanted:
    """From the address: bounded, without empty values."""
    kept: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for key, found in values.items():
        kept[key] = tuple(dict.fromkeys(v[:100] for v in found if v))[:50]
    return Wanted(words[:100], dict(kept))
