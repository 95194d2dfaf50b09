"""Writing the audit record. Reading it is a page for managers and admins."""

from typing import Any

from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.records.models import AuditEntry
from hub.security.actor import Actor


def record(
    session: Session,
    actor: Actor | None,
    action: str,
    subject: str,
    *,
    organisation_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add a row in this transaction. `organisation_id` is the body whose manager may read it; None = admin only."""
    session.add(
        AuditEntry(
            at=utc_now(),
            actor_id=actor.staff_id if actor and actor.staff_id else None,
            organisation_id=organisation_id,
            action=action,
            subject=subject,
            detail=detail or {},
        )
    )
