"""Cases are fetched THROUGH the actor: absent and forbidden are one answer."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import NotFound
from hub.library.content import Content, content_of
from hub.library.models import Case, CaseVersion
from hub.library.tombstones import absent
from hub.library.vocabulary import as_named_now
from hub.people.models import ALIAS_SIDES, Duty, Holding, Organisation, Section
from hub.security.permissions import Permission, Subject, permits
from hub.shown import Shown, first_of
from hub.statements import among


@dataclass(frozen=True)
class Place:
    """A case with its body. `subject` is asked for whatever is done to it, `works` says that the actor sees drafts."""

    case: Case
    organisation: Organisation
    subject: Subject
    works: bool


def get_case_for(session: Session, actor: Actor, case_id: int, *, lock: bool = False) -> Place:
    """Raises NotFound when the case is not there or not readable; CaseWithdrawn, which is one, for those who could read
    it until it was withdrawn. `lock`: nobody else changes it until the commit."""
    case = session.get(Case, case_id, with_for_update=lock or None)
    if case is None or not permits(actor, Permission.CASE_READ, _reading(actor, case)):
        raise absent(session, actor, case_id)
    organisation = session.get_one(Organisation, case.organisation_id)
    holders = frozenset(holders_of(session, case.contact_duty_id))
    subject = Subject(audience_id=case.owners_id, organisation_id=case.organisation_id, holder_ids=holders)
    return Place(case, organisation, subject, case.owners_id in actor.audience_ids)


def reading_subject(actor: Actor, place: Place) -> Subject:
    """What is asked of readers: the audience once published, else those who work on it."""
    return _reading(actor, place.case)


def _reading(actor: Actor, case: Case) -> Subject:
    works = case.owners_id in actor.audience_ids or case.published_version is None
    return Subject(case.owners_id if works else case.audience_id, organisation_id=case.organisation_id)


def seen_by_readers(case: Case) -> sa.ColumnElement[bool]:
    """The versions of a case that its readers may see: published ones, but none that was taken away from them or was
    meant for fewer than they are."""
    return sa.and_(
        CaseVersion.case_id == case.id,
        CaseVersion.published_at.is_not(None),
        CaseVersion.number >= case.readers_from,
    )


MOST_WORK = 100


def list_work(session: Session, actor: Actor, *, whole: bool = False) -> Shown[Case]:
    """What the actor's side has in hand: drafts, requests and returned cases; for a town only its own."""
    query = _work(sa.select(Case), actor).order_by(Case.id.desc())
    return Shown(list(session.scalars(first_of(query, MOST_WORK, whole))), MOST_WORK, whole)


def count_work(session: Session, actor: Actor) -> int:
    return session.execute(_work(sa.select(sa.func.count()).select_from(Case), actor)).scalar_one()


def _work(query: Any, actor: Actor) -> Any:
    query = query.where(
        among(Case.owners_id, actor.audience_ids), Case.status.in_(("draft", "review", "returned", "withdrawn"))
    )
    if actor.in_dx_section:
        query = query.where(sa.or_(Case.status == "review", Case.organisation_id.in_(actor.organisation_ids)))
    return query


def read_version(session: Session, case: Case, number: int) -> tuple[CaseVersion, Content]:
    """Raises NotFound."""
    version = session.get(CaseVersion, (case.id, number))
    if version is None:
        raise NotFound
    return version, as_named_now(session, content_of(version.content))


def holders_of(session: Session, duty_id: int | None) -> set[int]:
    """Who sits in the duty now, and while it is absent who sits in its deputy."""
    if duty_id is None:
        return set()
    now = utc_now()
    absent = sa.and_(Duty.absent_from <= now, sa.or_(Duty.absent_until.is_(None), Duty.absent_until > now))
    deputy = sa.select(Duty.deputy_duty_id).where(Duty.id == duty_id, absent).scalar_subquery()
    query = sa.select(Holding.staff_id).where(Holding.duty_id.in_((duty_id, deputy)), Holding.from_at <= now)
    return set(session.scalars(query.where(sa.or_(Holding.until_at.is_(None), Holding.until_at > now))))


def duties_of(session: Session, organisation_id: int) -> list[tuple[int, str]]:
    """The seats of a body that may answer for a case: id and 部署 担当."""
    query = (
        sa.select(Duty.id, Section.name, Duty.name)
        .join(Section, Section.id == Duty.section_id)
        .where(Section.organisation_id == organisation_id)
        .order_by(Section.id, Duty.id)
    )
    return [(id_, f"{section} {name}") for id_, section, name in session.execute(query)]


def list_bodies(session: Session) -> list[tuple[int, str]]:
    """For whom the DX section can write: every body, members first."""
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.kind.not_in(ALIAS_SIDES))
    query = query.order_by(Organisation.member.desc(), Organisation.code)
    return [(id_, name) for id_, name in session.execute(query)]


def own_duty(session: Session, actor: Actor, organisation_id: int) -> int | None:
    """The only seat of the body in which the actor sits now; None when there is none or a choice."""
    now = utc_now()
    held = sa.and_(Holding.staff_id == actor.staff_id, Holding.from_at <= now)
    query = (
        sa.select(Duty.id)
        .join(Section, Section.id == Duty.section_id)
        .join(Holding, Holding.duty_id == Duty.id)
        .where(Section.organisation_id == organisation_id, Duty.organisation_id.is_(None), held)
        .where(sa.or_(Holding.until_at.is_(None), Holding.until_at > now))
        .limit(2)
    )
    found = session.scalars(query).all()
    return found[0] if len(found) == 1 else None


def case_of_room(session: Session, actor: Actor, room_id: int) -> int:
    """Raises NotFound when there is none that the actor may read."""
    case_id = session.scalars(sa.select(Case.id).where(Case.room_id == room_id)).first()
    if case_id is None:
        raise NotFound
    return get_case_for(session, actor, case_id).case.id
