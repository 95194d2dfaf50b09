"""The jobs of mails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.jobs.leasing import Lease
from hub.mail.calls import tell_at_once
from hub.mail.digest import make_digests
from hub.mail.models import Mail
from hub.mail.outbox import SendMails, sends_mails
from hub.mail.preparing import prepare
from hub.mail.sending import send_due

SEND_S, TELL_S, DROP_S = 60.0, 60.0, 24 * 3600.0
KEPT = timedelta(days=90)
AT_ONCE = 500


@dataclass(frozen=True)
class DropOldMails:
    """Lines of mails that were settled long ago."""


@dataclass(frozen=True)
class TellAtOnce:
    """What came to people in the last minutes (`calls.py`)."""


@dataclass(frozen=True)
class MakeDigests:
    """One for each person, at 8:30 of a working day (`digest.py`)."""


def tell(_job: TellAtOnce, lease: Lease) -> None:
    _written(tell_at_once, lease)


def make_all(_job: MakeDigests, lease: Lease) -> None:
    _written(make_digests, lease)


def _written(make: Callable[[Session], None], lease: Lease) -> None:
    """In one transaction with the end of the job; nothing where no mails are sent."""

    def write(session: Session) -> None:
        if sends_mails(session):
            make(session)
        lease.settle(session)

    cast(Database, current_app.extensions["hub.db"]).write_apart(write)


def send_mails(_job: SendMails, _lease: Lease) -> None:
    config = cast(Config, current_app.extensions["hub.config"])
    if config.mailing != "off":
        send_due(cast(Database, current_app.extensions["hub.db"]), config, prepare)


def drop_old_mails(_job: DropOldMails, _lease: Lease) -> None:
    while cast(Database, current_app.extensions["hub.db"]).write_apart(_drop_some) == AT_ONCE:
        pass


def _drop_some(session: Session) -> int:
    old = sa.select(Mail.id).where(Mail.settled_at < utc_now() - KEPT).order_by(Mail.id).limit(AT_ONCE)
    gone = session.execute(sa.delete(Mail).where(Mail.id.in_(old)))
    return int(gone.rowcount)  # type: ignore[attr-defined]
