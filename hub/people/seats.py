"""Duties (担当) and who sits in them, for those who manage people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hub.clock import utc_now
from hub.people.models import Duty, Holding, Organisation, Posting, Section, Staff


@dataclass(frozen=True)
class Seat:
    """A duty with its section, for which municipality, and who holds it: now, and who follows."""

    duty: Duty
    section: str
    accompanies: str
    deputy: str
    now: tuple[Holding, Staff] | None
    later: list[tuple[Holding, Staff]]


def sections_of(session: Session, organisation_ids: Sequence[int]) -> Sequence[sa.Row[Section, str]]:
    """(section, name of its organisation)."""
    query = sa.select(Section, Organisation.name).join(Organisation, Organisation.id == Section.organisation_id)
    return session.execute(
        query.where(Organisation.id.in_(organisation_ids)).order_by(Organisation.code, Section.id)
    ).all()


def members_of(session: Session, organisation_id: int) -> Sequence[Staff]:
    """Who can be given a seat: everybody posted there, now or later, whose account is open."""
    still = sa.or_(Posting.until_at.is_(None), Posting.until_at > utc_now())
    posted = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id)
    query = sa.select(Staff).where(
        Staff.id.in_(posted.where(Section.organisation_id == organisation_id, still)), Staff.disabled_at.is_(None)
    )
    return session.scalars(query.order_by(Staff.kana, Staff.id)).all()


def list_seats(session: Session, organisation_id: int) -> list[Seat]:
    """The seats of one body, by section."""
    deputy, body = aliased(Duty), aliased(Organisation)
    query = (
        sa.select(Duty, Section.name, sa.func.coalesce(body.name, ""), sa.func.coalesce(deputy.name, ""))
        .join(Section, Section.id == Duty.section_id)
        .outerjoin(body, body.id == Duty.organisation_id)
        .outerjoin(deputy, deputy.id == Duty.deputy_duty_id)
        .where(Section.organisation_id == organisation_id)
        .order_by(Section.id, Duty.id)
    )
    rows = session.execute(query).all()
    now, holdings = utc_now(), _holdings(session, [duty.id for duty, *_rest in rows])
    return [
        Seat(
            *(duty, section, accompanies, deputy_name),
            now=next((h for h in holdings[duty.id] if h[0].from_at <= now), None),
            later=[h for h in holdings[duty.id] if h[0].from_at > now],
        )
        for duty, section, accompanies, deputy_name in rows
    ]


def _holdings(session: Session, duty_ids: Sequence[int]) -> defaultdict[int, list[tuple[Holding, Staff]]]:
    """Those that are not over, the earliest first."""
    query = (
        sa.select(Holding, Staff)
        .join(Staff, Staff.id == Holding.staff_id)
        .where(Holding.duty_id.in_(duty_ids), sa.or_(Holding.until_at.is_(None), Holding.until_at > utc_now()))
        .order_by(Holding.from_at, Holding.id)
    )
    found: defaultdict[int, list[tuple[Holding, Staff]]] = defaultdict(list)
    for holding, staff in session.execute(query):
        found[holding.duty_id].append((holding, staff))
    return found
