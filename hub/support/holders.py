"""Who can hold an item of a plan: duties and people of the municipality and of the DX section."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.people.models import Duty, Holding, Organisation, Posting, Section, Staff
from hub.support.queries import Karte

Key = tuple[int | None, int | None]  # duty, person: one of them


def typed(key: Key) -> str:
    """As a form names it."""
    duty, person = key
    return f"duty:{duty}" if duty is not None else f"staff:{person}"


def choices(session: Session, karte: Karte) -> list[tuple[str, str]]:
    """As a form names them, and in words: duties first, those of the municipality before those of the DX section."""
    ours = sa.or_(Section.organisation_id == karte.organisation.id, Section.is_dx)
    dx_last = sa.case((Section.is_dx, 1), else_=0)
    accompanies = sa.or_(Section.is_dx.is_(False), Duty.organisation_id == karte.organisation.id)
    duties = sa.select(Duty.id).join(Section).where(ours, accompanies).order_by(dx_last, Duty.id)
    now = utc_now()
    still = sa.and_(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
    posted = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id)
    writers = Posting.role.in_(("officer", "manager", "supporter", "lead"))
    people = sa.select(Staff.id).where(
        Staff.id.in_(posted.where(ours, still, writers)), Staff.disabled_at.is_(None), Staff.is_alias.is_(False)
    )
    keys: list[Key] = [(id_, None) for id_ in session.scalars(duties)]
    keys += [(None, id_) for id_ in session.scalars(people.order_by(Staff.kana, Staff.id))]
    names = names_of(session, keys)
    return [(typed(key), names[key]) for key in keys]


def names_of(session: Session, keys: Iterable[Key]) -> dict[Key, str]:
    """A duty with who sits there now; a person with the organisation."""
    wanted = set(keys)
    duties, people = {key[0] for key in wanted if key[0]}, {key[1] for key in wanted if key[1]}
    return _duties(session, duties) | _people(session, people)


def _duties(session: Session, ids: Collection[int]) -> dict[Key, str]:
    if not ids:
        return {}
    now = utc_now()
    sits = (
        sa.select(Staff.name)
        .join(Holding, Holding.staff_id == Staff.id)
        .where(Holding.duty_id == Duty.id, Holding.from_at <= now)
        .where(sa.or_(Holding.until_at.is_(None), Holding.until_at > now))
        .order_by(Holding.from_at.desc(), Holding.id.desc())
        .limit(1)
        .correlate(Duty)
        .scalar_subquery()
    )
    query = sa.select(Duty.id, Duty.name, Organisation.name, sits).join(Section, Section.id == Duty.section_id)
    query = query.join(Organisation, Organisation.id == Section.organisation_id).where(Duty.id.in_(ids))
    return {
        (id_, None): f"{body} {name}（{who}）" if who else f"{body} {name}"
        for id_, name, body, who in session.execute(query)
    }


def _people(session: Session, ids: Collection[int]) -> dict[Key, str]:
    """With the organisation of the newest posting."""
    if not ids:
        return {}
    query = (
        sa.select(Staff.id, Staff.name, Organisation.name)
        .join(Posting, Posting.staff_id == Staff.id)
        .join(Section, Section.id == Posting.section_id)
        .join(Organisation, Organisation.id == Section.organisation_id)
        .where(Staff.id.in_(ids))
        .order_by(Posting.from_at, Posting.id)
    )
    return {(None, id_): f"{body} {name}" for id_, name, body in session.execute(query)}
