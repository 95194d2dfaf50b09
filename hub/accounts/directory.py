"""Who is who, for those who manage people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, join

from hub.accounts.models import ALIAS_SIDES, OneTimeLink, Organisation, Posting, Section, Staff
from hub.clock import utc_now
from hub.security.actor import Actor
from hub.security.permissions import Permission, Subject, permits

RECENT = timedelta(days=14)
PAGE = 100
MOST_PAGES = 10_000

# 状態 of an account, to narrow the list to. `unposted` people belong to no body: only administrators see them.
STATES: dict[str, sa.ColumnElement[bool]] = {
    "": sa.true(),
    "active": sa.and_(Staff.disabled_at.is_(None), Staff.password_hash.is_not(None)),
    "invited": sa.and_(Staff.disabled_at.is_(None), Staff.password_hash.is_(None)),
    "disabled": Staff.disabled_at.is_not(None),
}
UNPOSTED = "unposted"

POSTED = join(
    join(join(Staff, Posting, Posting.staff_id == Staff.id), Section, Section.id == Posting.section_id),
    Organisation,
    Organisation.id == Section.organisation_id,
)


@dataclass
class Listed:
    """A person with their postings, newest first."""

    staff: Staff
    postings: list[tuple[Posting, Section, Organisation]] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """Which people: `text` in name, kana, address or section; `page` from 1."""

    text: str = ""
    state: str = ""
    page: int = 1


def managed_organisations(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The bodies whose people the actor runs, those that take part first, by code and name."""
    order = (Organisation.member.desc(), Organisation.code.is_(None), Organisation.code, Organisation.name)
    query = sa.select(Organisation).where(Organisation.kind.not_in(ALIAS_SIDES)).order_by(*order)
    every = session.scalars(query).all()
    return [o for o in every if permits(actor, Permission.STAFF_MANAGE, Subject(organisation_id=o.id))]


def list_people(session: Session, organisation_ids: Sequence[int], wanted: Wanted) -> tuple[list[Listed], bool]:
    """A page of the people posted, now or later, in these bodies; and whether there are more."""
    here = sa.and_(Organisation.id.in_(organisation_ids), _open(), STATES.get(wanted.state, sa.true()))
    query = sa.select(Staff.id).select_from(POSTED).where(here).group_by(Staff.id, Staff.kana)
    if wanted.text:
        sought = (Staff.name, Staff.kana, Staff.email, Section.name)
        query = query.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in sought)))
    order = (sa.func.min(Organisation.code), Staff.kana, Staff.id)
    ids = session.scalars(query.order_by(*order).limit(PAGE + 1).offset(_offset(wanted))).all()
    found: dict[int, Listed] = {}
    rows = session.execute(_everything().where(here, Staff.id.in_(ids[:PAGE])).order_by(Posting.from_at.desc()))
    for staff, posting, section, organisation in rows:
        found.setdefault(staff.id, Listed(staff)).postings.append((posting, section, organisation))
    return [found[id_] for id_ in ids[:PAGE]], len(ids) > PAGE


def list_unposted(session: Session, wanted: Wanted) -> tuple[list[Listed], bool]:
    """A page of the people who belong to no body any more: they wait for a posting, or left."""
    query = sa.select(Staff).where(
        Staff.is_alias.is_(sa.false()), ~sa.exists().where(Posting.staff_id == Staff.id, _open())
    )
    if wanted.text:
        sought = (Staff.name, Staff.kana, Staff.email)
        query = query.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in sought)))
    people = session.scalars(query.order_by(Staff.kana, Staff.id).limit(PAGE + 1).offset(_offset(wanted))).all()
    return [Listed(staff) for staff in people[:PAGE]], len(people) > PAGE


def one_person(session: Session, staff: Staff) -> Listed:
    """The person with every posting, also ended ones."""
    rows = session.execute(_everything().where(Staff.id == staff.id).order_by(Posting.from_at.desc()))
    return Listed(staff, [(posting, section, organisation) for _s, posting, section, organisation in rows])


def bodies_of_sole_manager(session: Session, staff_id: int) -> dict[int, str]:
    """The bodies (id and name) that have this person as manager now and nobody else: without them nobody there could
    invite anybody."""
    now = utc_now()
    current = sa.and_(Posting.role == "manager", Posting.from_at <= now, _open(), Staff.disabled_at.is_(None))
    managers = sa.func.count(Staff.id.distinct())
    query = sa.select(Organisation.id, Organisation.name).select_from(POSTED).where(current)
    return dict(
        session.execute(
            query.group_by(Organisation.id, Organisation.name).having(managers == 1, sa.func.min(Staff.id) == staff_id)
        ).all()
    )


def recent_links(session: Session, organisation_ids: Sequence[int]) -> Sequence[sa.Row[OneTimeLink, str, str]]:
    """Invitations and resets of the last two weeks, newest first: (link, for whom, by whom). The other managers see
    here what one of them handed out."""
    issuer = aliased(Staff)
    members = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id)
    query = (
        sa.select(OneTimeLink, Staff.name, sa.func.coalesce(issuer.name, ""))
        .join(Staff, Staff.id == OneTimeLink.staff_id)
        .outerjoin(issuer, issuer.id == OneTimeLink.issued_by_id)
        .where(OneTimeLink.staff_id.in_(members.where(Section.organisation_id.in_(organisation_ids), _open())))
        .where(OneTimeLink.issued_at > utc_now() - RECENT)
    )
    return session.execute(query.order_by(OneTimeLink.issued_at.desc()).limit(50)).all()


def _everything() -> sa.Select[Staff, Posting, Section, Organisation]:
    return sa.select(Staff, Posting, Section, Organisation).select_from(POSTED)


def _open() -> sa.ColumnElement[bool]:
    return sa.or_(Posting.until_at.is_(None), Posting.until_at > utc_now())


def _offset(wanted: Wanted) -> int:
    return (min(max(wanted.page, 1), MOST_PAGES) - 1) * PAGE
