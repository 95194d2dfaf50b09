"""Cases × municipalities for the DX section, and the one row that a municipality sees of it. Municipalities stand in
the order of their codes and are never added up: nothing here ranks them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.keyset import Leaf, Place, leaf_of
from hub.library.facets import Wanted, conditions
from hub.library.listing import NEWEST_FIRST
from hub.library.models import ADOPTION_STATES, Adoption, Case, CaseField
from hub.library.sight import published
from hub.library.tombstones import Tombstone, tombstones
from hub.people.models import Field, Organisation
from hub.shown import Shown, first_of
from hub.spreading.queries import count_items, count_ticks
from hub.spreading.viewing import municipalities

PAGE, MOST_REASONS, MOST_OWN = 25, 60, 500
TAKEN = ("trial", "adopted", "adapted")


@dataclass(frozen=True)
class Question:
    """What the address asks for. `every`: also cases of which nothing is recorded."""

    words: str = ""
    found: frozenset[int] = frozenset()  # the cases in which the words stand
    fields: tuple[str, ...] = ()
    state: str = ""
    district: str = ""
    every: bool = False
    place: Place | None = None


@dataclass
class MatrixRow:
    case: Case
    owner: Organisation
    cells: dict[int, Adoption] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        return sum(adoption.state in TAKEN for adoption in self.cells.values())


@dataclass(frozen=True)
class Reason:
    adoption: Adoption
    case: Case
    body: Organisation


@dataclass(frozen=True)
class Matrix:
    columns: list[Organisation]
    rows: list[MatrixRow]
    total: int
    districts: list[str]
    reasons: list[Reason]
    leaf: Leaf


def matrix_of(session: Session, actor: Actor, question: Question) -> Matrix:
    every = municipalities(session)
    columns = [o for o in every if not question.district or o.district == question.district]
    query = sa.select(Case, Organisation).join(Organisation, Organisation.id == Case.organisation_id)
    wanted = Wanted(question.words, {"field": question.fields}, question.found)
    query = query.where(published(actor), *conditions(wanted))
    if question.state or not question.every:
        there = sa.select(Adoption.case_id).where(_recorded(columns))
        query = query.where(Case.id.in_(there.where(Adoption.state == question.state) if question.state else there))
    total = session.execute(query.with_only_columns(sa.func.count())).scalar_one()
    leaf = leaf_of(session, query, NEWEST_FIRST, question.place, PAGE, total)
    rows = {case.id: MatrixRow(case, owner) for case, owner, *_key in leaf.rows}
    by_id = {body.id: body for body in columns}
    reasons = []
    for adoption in session.scalars(sa.select(Adoption).where(Adoption.case_id.in_(rows), _recorded(columns))):
        rows[adoption.case_id].cells[adoption.organisation_id] = adoption
        if adoption.reason or adoption.changes:
            reasons.append(Reason(adoption, rows[adoption.case_id].case, by_id[adoption.organisation_id]))
    places = {id_: n for n, id_ in enumerate(rows)}
    towns = {body.id: n for n, body in enumerate(columns)}
    reasons.sort(key=lambda reason: (places[reason.case.id], towns[reason.body.id]))
    districts = list(dict.fromkeys(o.district for o in every if o.district))
    return Matrix(columns, list(rows.values()), total, districts, reasons, leaf)


def _recorded(columns: list[Organisation]) -> sa.ColumnElement[bool]:
    """Confirmed adoptions of these municipalities."""
    return sa.and_(Adoption.confirmed_at.is_not(None), Adoption.organisation_id.in_([o.id for o in columns]))


@dataclass(frozen=True)
class FieldRow:
    """Of one 分野: how many cases there are, how many nobody has recorded anything of, and the adoptions by state."""

    name: str
    cases: int
    untouched: int
    states: Counter[str]

    @property
    def recorded(self) -> int:
        return self.states.total()

    @property
    def in_order(self) -> dict[str, int]:
        return {state: self.states[state] for state in ADOPTION_STATES}


def by_field(session: Session, actor: Actor) -> list[FieldRow]:
    """What spreads and what does not, in the order of the fields."""
    readable = sa.select(Case.id).where(published(actor))
    link = sa.select(Field.id, Field.name, CaseField.case_id).join(CaseField, CaseField.field_id == Field.id)
    cases, names = defaultdict(set), {}
    for field_id, name, case_id in session.execute(
        link.where(CaseField.case_id.in_(readable)).order_by(Field.position, Field.id)
    ):
        cases[field_id].add(case_id)
        names[field_id] = name
    states: dict[int, Counter[str]] = defaultdict(Counter)
    counted = (
        sa.select(Adoption.case_id, Adoption.state, sa.func.count())
        .where(Adoption.case_id.in_(readable), Adoption.confirmed_at.is_not(None))
        .group_by(Adoption.case_id, Adoption.state)
    )
    for case_id, state, count in session.execute(counted):
        states[case_id][state] += count
    return [
        FieldRow(
            name,
            len(cases[field_id]),
            sum(case_id not in states for case_id in cases[field_id]),
            sum((states[case_id] for case_id in cases[field_id] if case_id in states), Counter()),
        )
        for field_id, name in names.items()
    ]


def why_not(session: Session, actor: Actor, *, whole: bool = False) -> Shown[Reason]:
    """The reasons for 見送り and 終了, the newest first: what keeps practices from spreading."""
    query = (
        sa.select(Adoption, Case, Organisation)
        .join(Case, Case.id == Adoption.case_id)
        .join(Organisation, Organisation.id == Adoption.organisation_id)
        .where(published(actor), Adoption.confirmed_at.is_not(None))
        .where(Adoption.state.in_(("declined", "ended")), Adoption.reason != "")
        .order_by(Adoption.updated_at.desc(), Adoption.id.desc())
    )
    rows = session.execute(first_of(query, MOST_REASONS, whole))
    return Shown([Reason(*row) for row in rows], MOST_REASONS, whole)


@dataclass(frozen=True)
class OwnRow:
    """With `gone` the case was withdrawn: what the body did stays its own, the case is not to be shown."""

    adoption: Adoption
    case: Case
    owner: Organisation
    done: int
    to_do: int
    gone: Tombstone | None


def own_rows(session: Session, actor: Actor) -> list[OwnRow]:
    """What the actor's body has recorded, by state and then the last changed first."""
    mine = Adoption.organisation_id == actor.organisation_id
    gone = tombstones(session, actor, Case.id.in_(sa.select(Adoption.case_id).where(mine)))
    query = (
        sa.select(Adoption, Case, Organisation)
        .join(Case, Case.id == Adoption.case_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(sa.or_(published(actor), Case.id.in_(gone)), mine, Adoption.confirmed_at.is_not(None))
        .order_by(Adoption.updated_at.desc(), Adoption.id.desc())
        .limit(MOST_OWN)
    )
    done, to_do = count_ticks(session, mine), count_items(session)
    rows = [
        OwnRow(adoption, case, owner, done.get(adoption.id, 0), to_do.get(adoption.state, 0), gone.get(case.id))
        for adoption, case, owner in session.execute(query)
    ]
    return sorted(rows, key=lambda row: ADOPTION_STATES.index(row.adoption.state))
