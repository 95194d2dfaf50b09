"""One-time links (invitation, password reset), handed over by a manager. Single use, 24 hours, kept as SHA-256."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.new_passwords import NewPassword
from hub.actor import Actor
from hub.clock import iso, utc_now
from hub.errors import Forbidden, NotFound
from hub.events.happenings import happened
from hub.mail.accounts import send_link, token_of
from hub.mail.outbox import hands_over
from hub.people.happenings import InvitationIssued, InvitationUsed, ResetIssued, ResetUsed
from hub.people.models import OneTimeLink, Posting, Section, SignIn, Staff
from hub.security.permissions import Permission, Subject, permits
from hub.security.sessions import end_sign_ins, hash_token

VALID_FOR = timedelta(hours=24)
MOST_NOTICES = 5  # at one sign-in; the page of sign-ins lists all

Purpose = Literal["invitation", "reset"]
ISSUED = {"invitation": InvitationIssued, "reset": ResetIssued}
USED = {"invitation": InvitationUsed, "reset": ResetUsed}


@dataclass(frozen=True)
class IssueLink:
    """A link for somebody else; whether it is an invitation or a reset follows from the account."""

    staff_id: int


@dataclass(frozen=True)
class IssuedLink:
    """`token` is shown once to whoever hands the link over, and kept nowhere. `mailed`: its owner gets it by mail."""

    token: str
    purpose: Purpose
    expires_at: datetime
    mailed: bool = False

    @property
    def path(self) -> str:
        """Below the address of the hub."""
        return f"/{'welcome' if self.purpose == 'invitation' else 'reset'}/{self.token}"


@dataclass(frozen=True)
class LinkHolder:
    """Whom a working link belongs to."""

    link_id: int
    staff_id: int
    email: str
    name: str


def issue_link(session: Session, actor: Actor, command: IssueLink) -> IssuedLink:
    """Make a link; earlier unused ones of the person stop working. A reset is noted for its owner and in the audit
    record, where the other managers read it. Raises NotFound, Forbidden."""
    staff = session.get(Staff, command.staff_id)
    if staff is None or staff.disabled_at:
        raise NotFound
    organisations = _require_manager(session, actor, staff)
    return _issue(session, staff, organisations, actor)


def issue_link_by_operator(session: Session, staff: Staff) -> IssuedLink:
    """The same on the command line of the server. Raises NotFound for a disabled account."""
    if staff.disabled_at or staff.is_alias:
        raise NotFound
    return _issue(session, staff, {row[0] for row in session.execute(_bodies_of(staff))} or {None}, None)


def _issue(session: Session, staff: Staff, organisations: set[int | None], actor: Actor | None) -> IssuedLink:
    nonce, now = secrets.token_urlsafe(16), utc_now()
    token = token_of(nonce) if hands_over(session) else secrets.token_urlsafe(32)
    purpose: Purpose = "reset" if staff.password_hash else "invitation"
    void_open_links(session, staff.id)
    row = OneTimeLink(staff_id=staff.id, token_hash=hash_token(token), purpose=purpose)
    row.issued_by_id = actor.staff_id if actor else None
    row.issued_at, row.expires_at = now, now + VALID_FOR
    session.add(row)
    if purpose == "reset":
        notices = (staff.reset_notice or "").splitlines()
        by = actor.name if actor else _("サーバーの管理者")
        staff.reset_notice = "\n".join([*notices[1 - MOST_NOTICES :], f"{iso(now)} {by}"])
    for organisation_id in organisations:
        happened(session, actor, ISSUED[purpose](staff_id=staff.id, organisation_id=organisation_id))
    return IssuedLink(token, purpose, row.expires_at, send_link(session, row, nonce))


def find_link(session: Session, purpose: Purpose, token: str) -> LinkHolder:
    """Whose link this is. Looking does not use it up. Raises NotFound for a wrong, used or expired one alike."""
    query = (
        sa.select(OneTimeLink, Staff)
        .join(Staff, Staff.id == OneTimeLink.staff_id)
        .where(OneTimeLink.token_hash == hash_token(token), OneTimeLink.purpose == purpose)
        .where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > utc_now(), Staff.disabled_at.is_(None))
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound
    link, staff = found
    return LinkHolder(link.id, staff.id, staff.email, staff.name)


def use_link(session: Session, purpose: Purpose, token: str, new: NewPassword) -> None:
    """Set the password and use the link up; all sign-ins of the person end. Raises NotFound when it no longer works:
    of two at once only one succeeds."""
    holder, now = find_link(session, purpose, token), utc_now()
    use = sa.update(OneTimeLink).where(OneTimeLink.id == holder.link_id, OneTimeLink.used_at.is_(None))
    use = use.where(OneTimeLink.expires_at > now)
    if session.connection().execute(use.values(used_at=now)).rowcount != 1:
        raise NotFound
    staff = session.get_one(Staff, holder.staff_id)
    staff.password_hash, staff.password_changed_at = new.password_hash, now
    void_open_links(session, staff.id)
    end_sign_ins(session, SignIn.staff_id == staff.id)
    happened(session, None, USED[purpose](staff_id=staff.id))


def void_open_links(session: Session, staff_id: int) -> None:
    """Whoever holds a link of the person cannot set a password with it any more. It expires now rather than counting as
    used: its owner is shown which links somebody really used."""
    now = utc_now()
    query = sa.update(OneTimeLink).where(OneTimeLink.staff_id == staff_id, OneTimeLink.used_at.is_(None))
    query = query.where(OneTimeLink.expires_at > now).values(expires_at=now)
    session.execute(query, execution_options={"synchronize_session": False})


def _require_manager(session: Session, actor: Actor, staff: Staff) -> set[int | None]:
    """The bodies the person belongs to, now or later ({None} = none any more). The actor must be allowed to manage
    people in each of them, for whoever sets the password acts in all of them; an admin's link is for admins to give."""
    rows = session.execute(_bodies_of(staff)).all()
    organisations: set[int | None] = {organisation_id for organisation_id, _role in rows} or {None}
    allowed = [permits(actor, Permission.STAFF_MANAGE, Subject(organisation_id=o)) for o in organisations]
    if not any(allowed):
        raise NotFound
    if not all(allowed) or (actor.role != "admin" and any(role == "admin" for _o, role in rows)):
        raise Forbidden
    return organisations


def _bodies_of(staff: Staff) -> sa.Select[int, str]:
    """The bodies, with the roles there, of the postings that are not over."""
    return (
        sa.select(Section.organisation_id, Posting.role)
        .join(Posting, Posting.section_id == Section.id)
        .where(Posting.staff_id == staff.id, sa.or_(Posting.until_at.is_(None), Posting.until_at > utc_now()))
    )
