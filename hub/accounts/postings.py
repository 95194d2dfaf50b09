"""Postings: who works where, in which role, from when until when. Nobody gives a role that they may not give, and
nobody changes their own."""

from datetime import date, datetime
from typing import cast

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.people_commands import AddPosting, ChangePosting, EndPosting, Invite
from hub.actor import Actor
from hub.clock import after_last_day, start_of_japan_day, utc_now
from hub.errors import Conflict, Forbidden, NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.people.happenings import PostingAdded, PostingChanged, PostingEnded
from hub.people.input import checked_name
from hub.people.models import ALIAS_SIDES, Organisation, Posting, Section, Staff
from hub.security.permissions import Permission, Subject, permits

# Who may give which roles. In a municipality only its own two exist; the DX section's roles need that section.
GIVES = {
    "manager": frozenset({"officer", "manager"}),
    "lead": frozenset({"supporter", "lead", "bureau", "guest"}),
    "admin": frozenset({"officer", "manager", "supporter", "lead", "bureau", "guest", "admin"}),
}
OF_THE_DX_SECTION = frozenset({"supporter", "lead", "admin"})
OF_SIDE = {
    "municipality": frozenset({"officer", "manager"}),
    "prefecture": frozenset({"supporter", "lead", "bureau", "guest", "admin"}),
    "outside": frozenset({"guest"}),
}


def add_posting(session: Session, actor: Actor, command: AddPosting) -> None:
    """A further posting (異動, 併任) for a known person. Raises NotFound, Forbidden, ValidationFailed, Conflict."""
    staff = managed_staff(session, actor, command.staff_id)
    refuse_oneself(actor, staff)
    organisation = managed_organisation(session, actor, command.organisation_id)
    section = section_for(session, actor, organisation, command.section, command.role)
    post(session, staff, section, command)
    happened(session, actor, PostingAdded(staff_id=staff.id, organisation_id=organisation.id))


def change_posting(session: Session, actor: Actor, command: ChangePosting) -> None:
    """Another role, or other dates. A new role begins now as a posting of its own, so that what was written before
    keeps pointing at the old one. Raises NotFound, Forbidden, ValidationFailed, Conflict."""
    posting, section = _open_posting(session, actor, command)
    organisation = session.get_one(Organisation, section.organisation_id)
    _check_role(actor, organisation, section, command.role)
    now = utc_now()
    begun = posting.from_at <= now
    if not begun and command.from_on:
        posting.from_at = start_of_japan_day(command.from_on)
    until_at = _end(command.until_on, after=max(posting.from_at, now))
    _refuse_shared(session.get_one(Staff, posting.staff_id), command.role)
    _refuse_overlap(session, posting.staff_id, section.id, posting.from_at, until_at, besides=posting.id)
    if begun and command.role != posting.role:
        posting.until_at = now
        posting = Posting(staff_id=posting.staff_id, section_id=section.id, from_at=now)
        session.add(posting)
    posting.role, posting.until_at = command.role, until_at
    happened(session, actor, PostingChanged(staff_id=posting.staff_id, organisation_id=organisation.id))


def end_posting(session: Session, actor: Actor, command: EndPosting) -> None:
    """End a posting now or after its last day; access ends with it. Raises NotFound, Forbidden, ValidationFailed."""
    posting, section = _open_posting(session, actor, command)
    if posting.from_at > utc_now() and command.until_on is None:
        session.delete(posting)  # it never began: nothing was written in it
    else:
        posting.until_at = _end(command.until_on, after=posting.from_at) or utc_now()
    happened(session, actor, PostingEnded(staff_id=command.staff_id, organisation_id=section.organisation_id))


def managed_staff(session: Session, actor: Actor, staff_id: int) -> Staff:
    """Somebody who is posted, now or later, where the actor manages people; who is posted nowhere belongs to the
    administrators. Raises NotFound."""
    staff = session.get(Staff, staff_id)
    bodies = organisations_of(session, staff_id)
    allowed = any(permits(actor, Permission.STAFF_MANAGE, Subject(organisation_id=o)) for o in bodies)
    if (
        staff is None
        or staff.is_alias
        or not (allowed or (not bodies and permits(actor, Permission.STAFF_MANAGE, Subject())))
    ):
        raise NotFound
    return staff


def managed_organisation(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """Raises NotFound."""
    organisation = session.get(Organisation, organisation_id)
    known = organisation is not None and organisation.kind not in ALIAS_SIDES
    if not known or not permits(actor, Permission.STAFF_MANAGE, Subject(organisation_id=organisation_id)):
        raise NotFound
    return cast(Organisation, organisation)


def organisations_of(session: Session, staff_id: int) -> set[int]:
    """The bodies somebody belongs to, now or later. Who has moved away is no longer in the hands of the old body."""
    query = sa.select(Section.organisation_id).join(Posting, Posting.section_id == Section.id)
    return set(session.scalars(query.where(Posting.staff_id == staff_id, not_over())))


def not_over() -> sa.ColumnElement[bool]:
    return sa.or_(Posting.until_at.is_(None), Posting.until_at > utc_now())


def overlapping(staff_id: int, section_id: int, from_at: datetime, until_at: datetime | None) -> sa.Select[Posting]:
    """The postings of somebody in one section that share a moment with this time."""
    query = sa.select(Posting).where(Posting.staff_id == staff_id, Posting.section_id == section_id)
    query = query.where(sa.or_(Posting.until_at.is_(None), Posting.until_at > from_at))
    return query if until_at is None else query.where(Posting.from_at < until_at)


def refuse_oneself(actor: Actor, staff: Staff) -> None:
    if staff.id == actor.staff_id:
        raise Forbidden(_("自分の所属や停止は、ほかの管理者が変更します。"))


def section_for(session: Session, actor: Actor, organisation: Organisation, name: str, role: str) -> Section:
    """The section, made on first use. Raises ValidationFailed when the role cannot be given there by this actor."""
    wanted = checked_name(name, field="section")
    section = session.scalars(sa.select(Section).filter_by(organisation_id=organisation.id, name=wanted)).first()
    _check_role(actor, organisation, section, role)
    if section is None:
        section = Section(organisation_id=organisation.id, name=wanted)
        session.add(section)
        session.flush()
    return section


def post(session: Session, staff: Staff, section: Section, command: Invite | AddPosting) -> None:
    """Raises ValidationFailed, Conflict."""
    from_at = start_of_japan_day(command.from_on) if command.from_on else utc_now()
    until_at = _end(command.until_on, after=from_at)
    _refuse_shared(staff, command.role)
    _refuse_overlap(session, staff.id, section.id, from_at, until_at)
    row = Posting(staff_id=staff.id, section_id=section.id, role=command.role, from_at=from_at, until_at=until_at)
    session.add(row)


def _open_posting(session: Session, actor: Actor, command: ChangePosting | EndPosting) -> tuple[Posting, Section]:
    """A posting of that person that is not over, where the actor manages people and could give its role."""
    query = sa.select(Posting, Section).join(Section, Section.id == Posting.section_id).where(not_over())
    found = session.execute(query.where(Posting.id == command.posting_id, Posting.staff_id == command.staff_id)).first()
    if found is None or not permits(actor, Permission.STAFF_MANAGE, Subject(organisation_id=found[1].organisation_id)):
        raise NotFound
    posting, section = found
    refuse_oneself(actor, session.get_one(Staff, posting.staff_id))
    if posting.role not in GIVES.get(actor.role, ()):
        raise Forbidden(_("この所属は、システム管理者が変更します。"))
    return posting, section


def _check_role(actor: Actor, organisation: Organisation, section: Section | None, role: str) -> None:
    in_dx = section is not None and section.is_dx
    fitting = role in OF_SIDE[organisation.side] and (in_dx or role not in OF_THE_DX_SECTION)
    if role not in GIVES.get(actor.role, ()) or not fitting:
        raise ValidationFailed({"role": _("この団体・部署では選べない役割です。別の役割を選んでください。")})


def _end(day: date | None, *, after: datetime) -> datetime | None:
    """The first moment that no longer counts, of a last day. Raises ValidationFailed."""
    if day is None:
        return None
    if (moment := after_last_day(day)) <= after:
        raise ValidationFailed({"until_on": _("最後の日は、開始日より前にできません。")})
    return moment


def _refuse_shared(staff: Staff, role: str) -> None:
    if staff.shared and role != "officer":
        raise ValidationFailed({"role": _("共用アカウントは「職員」だけにできます。")})


def _refuse_overlap(
    session: Session,
    staff_id: int,
    section_id: int,
    from_at: datetime,
    until_at: datetime | None,
    *,
    besides: int | None = None,
) -> None:
    query = overlapping(staff_id, section_id, from_at, until_at).where(Posting.id != (besides or 0))
    if session.scalars(query).first() is not None:
        raise Conflict(_("その部署への所属が、すでにあります。"))
