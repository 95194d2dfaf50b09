"""Making rooms. A room has exactly one audience."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.models import Audience
from hub.audiences.services import DX, MEMBERS, ensure_audience, grant, new_audience, town_key
from hub.clock import utc_now
from hub.people.models import Organisation, Section
from hub.rooms.models import Room


def dx_section(session: Session) -> Section:
    """The prefecture's DX section. Raises NoResultFound before `admin create` has made it."""
    return session.scalars(sa.select(Section).where(Section.is_dx)).one()


def ensure_support_room(session: Session, organisation: Organisation) -> Room:
    """The municipality's 伴走ルーム, read by its own people and the DX section; made on first use."""
    room = session.scalars(sa.select(Room).where(Room.organisation_id == organisation.id)).first()
    if room is None:
        audience = ensure_audience(session, town_key(organisation.id))
        grant(session, audience, organisations=[organisation.id], sections=[dx_section(session).id])
        room = Room(kind="support", name=organisation.name, kana=organisation.kana, organisation_id=organisation.id)
        _add(session, room, audience)
    return room


def ensure_member(session: Session, organisation: Organisation) -> Room:
    """Let a municipality take part: its support room, and a place in the audience of all members."""
    grant(session, ensure_audience(session, MEMBERS), organisations=[organisation.id])
    return ensure_support_room(session, organisation)


def grant_dx_section(session: Session) -> None:
    """The standard audiences that the DX section reads whatever the municipalities do."""
    section = dx_section(session)
    for key in (DX, MEMBERS):
        grant(session, ensure_audience(session, key), sections=[section.id])


def create_commons(session: Session, name: str, description: str) -> Room:
    """A themed room for all members."""
    room = Room(kind="commons", name=name, description=description)
    return _add(session, room, ensure_audience(session, MEMBERS))


def create_circle(session: Session, name: str, description: str, organisation_ids: Iterable[int]) -> Room:
    """A 研究会 of some municipalities and the DX section."""
    audience = new_audience(session)
    grant(session, audience, organisations=organisation_ids, sections=[dx_section(session).id])
    return _add(session, Room(kind="circle", name=name, description=description), audience)


def open_case_room(session: Session, name: str, audience_id: int) -> Room:
    """Where a case is asked about, read by the readers of the case."""
    room = Room(kind="case", name=name)
    return _add(session, room, session.get_one(Audience, audience_id))


def _add(session: Session, room: Room, audience: Audience) -> Room:
    room.audience_id, room.created_at = audience.id, utc_now()
    session.add(room)
    session.flush()
    return room
