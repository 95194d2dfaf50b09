"""An administrator reads contents only with a recorded reason, for one hour and in one room, and the municipality sees
that. Other rooms, cases and files with the same readers stay closed: the record names this room."""

from datetime import timedelta

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.models import RoomGrant
from hub.audiences.queries import readers_of
from hub.clock import iso, utc_now
from hub.errors import NotFound
from hub.events.happenings import happened
from hub.people.input import checked_name
from hub.rooms.commands import ReadWithReason
from hub.rooms.happenings import RoomReadWithReason
from hub.rooms.models import Room
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
    session.add(RoomGrant(room_id=room.id, staff_id=actor.staff_id, until_at=until, reason=reason))
    detail = {"reason": reason, "until": iso(until)}
    for organisation_id in _whose(session, room):
        read = RoomReadWithReason(
            room_id=room.id, staff_id=actor.staff_id, organisation_id=organisation_id, detail=detail
        )
        happened(session, actor, read)


def _whose(session: Session, room: Room) -> list[int | None]:
    """Every body whose people may read the room learns of it: its manager finds the entry in their own record."""
    bodies: list[int | None] = [r.id for r in readers_of(session, room.audience_id) if r.kind == "organisation"]
    return bodies or [room.organisation_id]
