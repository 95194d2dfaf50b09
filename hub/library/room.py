"""The room of a case: made at its first question, read by the readers of the case and by those who work on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.access_changes import Ids
from hub.audiences.models import Audience
from hub.audiences.services import DX
from hub.clock import japan_today
from hub.events.happenings import Said, happened
from hub.library.happenings import CaseShared
from hub.library.models import Case
from hub.people.models import Organisation, Posting, Section
from hub.rooms.happenings import RoomReadersChanged
from hub.rooms.models import Room
from hub.rooms.services import open_case_room
from hub.shown import Shown, first_of
from hub.threads.models import Message, Thread

MOST = 100


def ensure_room(session: Session, case: Case) -> Room:
    """The case's room. To be called with the case locked: two first questions make one room."""
    if case.room_id is not None:
        return session.get_one(Room, case.room_id)
    room = open_case_room(session, case.title, room_audience(session, case))
    room.paused_until = case.paused_until
    case.room_id = room.id
    session.flush()
    return room


def follow_case(session: Session, case: Case) -> None:
    """Name, audience and pause of the room are those of the case; open streams of others are cut at once."""
    if case.room_id is None:
        return
    room, audience_id = session.get_one(Room, case.room_id), room_audience(session, case)
    room.name, room.paused_until = case.title, case.paused_until
    if room.audience_id != audience_id:
        room.audience_id = audience_id
        happened(session, None, RoomReadersChanged(room.id))


def take_cases_along(session: Session, said: Sequence[Said]) -> None:
    """Follows whoever leaves an audience. When a municipality leaves a 研究会, its own cases for that 研究会 go back to
    it and the DX section at once: they were given to those with whom it sits together, and it goes on answering for
    them. Audiences with a key stay: what all members read is read by those who still are."""
    for _by, what in said:
        if what.organisation_ids:
            _take_along(session, what.audience_id, what.organisation_ids)


def _take_along(session: Session, audience_id: int, organisation_ids: Ids) -> None:
    theirs = sa.select(Case).join(Audience, Audience.id == Case.audience_id)
    theirs = theirs.where(Case.audience_id == audience_id, Audience.key.is_(None))
    held = sa.update(Case).where(Case.agreed_audience_id == audience_id, Case.organisation_id.in_(organisation_ids))
    session.execute(held.values(agreed_audience_id=None, approved_version=None))
    for case in session.scalars(theirs.where(Case.organisation_id.in_(organisation_ids))).all():
        case.audience_id = case.owners_id
        follow_case(session, case)
        shared = CaseShared(case_id=case.id, organisation_id=case.organisation_id, detail={"audience": "town"})
        happened(session, None, shared)


def room_audience(session: Session, case: Case) -> int:
    """That of the case; its owners' where the readers are the DX section alone (whose answers the owners give) and
    while it is not out."""
    key = session.execute(sa.select(Audience.key).where(Audience.id == case.audience_id)).scalar()
    return case.owners_id if key == DX or case.published_version is None else case.audience_id


def is_paused(case: Case) -> bool:
    return case.paused_until is not None and japan_today() <= case.paused_until


@dataclass(frozen=True)
class QuestionRow:
    """A question to the owner of a case; `answered` = somebody of its side has written in the thread."""

    thread_id: int
    title: str
    asked_by: str
    asked_at: datetime
    messages: int
    answered: bool


def list_questions(session: Session, case: Case, *, whole: bool = False) -> Shown[QuestionRow]:
    """The questions about a case, the newest first. The reader may read the case, and with it its room."""
    if case.room_id is None:
        return Shown([], MOST, whole)
    asking = sa.select(Posting.id, Organisation.id.label("body_id"), Organisation.name.label("body"))
    asking = asking.join(Section, Section.id == Posting.section_id)
    asker = asking.join(Organisation, Organisation.id == Section.organisation_id).subquery()
    query = (
        sa.select(Thread.id, Thread.title, asker.c.body, Thread.created_at, Thread.last_position, _answered(case))
        .join(asker, asker.c.id == Thread.opened_posting_id)
        .where(Thread.room_id == case.room_id)
        .order_by(Thread.id.desc())
    )
    return Shown([QuestionRow(*row) for row in session.execute(first_of(query, MOST, whole))], MOST, whole)


def _answered(case: Case) -> sa.ColumnElement[bool]:
    """Whether somebody of the case's body has written in the thread."""
    return (
        sa.exists()
        .where(Message.thread_id == Thread.id, Message.deleted_at.is_(None), Posting.id == Message.posting_id)
        .where(Section.id == Posting.section_id, Section.organisation_id == case.organisation_id)
        .where(Message.position > 1)
        .correlate(Thread)
    )
