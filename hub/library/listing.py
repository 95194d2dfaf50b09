"""The list of cases as one person sees it, in one of three orders, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today
from hub.keyset import Key, Leaf, Place, Query, leaf_of
from hub.library.bases import flagged
from hub.library.facets import Facet, Wanted, conditions, list_facets
from hub.library.freshness import overdue
from hub.library.models import Adoption, Bookmark, Case, CaseField, CaseVersion, Thanks
from hub.library.nearness import CLOSE, COPYING, Nearness, distance, nearest_adopters, nearness, nearness_column, reach
from hub.library.showing import ShownEffect, effect_to_show
from hub.library.sight import published
from hub.library.tag_names import tag_ids
from hub.people.models import Field, Organisation

PAGE = 20
NEWEST_FIRST: Key = (Case.published_at, Case.id)
ORDERS = ("new", "adopted", "near")


@dataclass(frozen=True)
class Copy:
    """What another body does with a case."""

    body: Organisation
    state: str


@dataclass
class CaseRow:
    """`copies`: for people of a municipality the nearest first, without their own, which is `own`, a state."""

    case: Case
    body: Organisation
    overdue: bool
    changed: bool = False  # one of its bases, since it was confirmed
    fields: list[str] = field(default_factory=list)
    field_id: int = 0  # the first of them, 0 = none
    effect: ShownEffect | None = None
    copies: list[Copy] = field(default_factory=list)
    own: str = ""
    thanks: int = 0
    near: Nearness | None = None
    why: bool = False  # whether it is to be said why it is near
    close: bool = False  # whether the first of the copies is

    @property
    def adopters(self) -> list[Organisation]:
        return [copy.body for copy in self.copies]


@dataclass(frozen=True)
class Shelf:
    rows: list[CaseRow]
    total: int
    facets: list[Facet]
    order: str
    orders: tuple[str, ...]
    leaf: Leaf
    asked: Mapping[str, tuple[str, ...]]  # values by facet, tags by their ids


def list_cases(
    session: Session, actor: Actor, wanted: Wanted, *, order: str = "", place: Place | None = None, marked: bool = False
) -> Shelf:
    """One page of the cases that the actor may read. 「近い順」 is there for people of a municipality, who begin so."""
    mine, wanted = session.get_one(Organisation, actor.organisation_id), with_tag_ids(session, actor, wanted)
    orders = ORDERS if mine.side == "municipality" else ORDERS[:2]
    order = order if order in orders else "near" if "near" in orders else "new"
    readable = _readable(actor, marked)
    query = _found(readable, wanted)
    total, facets = list_facets(session, readable, wanted)
    leaf = leaf_of(session, *in_order(query, order, mine), place, PAGE, total)
    today = japan_today()
    rows = [CaseRow(c, body, overdue(c, body, today)) for c, body, *_key in leaf.rows]
    decorate(session, rows, mine)
    if order == "near":
        explain(rows, mine)
    return Shelf(rows, total, facets, order, orders, leaf, wanted.values)


def explain(rows: Iterable[CaseRow], mine: Organisation) -> None:
    for row in rows:
        row.near, row.why = nearness(mine, row.body, row.adopters), True


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


def in_order(query: Query, order: str, mine: Organisation) -> tuple[Query, Key]:
    """The query, and the key in whose falling order its rows come."""
    if order == "near":
        far = reach(mine)
        own, nearest = far.alias("own"), nearest_adopters(mine, far)
        query = query.join(own, own.c.id == Case.organisation_id)
        query = query.outerjoin(nearest, nearest.c.case_id == Case.id)
        return query, (nearness_column(own, nearest), *NEWEST_FIRST)
    if order == "adopted":
        copies = sa.select(Adoption.case_id, sa.func.count().label("number")).where(COPYING)
        copied = copies.group_by(Adoption.case_id).subquery()
        query = query.outerjoin(copied, copied.c.case_id == Case.id)
        return query, (sa.func.coalesce(copied.c.number, 0), *NEWEST_FIRST)
    return query, NEWEST_FIRST


def decorate(session: Session, rows: Sequence[CaseRow], mine: Organisation) -> None:
    """What stands on the cards beside the cases' own columns; one query each, however many they are."""
    by_id = {row.case.id: row for row in rows}
    fields = (
        sa.select(CaseField.case_id, Field.id, Field.name)
        .join(Field, Field.id == CaseField.field_id)
        .where(CaseField.case_id.in_(by_id))
        .order_by(Field.position, Field.id)
    )
    for case_id, field_id, name in session.execute(fields):
        by_id[case_id].fields.append(name)
        by_id[case_id].field_id = by_id[case_id].field_id or field_id
    out = sa.and_(CaseVersion.case_id == Case.id, CaseVersion.number == Case.published_version)
    effects = sa.select(Case.id, CaseVersion.content["effects"]).join(CaseVersion, out).where(Case.id.in_(by_id))
    for case_id, found in session.execute(effects):
        by_id[case_id].effect = effect_to_show(found or ())
    _count(session, by_id)
    _copies(session, by_id, mine)


def _copies(session: Session, by_id: dict[int, CaseRow], mine: Organisation) -> None:
    copies = (
        sa.select(Adoption.case_id, Adoption.state, Organisation)
        .join(Organisation, Organisation.id == Adoption.organisation_id)
        .where(Adoption.case_id.in_(by_id), COPYING)
        .order_by(Organisation.code, Organisation.id)
    )
    for case_id, state, body in session.execute(copies):
        by_id[case_id].copies.append(Copy(body, state))
    for row in by_id.values() if mine.side == "municipality" else ():
        row.own = next((copy.state for copy in row.copies if copy.body.id == mine.id), "")
        others = [copy for copy in row.copies if copy.body.id != mine.id]
        row.copies = sorted(others, key=lambda copy: distance(mine, copy.body))
        row.close = bool(others) and distance(mine, row.copies[0].body) <= CLOSE


def _count(session: Session, by_id: dict[int, CaseRow]) -> None:
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
