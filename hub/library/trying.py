"""What somebody who thinks of doing the same asks first: who near us has done it, and what they changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.library.nearness import COPIED, distance
from hub.library.viewing import AdoptionRow
from hub.people.models import Organisation


@dataclass(frozen=True)
class Adopters:
    """`taken`: those who try it or have taken it up; `others` consider it, declined it or have ended it. For people of
    a municipality both begin with the bodies nearest to theirs, for others they are in the order of codes."""

    taken: list[AdoptionRow]
    others: list[AdoptionRow]
    nearest: bool


def adopters_for(session: Session, actor: Actor, rows: Iterable[AdoptionRow]) -> Adopters:
    """Of all that is recorded of a case, without what the reader's own body does."""
    mine = session.get_one(Organisation, actor.organisation_id)
    shown = [row for row in rows if row.body.id != mine.id]
    near = mine.side == "municipality"
    if near:
        shown.sort(key=lambda row: distance(mine, row.body))
    taken = [row for row in shown if row.adoption.state in COPIED]
    return Adopters(taken, [row for row in shown if row not in taken], near)
