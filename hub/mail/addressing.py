"""Where mails to a person go, under which name of the hub, and whether they still arrive."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.config import Config
from hub.mail.models import MailAddress
from hub.people.models import Staff
from hub.statements import insert_ignore

MOST_REFUSALS = 3  # in a row, after which nothing is sent there


class Reader(NamedTuple):
    """Somebody to whom a mail can be sent. `origins`: the names of the hub, the one they came by first."""

    staff: Staff
    address: str
    origins: tuple[str, ...]


def find_reader(session: Session, staff_id: int, config: Config) -> Reader | None:
    """None: the account is closed or nobody's, or its address has been stopped."""
    staff = session.get(Staff, staff_id)
    if staff is None or staff.disabled_at or staff.is_alias or not staff.email.isascii():
        return None
    row = session.get(MailAddress, staff_id)
    if row is not None and row.stopped_at and row.address == staff.email:
        return None
    return Reader(staff, staff.email, origins_for(config, row.origin if row else ""))


def origins_for(config: Config, known: str) -> tuple[str, ...]:
    """All names of the hub, the known one first where it still is one."""
    origins = config.origins or (f"http://127.0.0.1:{config.port}",)
    return tuple(sorted(origins, key=lambda origin: origin != known))


def remember_origin(session: Session, staff_id: int, origin: str) -> None:
    """Under which name somebody is here."""
    row = _row(session, staff_id)
    if row.origin != origin:
        row.origin = origin


def note_success(session: Session, staff_id: int) -> None:
    """Only those in a row count."""
    failing = sa.update(MailAddress).where(MailAddress.staff_id == staff_id, MailAddress.refusals > 0)
    session.execute(failing.values(refusals=0, stopped_at=None, refused_at=None, last_answer=""))


def note_refusal(session: Session, staff_id: int, address: str, answer: str) -> None:
    row, now = _row(session, staff_id), utc_now()
    row.refusals = 1 if row.address != address else row.refusals + 1
    row.address, row.refused_at, row.last_answer = address, now, answer
    row.stopped_at = now if row.refusals >= MOST_REFUSALS else None


def _row(session: Session, staff_id: int) -> MailAddress:
    session.connection().execute(insert_ignore(session, MailAddress), {"staff_id": staff_id})
    return session.get_one(MailAddress, staff_id, with_for_update=True)
