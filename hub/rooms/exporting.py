"""Who took a room's contents out of the hub is written down: what has left it is beyond any later narrowing."""

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.events.happenings import happened
from hub.rooms.happenings import RoomExported
from hub.rooms.queries import get_room_for, room_subject
from hub.security.permissions import Permission, require


def note_export(session: Session, actor: Actor, room_id: int) -> None:
    """The matter of the body whose room it is, else of the exporter's. Raises NotFound, Forbidden."""
    room = get_room_for(session, actor, room_id)
    require(actor, Permission.ROOM_EXPORT, room_subject(room))
    body = room.organisation_id or actor.organisation_id
    happened(session, actor, RoomExported(room_id=room.id, organisation_id=body))
