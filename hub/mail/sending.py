"""The one job that sends: takes what is due, one mail after the other, over one connection.

A mail is taken before it is sent, for a while, and settled after the server has taken it: a process that ends between
the two sends it again later, under the same Message-ID. That the mail server is away costs no mail one of its tries."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import NamedTuple

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.jobs.faults import pause_after
from hub.mail.addressing import note_refusal, note_success
from hub.mail.carriers import Away, Carrier, Later, Refused, carrier_of
from hub.mail.models import Mail

log = structlog.get_logger()

FOR_AT_MOST = timedelta(days=3)  # what could not be sent for so long is not news any more
EXPIRED = "expired"


class Ready(NamedTuple):
    """A mail that was taken, as it is to be sent."""

    mail: Mail
    message: EmailMessage
    sender: str
    address: str
    after: Callable[[Session], None] | None = None  # to be written with its having gone


Prepare = Callable[[Session, Mail], Ready | None]


def send_due(database: Database, config: Config, prepare: Prepare) -> int:
    """How many went. `prepare` finds the words of a mail, or None when there is nothing left to say or nobody to say it
    to."""
    if not _anything_due(database):
        return 0
    sent = 0
    try:
        with carrier_of(config) as carrier:
            while mail := database.write_apart(_take):
                sent += _send(database, carrier, mail, prepare)
    except Away as fault:
        log.warning("mail: the server does not take mails", answer=str(fault))
    return sent


def _anything_due(database: Database) -> bool:
    with database.read() as session:
        return session.scalar(_due(utc_now()).with_only_columns(Mail.id)) is not None


def _due(now: datetime) -> sa.Select[Mail]:
    return sa.select(Mail).where(Mail.state == "waiting", Mail.due_at <= now).order_by(Mail.due_at, Mail.id).limit(1)


def _take(session: Session) -> Mail | None:
    """For so long nobody else takes it."""
    now = utc_now()
    mail = session.scalars(_due(now).with_for_update(skip_locked=True)).first()
    if mail is not None:
        mail.attempts += 1
        mail.due_at = now + pause_after(mail.attempts) + timedelta(minutes=5)
        session.flush()
        session.expunge(mail)
    return mail


def _send(database: Database, carrier: Carrier, mail: Mail, prepare: Prepare) -> int:
    """1 when it went. Raises Away: then it waits as if it had not been taken."""
    with database.read() as session:
        ready = prepare(session, mail)
    if ready is None:
        database.write_apart(lambda session: _settle(session, mail, "dropped"))
        return 0
    try:
        carrier.deliver(ready.message, ready.sender, ready.address)
    except Away as fault:
        answer = str(fault)
        database.write_apart(lambda session: _put_back(session, mail, answer))
        raise
    except Later as fault:
        answer = str(fault)
        database.write_apart(lambda session: _try_later(session, mail, answer))
        return 0
    except Refused as fault:
        answer, of_address = str(fault), fault.of_address
        database.write_apart(lambda session: _refuse(session, ready, answer, of_address=of_address))
        return 0
    database.write_apart(lambda session: _sent(session, ready))
    return 1


def _settle(session: Session, mail: Mail, state: str, answer: str = "") -> None:
    settled = {"state": state, "settled_at": utc_now(), "last_answer": answer, "content": {}}
    session.execute(sa.update(Mail).where(Mail.id == mail.id, Mail.state == "waiting").values(settled))


def _sent(session: Session, ready: Ready) -> None:
    _settle(session, ready.mail, "sent")
    note_success(session, ready.mail.staff_id)
    if ready.after is not None:
        ready.after(session)


def _refuse(session: Session, ready: Ready, answer: str, *, of_address: bool) -> None:
    _settle(session, ready.mail, "refused", answer)
    if of_address:
        note_refusal(session, ready.mail.staff_id, ready.address, answer)


def _try_later(session: Session, mail: Mail, answer: str) -> None:
    now = utc_now()
    if mail.created_at + FOR_AT_MOST <= now:
        _settle(session, mail, "refused", answer or EXPIRED)
        return
    again = {"due_at": now + pause_after(mail.attempts), "last_answer": answer}
    session.execute(sa.update(Mail).where(Mail.id == mail.id, Mail.state == "waiting").values(again))


def _put_back(session: Session, mail: Mail, answer: str) -> None:
    """What the server did before it went away is not known: it may have taken it."""
    if mail.created_at + FOR_AT_MOST <= utc_now():
        _settle(session, mail, "refused", answer or EXPIRED)
        return
    again = {"due_at": utc_now() + timedelta(minutes=1), "attempts": mail.attempts - 1, "last_answer": answer}
    session.execute(sa.update(Mail).where(Mail.id == mail.id, Mail.state == "waiting").values(again))
