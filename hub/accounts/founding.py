"""The first things of an installation: the prefecture, its DX section, the first administrator, the municipalities."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.links import issue_link_by_operator
from hub.clock import utc_now
from hub.errors import ImportFault, ValidationFailed
from hub.events.happenings import happened
from hub.installation import ensure_installation
from hub.people.happenings import AdminCreated, OrganisationChanged
from hub.people.input import checked_name, plain_address
from hub.people.models import Organisation, Posting, Section, Staff
from hub.rooms.services import grant_dx_section

# What stands until somebody says how they are called: `admin create` asks for both.
PREFECTURE, DX_SECTION = "県", "DX担当課"


def dx_section(session: Session) -> Section | None:
    return session.scalars(sa.select(Section).where(Section.is_dx)).first()


def ensure_dx_section(session: Session, prefecture: str, name: str = DX_SECTION) -> Section:
    """The prefecture's organisation with its DX section, made on first use; the standard audiences know it."""
    found = dx_section(session)
    if found is not None:
        return found
    ensure_installation(session)
    organisation = session.scalars(sa.select(Organisation).where(Organisation.name == prefecture)).first()
    if organisation is None:
        organisation = Organisation(name=prefecture, kind="県", member=True, mail_domains=[])
        session.add(organisation)
        session.flush()
    section = Section(organisation_id=organisation.id, name=name, is_dx=True)
    session.add(section)
    session.flush()
    grant_dx_section(session)
    return section


def name_dx_section(session: Session, prefecture: str, name: str) -> None:
    """The names as they are said now, of an installation that has them already; an empty one changes nothing."""
    section = dx_section(session)
    if section is None:
        return
    organisation = session.get_one(Organisation, section.organisation_id)
    organisation.name, section.name = prefecture or organisation.name, name or section.name
    session.flush()
    happened(session, None, OrganisationChanged(organisation_id=organisation.id))


def create_admin(session: Session, email: str, name: str, prefecture: str = "", section: str = "") -> str:
    """A system administrator; returns the path of the invitation with which they set their password. `prefecture` and
    `section` name the prefecture and its DX section, also where these are there already. Raises ImportFault."""
    person, prefecture, section = _line("name", name), _line("prefecture", prefecture), _line("section", section)
    address = plain_address(email)
    if address is None:
        raise ImportFault([_("メールアドレスの形ではありません：%(text)s", text=email)])
    name_dx_section(session, prefecture, section)
    dx = ensure_dx_section(session, prefecture or PREFECTURE, section or DX_SECTION)
    if session.scalars(sa.select(Staff).where(Staff.email == address)).first():
        raise ImportFault([_("%(email)s は、すでに登録されています。", email=address)])
    staff = Staff(email=address, name=person, created_at=utc_now())
    session.add(staff)
    session.flush()
    session.add(Posting(staff_id=staff.id, section_id=dx.id, role="admin", from_at=utc_now()))
    session.flush()
    happened(session, None, AdminCreated(staff_id=staff.id, organisation_id=dx.organisation_id))
    return issue_link_by_operator(session, staff).path


def _line(field: str, text: str) -> str:
    """As the pages would store it. Raises ImportFault."""
    try:
        return checked_name(text, field=field, required=field == "name")
    except ValidationFailed as fault:
        raise ImportFault([f"{field}: {fault.fields[field]}"]) from None
