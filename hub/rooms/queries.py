"""Rooms are fetched THROUGH the actor: absent and forbidden are one answer."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Organisation
from hub.clock import japan_today
from hub.errors import NotFound
from hub.rooms.models import Room
from hub.security.actor import Actor
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
    return Subject(audience_id=room.audience_id, organisation_id=room.organisation_id)


def is_paused(room: Room) -> bool:
    """Whether no new thread may be begun today."""
    return room.paused_until is not None and japan_today() <= room.paused_until


def list_rooms_for(session: Session, actor: Actor) -> Sequence[Room]:
    """By kind and kana."""
    return session.scalars(_LISTED, {"audiences": actor.audience_ids}).all()


def support_room_of(session: Session, organisation_id: int) -> Room | None:
    """The 伴走ルーム of a body; whether somebody may read it is another question."""
    return session.scalars(sa.select(Room).where(Room.organisation_id == organisation_id)).first()


def list_municipalities(session: Session) -> Sequence[Organisation]:
    """The municipalities that take part, by 団体コード: whom a circle can admit."""
    query = sa.select(Organisation).where(Organisation.member, Organisation.kind != "県")
    return session.scalars(query.order_by(Organisation.code, Organisation.id)).all()
