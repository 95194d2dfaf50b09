"""An administrator reads contents only with a recorded reason, for one hour, and the municipality sees that."""

from datetime import timedelta

from sqlalchemy.orm import Session

from hub.accounts.input import checked_name
from hub.accounts.people_commands import ReadWithReason
from hub.audiences.models import Audience
from hub.audiences.queries import readers_of
from hub.audiences.services import grant
from hub.clock import iso, utc_now
from hub.errors import NotFound
from hub.records.audit import record
from hub.rooms.models import Room
from hub.security.actor import Actor
from hub.security.permissions import Permission, require_role

LASTS = timedelta(hours=1)
REASON_CHARS = 200


def read_with_reason(session: Session, actor: Actor, command: ReadWithReason) -> None:
    """Let the administrator into one room for an hour. Raises Forbidden, NotFound, ValidationFailed."""
    require_role(actor, Permission.READ_WITH_REASON)
    room = session.get(Room, command.room_id)
    if room is None:
        raise NotFound
    reason = checked_name(command.reason, field="reason", max_chars=REASON_CHARS)
    until = utc_now() + LASTS
    audience = session.get_one(Audience, room.audience_id)
    grant(session, audience, staff=[actor.staff_id], until_at=until, reason=reason)
    detail = {"reason": reason, "until": iso(until)}
    for organisation_id in _whose(session, room):
        record(
            session, actor, "room.read_with_reason", f"room:{room.id}", organisation_id=organisation_id, detail=detail
        )


def _whose(session: Session, room: Room) -> list[int | None]:
    """Every body whose people may read the room learns of it: its manager finds the entry in their own record."""
    bodies: list[int | None] = [r.id for r in readers_of(session, room.audience_id) if r.kind == "organisation"]
    return bodies or [room.organisation_id]
