"""What waits for one person. Everything comes from rooms that the actor may read and that are not archived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import in_japan, japan_today, utc_now
from hub.feed.contracts import ChargeData
from hub.people.accompanying import own_seats
from hub.people.models import Organisation, Posting, Section, Staff
from hub.rooms.models import Room
from hub.shown import Shown, first_of
from hub.threads.consultations.in_charge import IN_CHARGE
from hub.threads.consultations.models import Consultation
from hub.threads.listing import ThreadRow, thread_rows
from hub.threads.models import Acknowledgement, Thread

MOST = 100
URGENCIES = ("urgent", "soon")


@dataclass(frozen=True)
class Item:
    """`since`: the moment from which the thread has waited. `charge`: who is in charge; `mine`: the actor is. `asked`:
    the actor opened it."""

    row: ThreadRow
    room: Room
    since: datetime
    organisation: str = ""
    mine: bool = False
    charge: str = ""
    asked: bool = False

    @property
    def days(self) -> int:
        """How many days ago, in Japan, the waiting began."""
        return (japan_today() - in_japan(self.since).date()).days


def open_readable(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(Room.audience_id.in_(actor.audience_ids), Room.archived_at.is_(None))


def own_consultations(session: Session, actor: Actor) -> list[Item]:
    """The open and answered consultations of the actor's body, the last changed first."""
    query = consultations(actor).where(
        Consultation.organisation_id.in_(actor.organisation_ids), Consultation.state.in_(("open", "answered"))
    )
    rows = session.execute(query.order_by(Consultation.changed_at.desc(), Thread.id.desc()).limit(MOST)).all()
    return items_of(session, actor, rows)


def consultations(actor: Actor) -> sa.Select[Thread, Room, datetime, int, str]:
    """What `items_of` reads."""
    return (
        sa.select(Thread, Room, Consultation.changed_at, IN_CHARGE, Organisation.name)
        .join(Room, Room.id == Thread.room_id)
        .join(Consultation, Consultation.thread_id == Thread.id)
        .join(Organisation, Organisation.id == Consultation.organisation_id)
        .where(open_readable(actor))
    )


def items_of(session: Session, actor: Actor, rows: Sequence[tuple[Thread, Room, datetime, int, str]]) -> list[Item]:
    mine = own_seats(session, actor).duty_ids
    shown = thread_rows(session, actor, [row[0] for row in rows])
    return [
        Item(
            row, room, since, name, duty_id in mine, _name_of(row.data["charge"]), thread.opened_by_id == actor.staff_id
        )
        for row, (thread, room, since, duty_id, name) in zip(shown, rows, strict=True)
    ]


def _name_of(charge: ChargeData | None) -> str:
    return (charge["name"] or charge["duty"]) if charge else ""


def by_waiting(item: Item) -> tuple[object, ...]:
    urgency = item.row.data["urgency"]
    rank = URGENCIES.index(urgency) if urgency in URGENCIES else len(URGENCIES)
    return in_japan(item.since).date(), rank, item.since, int(item.row.data["thread_id"])


def unconfirmed_notices(session: Session, actor: Actor, *, whole: bool = False) -> Shown[Item]:
    """Notices of others that nobody of the actor's body has confirmed, the newest first."""
    ours = (
        sa.select(Posting.id)
        .join(Section, Section.id == Posting.section_id)
        .where(Section.organisation_id.in_(actor.organisation_ids))
    )
    confirmed = sa.exists().where(Acknowledgement.thread_id == Thread.id, Acknowledgement.posting_id.in_(ours))
    query = (
        sa.select(Thread, Room)
        .join(Room, Room.id == Thread.room_id)
        .where(open_readable(actor), Thread.kind == "notice", ~confirmed, Thread.opened_posting_id.not_in(ours))
        .order_by(Thread.created_at.desc(), Thread.id.desc())
    )
    rows = session.execute(first_of(query, MOST, whole)).all()
    shown = thread_rows(session, actor, [thread for thread, _room in rows])
    items = [Item(row, room, thread.created_at) for row, (thread, room) in zip(shown, rows, strict=True)]
    return Shown(items, MOST, whole)


def own_support_room(session: Session, actor: Actor) -> Room | None:
    """Where the actor's body asks; with several bodies (併任) that of the main posting first."""
    query = sa.select(Room).where(
        open_readable(actor), Room.kind == "support", Room.organisation_id.in_(actor.organisation_ids)
    )
    main_first = sa.case((Room.organisation_id == actor.organisation_id, 0), else_=1)
    return session.scalars(query.order_by(main_first, Room.id)).first()


def dx_section_name(session: Session) -> str:
    """「某県 デジタル推進課」: whom to ask. Empty as long as the section has not been named."""
    query = sa.select(Organisation.name, Section.name).join(Section, Section.organisation_id == Organisation.id)
    found = session.execute(query.where(Section.is_dx)).first()
    return " ".join(found) if found else ""


def managers_of(session: Session, actor: Actor) -> Sequence[str]:
    """The names of those who manage the actor's body today."""
    now = utc_now()
    query = sa.select(Staff.name).join(Posting, Posting.staff_id == Staff.id).join(Section)
    query = query.where(Posting.role == "manager", Section.organisation_id.in_(actor.organisation_ids))
    query = query.where(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
    return session.scalars(query.where(Staff.disabled_at.is_(None)).distinct().order_by(Staff.name)).all()
