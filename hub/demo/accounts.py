"""The accounts of a demo database: shown on its sign-in page and by `demo accounts`."""

from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.people.models import Organisation, Posting, Section, Staff

PASSWORD = "demo-hub-2026"  # noqa: S105 - of invented people, in databases that hold nothing else
SHOWN = 14


class DemoAccount(TypedDict):
    email: str
    password: str
    role: str
    organisation_code: str | None
    organisation: str
    name: str


def demo_accounts(session: Session) -> list[DemoAccount]:
    """One or two accounts of every role, municipal ones from the municipalities that have a manager."""
    now = utc_now()
    query = (
        sa.select(Staff, Posting.role, Organisation)
        .join(Posting, Posting.staff_id == Staff.id)
        .join(Section, Section.id == Posting.section_id)
        .join(Organisation, Organisation.id == Section.organisation_id)
        .where(Staff.disabled_at.is_(None), Staff.password_hash.is_not(None))
        .where(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
        .where(Staff.email.not_like("%@bench.example.jp"))
        .order_by(Staff.id)
    )
    rows = session.execute(query).all()
    managed = [o.id for _s, role, o in rows if role == "manager"][:3]
    chosen = [(s, r, o) for s, r, o in rows if r in ("officer", "manager") and o.id in managed and not s.shared]
    chosen = _first_of_each(chosen)
    for role, most in (("supporter", 2), ("lead", 1), ("admin", 1), ("bureau", 1), ("guest", 1)):
        chosen += [row for row in rows if row[1] == role][:most]
    chosen += [row for row in rows if row[0].shared][:1]
    return [_account(*row) for row in chosen[:SHOWN]]


def _first_of_each(rows: list[tuple[Staff, str, Organisation]]) -> list[tuple[Staff, str, Organisation]]:
    found: dict[tuple[int, str], tuple[Staff, str, Organisation]] = {}
    for row in rows:
        found.setdefault((row[2].id, row[1]), row)
    return list(found.values())


def _account(staff: Staff, role: str, organisation: Organisation) -> DemoAccount:
    return {
        "email": staff.email,
        "password": PASSWORD,
        "role": role,
        "organisation_code": organisation.code,
        "organisation": organisation.name,
        "name": staff.name,
    }
