"""The consultations behind a figure, fetched THROUGH the actor."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.quarters.figures import Figure
from hub.rooms.models import Room
from hub.shown import Shown, first_of
from hub.statements import among
from hub.threads.listing import ThreadRow, thread_rows
from hub.threads.models import Thread

MOST = 100


@dataclass(frozen=True)
class Counted:
    row: ThreadRow
    room: str


def threads_behind(session: Session, actor: Actor, figure: Figure, *, whole: bool = False) -> Shown[Counted]:
    """The newest first, as far as the actor may read them at this moment."""
    query = sa.select(Thread, Room.name).join(Room, Room.id == Thread.room_id)
    query = query.where(among(Thread.id, figure.thread_ids), among(Room.audience_id, actor.audience_ids))
    found = session.execute(first_of(query.order_by(Thread.id.desc()), MOST, whole)).all()
    rows = thread_rows(session, actor, [thread for thread, _room in found])
    return Shown([Counted(row, room) for row, (_t, room) in zip(rows, found, strict=True)], MOST, whole)
