"""Rooms are fetched THROUGH the actor: absent and forbidden are one answer."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.models import RoomGrant
from hub.audiences.queries import Readers, members_by_id, readers_of
from hub.clock import japan_today, utc_now
from hub.errors import NotFound
from hub.moment import asked_once
from hub.people.models import Organisation, Staff
from hub.rooms.models import Room
from hub.security.permissions import Permission, Subject, permits
from hub.statements import among

KINDS = ("support", "commons", "circle")
# The rooms of the list that readers of these `audiences` may read. The room of a case is entered from the case.
LISTED = (among(Room.audience_id, "audiences"), Room.kind != "case")
_LISTED = (
    sa.select(Room)
    .where(*LISTED)
    .order_by(sa.case({kind: i for i, kind in enumerate(KINDS)}, value=Room.kind), Room.kana, Room.id)
)


def get_room_for(session: Session, actor: Actor, room_id: int) -> Room:
    """Raises NotFound when the room is not there or not readable."""
    room = session.get(Room, room_id)
    if room is None or not permits(actor, Permission.ROOM_READ, room_subject(room)):
        raise NotFound
    return room


def room_subject(room: Room) -> Subject:
    """What the policy asks of a room. Its organisation is the municipality that it accompanies."""
    return Subject(audience_id=room.audience_id, organisation_id=room.organisation_id, room_id=room.id)


def is_paused(room: Room) -> bool:
    """Whether no new thread may be begun today."""
    return room.paused_until is not None and japan_today() <= room.paused_until


def list_rooms_for(session: Session, actor: Actor) -> Sequence[Room]:
    """By kind and kana; behind them those that an administrator reads with a reason."""
    return asked_once(session, ("rooms", actor.staff_id), lambda: _rooms_for(session, actor))


def _rooms_for(session: Session, actor: Actor) -> Sequence[Room]:
    rooms = session.scalars(_LISTED, {"audiences": actor.audience_ids}).all()
    if not actor.room_ids:
        return rooms
    there = {room.id for room in rooms}
    return [*rooms, *session.scalars(sa.select(Room).where(Room.id.in_(actor.room_ids - there)).order_by(Room.id))]


def readers_of_room(session: Session, room: Room) -> list[Readers]:
    """Everybody who reads it now: through its audience, and administrators who gave a reason."""
    return asked_once(session, ("readers of room", room.id), lambda: _readers_of_room(session, room))


def _readers_of_room(session: Session, room: Room) -> list[Readers]:
    found = readers_of(session, room.audience_id)
    there = {staff.id for readers in found for staff in readers.staff}
    now_open = sa.select(RoomGrant.staff_id).where(RoomGrant.room_id == room.id, RoomGrant.until_at > utc_now())
    return [*found, *members_by_id(session, sa.and_(Staff.id.in_(now_open), Staff.id.not_in(there)))]


def support_room_of(session: Session, organisation_id: int) -> Room | None:
    """The 伴走ルーム of a body; whether somebody may read it is another question."""
    return session.scalars(sa.select(Room).where(Room.organisation_id == organisation_id)).first()


def list_municipalities(session: Session) -> Sequence[Organisation]:
    """The municipalities that take part, by 団体コード: whom a circle can admit."""
    query = sa.select(Organisation).where(Organisation.member, Organisation.kind != "県")
    return session.scalars(query.order_by(Organisation.code, Organisation.id)).all()
