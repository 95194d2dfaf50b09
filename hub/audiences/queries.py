"""Who an audience is, in people: the answer to "who will read this?"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import BY_POSTING, Actor
from hub.audiences.models import Grant
from hub.clock import utc_now
from hub.moment import asked_once
from hub.people.models import Organisation, Posting, Section, Staff
from hub.statements import among

DX_LABEL = "県DX担当"


def my_audiences(actor: Actor) -> frozenset[int]:
    """The audiences that the actor may read now; every list filters `audience_id IN my_audiences(actor)`."""
    return actor.audience_ids


class Member(NamedTuple):
    """What pages say of somebody who reads: an audience may have thousands, too many for whole rows of `Staff`."""

    id: int
    name: str
    kana: str
    shared: bool


_MEMBER = (Staff.id, Staff.name, Staff.kana, Staff.shared)


@dataclass
class Readers:
    """One granted body, section or person, with the people who read through it now."""

    name: str
    kind: str  # organisation, section, dx, staff
    id: int
    staff: list[Member] = field(default_factory=list)


def _current(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))


def current_grants(session: Session, audience_ids: Sequence[int]) -> Sequence[Grant]:
    """By which somebody reads through one of these audiences now."""
    now = utc_now()
    query = sa.select(Grant).where(
        Grant.audience_id.in_(audience_ids),
        sa.or_(Grant.from_at.is_(None), Grant.from_at <= now),
        sa.or_(Grant.until_at.is_(None), Grant.until_at > now),
    )
    return session.scalars(query).all()


def who_reads(session: Session, audience_id: int, staff_ids: Iterable[int]) -> list[int]:
    """Those of the staff who may read through this audience now, by id: what their actors would say, in one question
    (hub/security/actors.py)."""
    return readers_among(session, [audience_id], staff_ids)[audience_id]


def readers_among(session: Session, audience_ids: Iterable[int], staff_ids: Iterable[int]) -> dict[int, list[int]]:
    """The same for many audiences, by audience."""
    found: dict[int, list[int]] = {audience_id: [] for audience_id in audience_ids}
    asked = {"audiences": found, "staff": staff_ids, "now": utc_now()}
    for audience_id, staff_id in session.connection().execute(_WHO_READS, asked):
        found[audience_id].append(staff_id)
    return found


_BY_MEMBERSHIP = sa.and_(
    Posting.role.in_(BY_POSTING),
    sa.or_(Grant.section_id == Posting.section_id, Grant.organisation_id == Section.organisation_id),
)
_NOW = sa.bindparam("now", type_=Posting.from_at.type)
# Every post asks this: made once, which takes longer than running it.
_WHO_READS = (
    sa.select(Grant.audience_id, Posting.staff_id)
    .distinct()
    .join(Staff, Staff.id == Posting.staff_id)
    .join(Section, Section.id == Posting.section_id)
    .join(Grant, sa.or_(Grant.staff_id == Posting.staff_id, _BY_MEMBERSHIP))
    .where(among(Posting.staff_id, "staff"), Staff.disabled_at.is_(None), among(Grant.audience_id, "audiences"))
    .where(Posting.from_at <= _NOW, sa.or_(Posting.until_at.is_(None), Posting.until_at > _NOW))
    .where(sa.or_(Grant.from_at.is_(None), Grant.from_at <= _NOW))
    .where(sa.or_(Grant.until_at.is_(None), Grant.until_at > _NOW))
    .order_by(Grant.audience_id, Posting.staff_id)
)


def readers_of(session: Session, audience_id: int) -> list[Readers]:
    """Everybody whom the audience's current grants let read, by grant: organisations first, then the DX section,
    other sections and single people. Somebody granted twice stands in the first."""
    return asked_once(session, ("readers", audience_id), lambda: _readers_of(session, audience_id))


def _readers_of(session: Session, audience_id: int) -> list[Readers]:
    now, grants = utc_now(), current_grants(session, [audience_id])
    found = [
        *_by_organisation(session, [g.organisation_id for g in grants if g.organisation_id], now),
        *_by_section(session, [g.section_id for g in grants if g.section_id], now),
        *_by_person(session, [g.staff_id for g in grants if g.staff_id]),
    ]
    return _without_repeats(found)


def _members(session: Session, condition: sa.ColumnElement[bool], now: datetime) -> list[tuple[int, int, Member]]:
    """(organisation id, section id, member) of the people who read through their posting."""
    query = (
        sa.select(Section.organisation_id, Section.id, *_MEMBER)
        .join(Posting, Posting.section_id == Section.id)
        .join(Staff, Staff.id == Posting.staff_id)
        .where(condition, _current(now), Posting.role.in_(BY_POSTING), Staff.disabled_at.is_(None))
        .order_by(Staff.kana, Staff.id)
    )
    rows = session.execute(query)
    return [(body, section, Member(id_, name, kana, shared)) for body, section, id_, name, kana, shared in rows]


def members_by_id(session: Session, condition: sa.ColumnElement[bool]) -> list[Readers]:
    """Those of the staff who have an account that is open, each reading for themselves."""
    query = sa.select(*_MEMBER).where(condition, Staff.disabled_at.is_(None)).order_by(Staff.kana, Staff.id)
    return [Readers(one.name, "staff", one.id, [Member(*one)]) for one in session.execute(query)]


def _by_organisation(session: Session, ids: list[int], now: datetime) -> list[Readers]:
    if not ids:
        return []
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    bodies = session.execute(query.order_by(Organisation.code, Organisation.id))
    found = {id_: Readers(name, "organisation", id_) for id_, name in bodies}
    for organisation_id, _section_id, member in _members(session, Section.organisation_id.in_(ids), now):
        found[organisation_id].staff.append(member)
    return list(found.values())


def _by_section(session: Session, ids: list[int], now: datetime) -> list[Readers]:
    if not ids:
        return []
    query = sa.select(Section).where(Section.id.in_(ids)).order_by(Section.is_dx.desc(), Section.id)
    found = {
        s.id: Readers(DX_LABEL if s.is_dx else s.name, "dx" if s.is_dx else "section", s.id)
        for s in session.scalars(query)
    }
    for _organisation_id, section_id, member in _members(session, Section.id.in_(ids), now):
        found[section_id].staff.append(member)
    return list(found.values())


def _by_person(session: Session, ids: list[int]) -> list[Readers]:
    return members_by_id(session, Staff.id.in_(ids)) if ids else []


def _without_repeats(found: list[Readers]) -> list[Readers]:
    seen: set[int] = set()
    for readers in found:
        readers.staff = [s for s in readers.staff if s.id not in seen]
        seen |= {s.id for s in readers.staff}
    return [r for r in found if r.staff or r.kind != "staff"]
