"""Writing down what is to be sent, in the transaction of what causes it. A job sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.jobs.services import enqueue
from hub.mail.models import Mail
from hub.statements import insert_ignore

SETTING = "mails"  # in session.info: whether this installation sends any, and whether to a mail server
KEPT_HERE, TO_SERVER = 1, 2
AS_NUMBER = {"off": 0, "folder": KEPT_HERE, "smtp": TO_SERVER}


@dataclass(frozen=True)
class SendMails:
    """Whatever is due."""


class ToSend(NamedTuple):
    """`key` is what it is about: of two with the same key the first is sent."""

    key: str
    kind: str
    staff_id: int
    content: dict[str, Any]


def sends_mails(session: Session) -> bool:
    return bool(session.info.get(SETTING))


def hands_over(session: Session) -> bool:
    """Whether a mail server takes them, so that they reach whom they are for."""
    return session.info.get(SETTING) == TO_SERVER


def put(session: Session, mails: Sequence[ToSend], at: datetime | None = None) -> None:
    """Nothing where no mails are sent."""
    if not mails or not sends_mails(session):
        return
    now = utc_now()
    rows = [{**mail._asdict(), "created_at": now, "due_at": at or now} for mail in mails]
    session.connection().execute(insert_ignore(session, Mail), rows)
    enqueue(session, SendMails(), at=at)
