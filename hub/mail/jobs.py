"""The jobs of mails."""

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
from hub.mail.models import Mail
from hub.mail.outbox import SendMails
from hub.mail.preparing import prepare
from hub.mail.sending import send_due

SEND_S, DROP_S = 60.0, 24 * 3600.0
KEPT = timedelta(days=90)
AT_ONCE = 500


@dataclass(frozen=True)
class DropOldMails:
    """Lines of mails that were settled long ago."""


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
