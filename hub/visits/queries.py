"""視察 are fetched THROUGH the actor: the two bodies and the DX section see them, nobody else."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today
from hub.errors import NotFound
from hub.library.models import Case
from hub.library.queries import holders_of
from hub.people.authors import Author, AuthorKey, authors
from hub.people.models import Organisation
from hub.security.permissions import Permission, Subject, permits
from hub.shown import Shown, first_of
from hub.statements import among
from hub.visits.models import Visit

MOST, MOST_OF_CASE = 200, 20
PENDING = ("requested", "accepted")


@dataclass(frozen=True)
class VisitPlace:
    """`case_readable`: whether the actor may read the case now. Its audience may have been narrowed since the request;
    the visitor keeps the letter, but the title no longer stands in it."""

    visit: Visit
    case: Case
    visitor: Organisation
    host: Organisation
    author: Author
    case_readable: bool
    hosting: Subject  # asked of those who answer
    visiting: Subject  # asked of those who came


def get_visit_for(session: Session, actor: Actor, visit_id: int, *, lock: bool = False) -> VisitPlace:
    """Raises NotFound when the visit is not there or neither the actor's side nor the host's."""
    visit = session.get(Visit, visit_id, with_for_update=lock or None)
    if visit is None:
        raise NotFound
    case = session.get_one(Case, visit.case_id)
    visiting = Subject(case.owners_id, organisation_id=visit.organisation_id)
    if not permits(actor, Permission.VISIT_READ, visiting):
        raise NotFound
    holders = frozenset(holders_of(session, case.contact_duty_id))
    hosting = Subject(case.owners_id, organisation_id=case.organisation_id, holder_ids=holders)
    key = AuthorKey(visit.author_id, visit.posting_id, visit.writer_name)
    visitor, host = (session.get_one(Organisation, id_) for id_ in (visit.organisation_id, case.organisation_id))
    author, readable = authors(session, [key])[key], _readable(actor, case)
    return VisitPlace(visit, case, visitor, host, author, readable, hosting, visiting)


def _readable(actor: Actor, case: Case) -> bool:
    owns = case.owners_id in actor.audience_ids
    return owns or (case.published_version is not None and case.audience_id in actor.audience_ids)


@dataclass(frozen=True)
class VisitRow:
    visit: Visit
    title: str  # empty when the case may no longer be read
    visitor: str
    host: str
    hosting: bool  # the actor's side is asked


def list_visits(session: Session, actor: Actor, *, whole: bool = False) -> Shown[VisitRow]:
    """What the actor's side asked for and is asked for; the DX section sees those of all bodies. Open ones first."""
    visitor, host = sa.orm.aliased(Organisation), sa.orm.aliased(Organisation)
    open_first = sa.case((Visit.state.in_(PENDING), 0), else_=1)
    query = (
        sa.select(Visit, Case, visitor, host)
        .join(Case, Case.id == Visit.case_id)
        .join(visitor, visitor.id == Visit.organisation_id)
        .join(host, host.id == Case.organisation_id)
        .where(concerns(actor))
        .order_by(open_first, Visit.changed_at.desc(), Visit.id.desc())
    )
    rows = [
        VisitRow(v, c.title if _readable(actor, c) else "", came.name, asked.name, asked.id in actor.organisation_ids)
        for v, c, came, asked in session.execute(first_of(query, MOST, whole))
    ]
    return Shown(rows, MOST, whole)


def title_for(actor: Actor, case: Case) -> str:
    """Empty when the case may no longer be read."""
    return case.title if _readable(actor, case) else ""


def concerns(actor: Actor) -> sa.ColumnElement[bool]:
    """Of Visit and its Case: whether the actor's side asked or was asked, or accompanies who was."""
    mine = Visit.organisation_id.in_(actor.organisation_ids)
    return sa.or_(mine, among(Case.owners_id, actor.audience_ids))


class Coming(NamedTuple):
    visit_id: int
    on: date | None  # never None of an accepted one
    visitor: str
    host: str
    online: bool


def count_waiting(session: Session, actor: Actor) -> int:
    """Requests that the actor's own body has to answer, and agreed days that have passed without an end."""
    over = sa.and_(Visit.state == "accepted", Visit.agreed_on < japan_today())
    query = sa.select(sa.func.count()).select_from(Visit).join(Case, Case.id == Visit.case_id)
    query = query.where(Case.organisation_id.in_(actor.organisation_ids), among(Case.owners_id, actor.audience_ids))
    return session.execute(query.where(sa.or_(Visit.state == "requested", over))).scalar_one()


def coming_visits(session: Session, actor: Actor, *, days: int) -> list[Coming]:
    """Agreed ones of the next `days` days, today's first, as far as they concern the actor."""
    visitor, host = sa.orm.aliased(Organisation), sa.orm.aliased(Organisation)
    today = japan_today()
    query = (
        sa.select(Visit.id, Visit.agreed_on, visitor.name, host.name, Visit.online)
        .join(Case, Case.id == Visit.case_id)
        .join(visitor, visitor.id == Visit.organisation_id)
        .join(host, host.id == Case.organisation_id)
        .where(concerns(actor), Visit.state == "accepted")
        .where(Visit.agreed_on >= today, Visit.agreed_on < today + timedelta(days=days))
    )
    return [Coming(*row) for row in session.execute(query.order_by(Visit.agreed_on, Visit.id).limit(MOST_OF_CASE))]


@dataclass(frozen=True)
class Findings:
    on: date | None
    text: str


def list_findings(session: Session, case_id: int, *, whole: bool = False) -> Shown[Findings]:
    """What visitors asked and were answered, the newest first; for readers of the case, who do not learn who came."""
    query = sa.select(Visit.agreed_on, Visit.findings).where(
        Visit.case_id == case_id, Visit.state == "done", Visit.findings != ""
    )
    query = first_of(query.order_by(Visit.agreed_on.desc(), Visit.id.desc()), MOST_OF_CASE, whole)
    return Shown([Findings(*row) for row in session.execute(query)], MOST_OF_CASE, whole)


def list_own_visits(session: Session, actor: Actor, case_id: int, *, whole: bool = False) -> Shown[Visit]:
    """Of one case: those that the actor may see, the newest first."""
    query = sa.select(Visit).join(Case, Case.id == Visit.case_id).where(Visit.case_id == case_id, concerns(actor))
    query = first_of(query.order_by(Visit.id.desc()), MOST_OF_CASE, whole)
    return Shown(list(session.scalars(query)), MOST_OF_CASE, whole)
