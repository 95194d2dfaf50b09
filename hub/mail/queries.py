"""How mails stand: for the administrator, for the monitor, and to whom none arrive for whoever runs these people."""

import re
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import NotFound
from hub.mail.models import Mail, MailAddress, MailRules
from hub.people.models import Organisation, Posting, Section, Staff
from hub.security.permissions import Permission, require_role
from hub.shown import first_of

MOST_UNREACHED, MOST_FILES = 50, 50
_NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{12}\.eml")


class Standing(NamedTuple):
    waiting: int
    oldest_at: datetime | None
    sent_at: datetime | None


class Unreached(NamedTuple):
    """Somebody to whom the mail server takes no mails. `stopped_at`: none are tried any more."""

    staff_id: int
    name: str
    address: str
    body: str
    refusals: int
    answer: str
    refused_at: datetime
    stopped_at: datetime | None


class Kept(NamedTuple):
    """A mail in the folder."""

    name: str
    subject: str
    to: str
    at: datetime
    text: str = ""


def how_mails_stand(session: Session) -> Standing:
    waits = Mail.state == "waiting"
    row = session.execute(
        sa.select(
            sa.func.count().filter(waits),
            sa.func.min(Mail.created_at).filter(waits, Mail.due_at <= utc_now()),
            sa.func.max(Mail.settled_at).filter(Mail.state == "sent"),
        )
    ).one()
    return Standing(*row)


def may_quote(session: Session) -> bool:
    """Whether mails may hold what people wrote."""
    return bool(session.scalar(sa.select(MailRules.with_text)))


def list_unreached(session: Session, actor: Actor, *, whole: bool) -> list[Unreached]:
    """Of the bodies that the actor runs; of all for an administrator. Raises Forbidden."""
    require_role(actor, Permission.STAFF_MANAGE)
    rows = session.execute(first_of(_unreached(actor).order_by(MailAddress.refused_at.desc()), MOST_UNREACHED, whole))
    return [Unreached(*row) for row in rows]


def get_unreached(session: Session, actor: Actor, staff_id: int) -> MailAddress:
    """To be changed. Raises Forbidden, NotFound."""
    require_role(actor, Permission.STAFF_MANAGE)
    if session.execute(_unreached(actor).where(Staff.id == staff_id)).first() is None:
        raise NotFound
    return session.get_one(MailAddress, staff_id, with_for_update=True)


def _unreached(actor: Actor) -> sa.Select[int, str, str, str, int, str, datetime | None, datetime | None]:
    """Each person once, with their first body that the actor runs."""
    now = utc_now()
    posted = (
        sa.select(Posting.staff_id, sa.func.min(Section.organisation_id).label("body_id"))
        .join(Section, Section.id == Posting.section_id)
        .where(sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
        .group_by(Posting.staff_id)
    )
    if actor.role != "admin":
        posted = posted.where(Section.organisation_id.in_(actor.managed_ids))
    own = posted.subquery()
    return (
        sa.select(
            Staff.id,
            Staff.name,
            Staff.email,
            Organisation.name,
            MailAddress.refusals,
            MailAddress.last_answer,
            MailAddress.refused_at,
            MailAddress.stopped_at,
        )
        .join(MailAddress, MailAddress.staff_id == Staff.id)
        .join(own, own.c.staff_id == Staff.id)
        .join(Organisation, Organisation.id == own.c.body_id)
        .where(MailAddress.refusals > 0, MailAddress.address == Staff.email, Staff.disabled_at.is_(None))
    )


def list_kept(folder: Path) -> Sequence[Kept]:
    """The mails in the folder, the newest first."""
    files = sorted((path for path in folder.glob("*.eml") if _NAME.fullmatch(path.name)), reverse=True)[:MOST_FILES]
    return [_kept(path) for path in files]


def get_kept(folder: Path, name: str) -> Kept:
    """With its text. Raises NotFound."""
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound
    return _kept(path, with_text=True)


def _kept(path: Path, *, with_text: bool = False) -> Kept:
    message: EmailMessage = message_from_bytes(path.read_bytes(), policy=default)
    part = message.get_body(("plain",)) if with_text else None
    return Kept(
        path.name,
        str(message["Subject"]),
        str(message["To"]),
        parsedate_to_datetime(message["Date"]),
        str(part.get_content()) if part is not None else "",
    )
