"""Running people's accounts: invite, disable, enable. Accounts are never deleted, and nobody changes their own."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.accounts.people_commands import Invite, SetAccess
from hub.accounts.postings import (
    managed_organisation,
    managed_staff,
    not_over,
    organisations_of,
    post,
    refuse_oneself,
    section_for,
)
from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Forbidden, ValidationFailed
from hub.events.happenings import happened
from hub.people.happenings import StaffDisabled, StaffEnabled, StaffInvited
from hub.people.input import checked_name, plain_address
from hub.people.models import Organisation, Posting, SignIn, Staff
from hub.security.permissions import Permission, Subject, permits
from hub.security.sessions import end_sign_ins


def invite(session: Session, actor: Actor, command: Invite) -> int:
    """A new account; returns the staff id. Raises NotFound, Forbidden, ValidationFailed, also for an address that is
    known already."""
    organisation = managed_organisation(session, actor, command.organisation_id)
    email = _address(actor, organisation, command.email)
    section = section_for(session, actor, organisation, command.section, command.role)
    if command.shared and command.role != "officer":
        raise ValidationFailed({"shared": _("共用アカウントは「職員」だけにできます。")})
    name = checked_name(command.name, field="name")
    kana = checked_name(command.kana, field="kana", required=False)
    staff = _new_staff(session, email=email, name=name, kana=kana, shared=command.shared)
    post(session, staff, section, command)
    happened(session, actor, StaffInvited(staff_id=staff.id, organisation_id=organisation.id))
    return staff.id


def set_access(session: Session, actor: Actor, command: SetAccess) -> None:
    """Disable an account: its sign-ins end within a second; what was written stays. Or enable it again."""
    staff = managed_staff(session, actor, command.staff_id)
    refuse_oneself(actor, staff)
    bodies = organisations_of(session, staff.id)
    elsewhere = [o for o in bodies if not permits(actor, Permission.STAFF_MANAGE, Subject(organisation_id=o))]
    if elsewhere or (_is_admin(session, staff) and actor.role != "admin"):
        raise Forbidden(_("この人のアカウントは、システム管理者が停止・再開します。"))
    staff.disabled_at = None if command.on else utc_now()
    end_sign_ins(session, SignIn.staff_id == staff.id)
    kind = StaffEnabled if command.on else StaffDisabled
    whose: list[int | None] = [*bodies] or [None]
    for organisation_id in whose:
        happened(session, actor, kind(staff_id=staff.id, organisation_id=organisation_id))


def _new_staff(session: Session, *, email: str, name: str, kana: str, shared: bool) -> Staff:
    staff = Staff(email=email, name=name, kana=kana, shared=shared, created_at=utc_now())
    known = session.scalar(sa.select(Staff.id).where(Staff.email == email)) is not None
    try:
        if not known:
            session.add(staff)
            session.flush()
    except IntegrityError:  # somebody else registered the address at the same moment
        known = True
    if known:
        fault = _("このメールアドレスは、すでに登録されています。異動してきた人の所属は、システム管理者が追加します。")
        raise ValidationFailed({"email": fault})
    return staff


def _address(actor: Actor, organisation: Organisation, text: str) -> str:
    """A manager's list of domains is compared whole: no sub-domain, no look-alike. Raises ValidationFailed."""
    email = plain_address(text)
    if email is None:
        raise ValidationFailed({"email": _("メールアドレスの形で入力してください。")})
    if (
        actor.role != "admin"
        and organisation.mail_domains
        and email.rpartition("@")[2] not in organisation.mail_domains
    ):
        allowed = _("、").join(organisation.mail_domains)
        raise ValidationFailed(
            {"email": _("招待できるのは、@より後ろが次のメールアドレスだけです：%(domains)s", domains=allowed)}
        )
    return email


def _is_admin(session: Session, staff: Staff) -> bool:
    query = sa.select(Posting.id).where(Posting.staff_id == staff.id, Posting.role == "admin", not_over())
    return session.scalar(query) is not None
