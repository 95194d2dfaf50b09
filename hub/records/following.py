"""Writing the audit record: one row for everything that happened whose kind is `Audited`."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.events.happenings import Said
from hub.records.models import AuditEntry


def write_entries(session: Session, said: Sequence[Said]) -> None:
    """One row for each, in order."""
    now = utc_now()
    rows = [
        {
            "at": now,
            "actor_id": (by.staff_id or None) if by else None,
            "organisation_id": what.organisation_id,
            "action": what.action,
            "subject": what.subject,
            "detail": what.detail,
        }
        for by, what in said
    ]
    session.execute(sa.insert(AuditEntry), rows)
