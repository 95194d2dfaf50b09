"""Sharings are fetched through the room of the consultation behind them: absent and forbidden are one answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.queries import readers_of
from hub.errors import NotFound
from hub.people.models import ALIAS_SIDES, Organisation, Posting, Section, Staff
from hub.people.names import families, stems
from hub.rooms.models import Room
from hub.security.permissions import Permission, Subject, may_ever, permits
from hub.sharing.details import Known
from hub.sharing.models import HelpAnswer, Sharing, SharingPart
from hub.shown import Shown, first_of
from hub.statements import among
from hub.threads.consultations.models import Consultation
from hub.threads.models import Message, Thread
from hub.threads.queries import Place, get_thread_for

SHAREABLE_ROOMS = ("support", "circle")


@dataclass(frozen=True)
class Shared:
    """A sharing with the place that it comes from. `subject` is asked for whatever is done to it."""

    sharing: Sharing
    place: Place

    @property
    def subject(self) -> Subject:
        return Subject(self.place.room.audience_id, organisation_id=self.sharing.organisation_id)


def get_sharing_for(session: Session, actor: Actor, sharing_id: int, *, lock: bool = False) -> Shared:
    """Raises NotFound. `lock`: nobody else changes it until the commit."""
    sharing = session.get(Sharing, sharing_id, with_for_update=lock or None)
    if sharing is None:
        raise NotFound
    shared = Shared(sharing, get_thread_for(session, actor, sharing.thread_id))
    if not permits(actor, Permission.SHARING_READ, shared.subject):
        raise NotFound
    return shared


def parts_of(session: Session, sharing_id: int) -> Sequence[SharingPart]:
    query = sa.select(SharingPart).where(SharingPart.sharing_id == sharing_id)
    return session.scalars(query.order_by(SharingPart.position)).all()


def body_of_thread(session: Session, place: Place) -> int:
    """Whose matter a thread is: who asks in a consultation, the municipality of a support room, else who opened it."""
    asking = session.scalar(sa.select(Consultation.organisation_id).where(Consultation.thread_id == place.thread.id))
    if asking or place.room.organisation_id:
        return int(asking or place.room.organisation_id or 0)
    query = sa.select(Section.organisation_id).join(Posting, Posting.section_id == Section.id)
    return session.execute(query.where(Posting.id == place.thread.opened_posting_id)).scalar_one()


def known_names(session: Session, place: Place) -> Known:
    """Whom and what to look for in texts of this place: everybody who reads or wrote there, and every body's name."""
    people = {s.name for r in readers_of(session, place.room.audience_id) for s in r.staff if not s.shared}
    wrote = sa.select(Staff.name).join(Message, Message.author_id == Staff.id)
    people |= set(session.scalars(wrote.where(Message.thread_id == place.thread.id, Staff.shared.is_(sa.false()))))
    typed = sa.select(Message.writer_name).where(Message.thread_id == place.thread.id, Message.writer_name != "")
    people |= set(session.scalars(typed))
    return Known(frozenset(people | families(people)), known_bodies(session), registered(session), common(session))


def registered(session: Session) -> frozenset[str]:
    """Everybody who has an account, by full and family name: people are spoken of in rooms that they do not read."""
    query = sa.select(Staff.name).where(Staff.shared.is_(sa.false()), Staff.is_alias.is_(sa.false()))
    people = set(session.scalars(query))
    return frozenset(people | families(people))


def common(session: Session) -> frozenset[str]:
    """The prefecture's name: it tells of no town."""
    names = set(session.scalars(sa.select(Organisation.name).where(Organisation.kind == "県", Organisation.member)))
    return frozenset(names | {name.rstrip("都道府県") for name in names})


def known_bodies(session: Session) -> frozenset[str]:
    """The names of all bodies but the prefecture, which everybody here has in common."""
    query = sa.select(Organisation.name).where(Organisation.kind.not_in(ALIAS_SIDES), Organisation.kind != "県")
    bodies = set(session.scalars(query))
    return frozenset(bodies | stems(bodies))


def names_of_body(session: Session, organisation_id: int) -> frozenset[str]:
    """Everybody who is or was posted there."""
    query = sa.select(Staff.name).join(Posting, Posting.staff_id == Staff.id).join(Section)
    people = set(session.scalars(query.where(Section.organisation_id == organisation_id, Staff.shared.is_(sa.false()))))
    return frozenset(people | families(people))


def commons_for(session: Session, actor: Actor) -> Sequence[Room]:
    """Where an edition can go."""
    query = sa.select(Room).where(
        Room.kind == "commons", Room.archived_at.is_(None), among(Room.audience_id, actor.audience_ids)
    )
    return session.scalars(query.order_by(Room.id)).all()


Row = tuple[Sharing, Thread, Room]
MOST = 100


def list_sharings(session: Session, actor: Actor, *conditions: sa.ColumnElement[bool]) -> list[Row]:
    """The sharings whose consultation the actor may read, with thread and room of that, the newest first."""
    return list(show_sharings(session, actor, *conditions, whole=True).rows)


def show_sharings(session: Session, actor: Actor, *conditions: sa.ColumnElement[bool], whole: bool) -> Shown[Row]:
    """The newest MOST of them, unless the whole list is wanted."""
    query = (
        sa.select(Sharing, Thread, Room)
        .join(Thread, Thread.id == Sharing.thread_id)
        .join(Room, Room.id == Thread.room_id)
        .where(among(Room.audience_id, actor.audience_ids), *conditions)
        .order_by(Sharing.id.desc())
    )
    rows = [(sharing, thread, room) for sharing, thread, room in session.execute(first_of(query, MOST, whole))]
    shown = Shown(rows, MOST, whole)
    shown.rows = [row for row in shown.rows if permits(actor, Permission.SHARING_READ, Subject(row[2].audience_id))]
    return shown


def has_sharings(session: Session, actor: Actor) -> bool:
    """Whether there is anything at all of which the actor may read."""
    if not may_ever(actor, Permission.SHARING_READ):
        return False
    query = sa.select(Sharing.id).join(Thread, Thread.id == Sharing.thread_id).join(Room, Room.id == Thread.room_id)
    found = query.where(among(Room.audience_id, actor.audience_ids)).limit(1)
    return session.scalars(found).first() is not None


def is_to_be_asked(session: Session, actor: Actor, place: Place) -> bool:
    """「匿名で他の市町村に役立てますか」: whether the actor asked here, and has not answered this yet."""
    thread = place.thread
    subject = Subject(place.room.audience_id, author_id=thread.opened_by_id)
    if thread.kind != "consultation" or place.room.kind not in SHAREABLE_ROOMS:
        return False
    if not permits(actor, Permission.SHARING_ANSWER, subject):
        return False
    begun = list_sharings(session, actor, Sharing.thread_id == thread.id, Sharing.kind == "edition")
    return session.get(HelpAnswer, thread.id) is None and not begun


def origin_for(session: Session, actor: Actor, *, edition_id: int = 0, case_id: int = 0) -> Shared | None:
    """The consultation that an edition or a case comes from; None for whoever may not read its room."""
    column = Sharing.edition_id == edition_id if edition_id else Sharing.case_id == case_id
    sharing_id = session.scalar(sa.select(Sharing.id).where(column))
    if sharing_id is None:
        return None
    try:
        return get_sharing_for(session, actor, sharing_id)
    except NotFound:
        return None
