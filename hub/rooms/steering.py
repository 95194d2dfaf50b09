"""Services on rooms: what one person wants of a room, and running a 研究会."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.models import Audience
from hub.audiences.services import grant, withdraw
from hub.clock import utc_now
from hub.errors import Closed, Forbidden, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.people.models import Organisation
from hub.rooms.commands import Admit, Archive, CreateRoom, DescribeRoom, PreferRoom
from hub.rooms.happenings import (
    OrganisationAdmitted,
    OrganisationDismissed,
    RoomArchived,
    RoomCreated,
    RoomDescribed,
    RoomReopened,
)
from hub.rooms.models import Room, RoomPreference
from hub.rooms.queries import get_room_for, room_subject
from hub.rooms.services import create_circle, create_commons
from hub.security.permissions import Permission, require, require_role
from hub.statements import upsert
from hub.text_chars import TextRefused, clean_line

NAME_CHARS = 60
DESCRIPTION_CHARS = 200


def prefer_room(session: Session, actor: Actor, command: PreferRoom) -> Receipt:
    """Mute a room or make it a favourite, for oneself."""
    get_room_for(session, actor, command.room_id)
    key = {"staff_id": actor.staff_id, "room_id": command.room_id}
    values = {**key, "muted": command.muted, "favourite": command.favourite}
    upsert(session, RoomPreference, ("staff_id", "room_id"), values)
    return Receipt()


def create_room(session: Session, actor: Actor, command: CreateRoom) -> Receipt:
    """A new 研究会 of the DX section, to which organisations are then admitted, or a room of all members. Raises
    ValidationFailed."""
    require_role(actor, Permission.ROOM_CREATE)
    name = _line(command.name, NAME_CHARS, "name")
    description = _description(command.description)
    if command.kind == "commons":
        room = create_commons(session, name, description)
    else:
        room = create_circle(session, name, description, [])
    happened(session, actor, RoomCreated(room_id=room.id, organisation_id=actor.organisation_id))
    return Receipt({"room_id": str(room.id)})


def describe_room(session: Session, actor: Actor, command: DescribeRoom) -> Receipt:
    """Rename a room. A support room bears its municipality's name. Raises ValidationFailed, Closed when it is archived:
    what is kept keeps the name under which it was written."""
    room = _managed(session, actor, command.room_id)
    if room.archived_at:
        raise Closed
    if room.organisation_id is None:
        room.name = _line(command.name, NAME_CHARS, "name")
    room.description = _description(command.description)
    happened(session, actor, RoomDescribed(room_id=room.id, organisation_id=actor.organisation_id))
    return Receipt()


def admit(session: Session, actor: Actor, command: Admit) -> Receipt:
    """Let an organisation into a circle or out of it. Raises Forbidden for a room of another kind."""
    room = _managed(session, actor, command.room_id)
    if room.kind != "circle":
        raise Forbidden
    organisation = session.get(Organisation, command.organisation_id)
    if organisation is None or not organisation.member or organisation.side != "municipality":
        raise ValidationFailed({"organisation_id": _("この団体は選べません。一覧から別の団体を選んでください。")})
    change = grant if command.on else withdraw
    change(session, session.get_one(Audience, room.audience_id), organisations=[organisation.id])
    kind = OrganisationAdmitted if command.on else OrganisationDismissed
    happened(session, actor, kind(room_id=room.id, organisation_id=organisation.id))
    return Receipt()


def archive(session: Session, actor: Actor, command: Archive) -> Receipt:
    """Close a circle or commons room to further writing, or open it again."""
    room = _managed(session, actor, command.room_id)
    if room.kind == "support":
        raise Forbidden
    room.archived_at = utc_now() if command.on else None
    kind = RoomArchived if command.on else RoomReopened
    happened(session, actor, kind(room_id=room.id, organisation_id=actor.organisation_id))
    return Receipt()


def _managed(session: Session, actor: Actor, room_id: int) -> Room:
    room = get_room_for(session, actor, room_id)
    require(actor, Permission.ROOM_MANAGE, room_subject(room))
    return room


def _line(text: str, most: int, field: str) -> str:
    try:
        return clean_line(text, max_chars=most)
    except TextRefused:
        raise ValidationFailed({field: _("%(n)s文字以内で入力してください。", n=most)}) from None


def _description(text: str) -> str:
    return _line(text, DESCRIPTION_CHARS, "description") if text.strip() else ""
