"""Who is who, for those who manage people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, join

from hub.actor import Actor
from hub.clock import utc_now
from hub.people.models import ALIAS_SIDES, OneTimeLink, Organisation, Posting, Section, Staff
from hub.security.permissions import Permission, Subject, permits

RECENT = timedelta(days=14)
PAGE = 100
LINKS = 50  # shown at first
NO_CODE = "9999999"  # behind every code: bodies without one come last

# 状態 of an account, to narrow the list to. `unposted` people belong to no body: only administrators see them.
STATES: dict[str, sa.ColumnElement[bool]] = {
    "": sa.true(),
    "active": sa.and_(Staff.disabled_at.is_(None), Staff.password_hash.is_not(None)),
    "invited": sa.and_(Staff.disabled_at.is_(None), Staff.password_hash.is_(None)),
    "disabled": Staff.disabled_at.is_not(None),
}
UNPOSTED = "unposted"
Key = tuple[Any, Any, Any]  # columns, the last one unique

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
    """Which people: `text` in name, kana, address or section; the page behind `after` or ahead of `before`, places as
    `Leaf` names them."""

    text: str = ""
    state: str = ""
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Leaf:
    """A page of people, and the places for the pages around it, empty where there is none. A place is a code and whose
    account it is: names stand in no address, and whoever is added meanwhile moves nobody from page to page."""

    people: list[Listed]
    previous: str = ""
    following: str = ""


def managed_organisations(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The bodies whose people the actor runs, those that take part first, by code and name."""
    order = (Organisation.member.desc(), Organisation.code.is_(None), Organisation.code, Organisation.name)
    query = sa.select(Organisation).where(Organisation.kind.not_in(ALIAS_SIDES)).order_by(*order)
    every = session.scalars(query).all()
    return [o for o in every if permits(actor, Permission.STAFF_MANAGE, Subject(organisation_id=o.id))]


def list_people(session: Session, organisation_ids: Sequence[int], wanted: Wanted) -> Leaf:
    """A page of the people posted, now or later, in these bodies, by code of the body and kana."""
    here = sa.and_(Organisation.id.in_(organisation_ids), _open(), STATES.get(wanted.state, sa.true()))
    code = sa.func.coalesce(sa.func.min(Organisation.code), NO_CODE)
    query = sa.select(Staff.id, code).select_from(POSTED).where(here).group_by(Staff.id, Staff.kana)
    if wanted.text:
        sought = (Staff.name, Staff.kana, Staff.email, Section.name)
        query = query.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in sought)))
    ids, previous, following = _leaf(session, query, (code, Staff.kana, Staff.id), wanted)
    found: dict[int, Listed] = {}
    rows = session.execute(_everything().where(here, Staff.id.in_(ids)).order_by(Posting.from_at.desc()))
    for staff, posting, section, organisation in rows:
        found.setdefault(staff.id, Listed(staff)).postings.append((posting, section, organisation))
    return Leaf([found[id_] for id_ in ids], previous, following)


def list_unposted(session: Session, wanted: Wanted) -> Leaf:
    """A page of the people who belong to no body any more: they wait for a posting, or left."""
    code = sa.literal(NO_CODE)
    query = sa.select(Staff.id, code).where(
        Staff.is_alias.is_(sa.false()), ~sa.exists().where(Posting.staff_id == Staff.id, _open())
    )
    if wanted.text:
        sought = (Staff.name, Staff.kana, Staff.email)
        query = query.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in sought)))
    ids, previous, following = _leaf(session, query.group_by(Staff.id), (code, Staff.kana, Staff.id), wanted)
    people = {staff.id: staff for staff in session.scalars(sa.select(Staff).where(Staff.id.in_(ids)))}
    return Leaf([Listed(people[id_]) for id_ in ids], previous, following)


def _leaf(session: Session, query: sa.Select[int, Any], key: Key, wanted: Wanted) -> tuple[list[int], str, str]:
    """The staff ids of one page, and the places for those around it."""
    place = _place(session, wanted.after or wanted.before)
    backwards = place is not None and not wanted.after
    order = [column.desc() if backwards else column.asc() for column in key]
    chosen = query.order_by(*order).limit(PAGE + 1)
    if place is not None:
        values = sa.tuple_(*(sa.literal(value) for value in place))
        chosen = chosen.having(sa.tuple_(*key) < values if backwards else sa.tuple_(*key) > values)
    rows = session.execute(chosen).all()
    if place is not None and len(rows) < (PAGE if backwards else 1):
        return _leaf(session, query, key, Wanted())  # the first page, whole
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows = rows[::-1]
    ahead, behind = (more, True) if backwards else (place is not None, more)
    at = [f"{code}.{staff_id}" for staff_id, code in rows]
    return [staff_id for staff_id, _code in rows], at[0] if ahead else "", at[-1] if behind else ""


def _place(session: Session, said: str) -> tuple[str, str, int] | None:
    """None, which is the first page, for what names nobody."""
    code, _point, number = said.partition(".")
    if not (code.isascii() and code.isdigit() and number.isascii() and number.isdigit() and len(number) < 19):
        return None
    kana = session.scalar(sa.select(Staff.kana).where(Staff.id == int(number)))
    return None if kana is None else (code, kana, int(number))


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


def recent_links(
    session: Session, organisation_ids: Sequence[int], *, whole: bool
) -> tuple[Sequence[sa.Row[OneTimeLink, str, str]], bool]:
    """Invitations and resets of the last two weeks, newest first: (link, for whom, by whom), the first LINKS unless the
    `whole` list is wanted, and whether there are more. The other managers see here what one of them handed out."""
    issuer = aliased(Staff)
    members = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id)
    query = (
        sa.select(OneTimeLink, Staff.name, sa.func.coalesce(issuer.name, ""))
        .join(Staff, Staff.id == OneTimeLink.staff_id)
        .outerjoin(issuer, issuer.id == OneTimeLink.issued_by_id)
        .where(OneTimeLink.staff_id.in_(members.where(Section.organisation_id.in_(organisation_ids), _open())))
        .where(OneTimeLink.issued_at > utc_now() - RECENT)
    )
    rows = session.execute(query.order_by(OneTimeLink.issued_at.desc(), OneTimeLink.id.desc())).all()
    return (rows, False) if whole else (rows[:LINKS], len(rows) > LINKS)


def _everything() -> sa.Select[Staff, Posting, Section, Organisation]:
    return sa.select(Staff, Posting, Section, Organisation).select_from(POSTED)


def _open() -> sa.ColumnElement[bool]:
    return sa.or_(Posting.until_at.is_(None), Posting.until_at > utc_now())
