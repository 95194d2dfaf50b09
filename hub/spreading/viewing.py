"""What the pages of a case show of its spreading."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.library.models import Adoption, Case
from hub.library.sight import published
from hub.library.tombstones import Tombstone, tombstones
from hub.library.viewing import CaseView
from hub.people.models import Organisation
from hub.rooms.queries import list_municipalities
from hub.security.permissions import Permission, may_ever
from hub.spreading.drawing import Picture, draw
from hub.spreading.lineage import Node, lineage_of
from hub.spreading.models import Predecessor
from hub.spreading.queries import ListedItem, checklist_of, count_items, count_ticks
from hub.spreading.tilemap import Map, tiles


@dataclass(frozen=True)
class Earlier:
    """A predecessor as those who work on the case see it; without a title when they may not read it (any more)."""

    case_id: int
    title: str
    note: str
    gone: Tombstone | None


@dataclass(frozen=True)
class SpreadView:
    """`checklist` is of the reader's own body; `done` by adoption and `to_do` by stage are for the DX section."""

    nodes: list[Node]
    picture: Picture
    predecessors: list[Earlier]
    checklist: list[ListedItem]
    done: dict[int, int]
    to_do: dict[str, int]


def spread_of(session: Session, actor: Actor, view: CaseView) -> SpreadView:
    case = view.place.case
    nodes = lineage_of(session, actor, case.id) if case.published_version else []
    own = view.own.adoption if view.own and view.own.adoption.confirmed_at else None
    counts = may_ever(actor, Permission.CHECKLIST_EDIT)
    return SpreadView(
        nodes,
        draw(nodes),
        _predecessors(session, actor, case.id) if view.place.works else [],
        checklist_of(session, own) if own else [],
        count_ticks(session, Adoption.case_id == case.id) if counts else {},
        count_items(session) if counts else {},
    )


def _predecessors(session: Session, actor: Actor, case_id: int) -> list[Earlier]:
    linked = sa.select(Predecessor.predecessor_id, Predecessor.note).where(Predecessor.case_id == case_id)
    notes = dict(session.execute(linked.order_by(Predecessor.predecessor_id)).all())
    readable = sa.select(Case.id, Case.title).where(Case.id.in_(notes), published(actor))
    titles, gone = dict(session.execute(readable).all()), tombstones(session, actor, Case.id.in_(notes))
    return [
        Earlier(id_, titles.get(id_, ""), note if id_ in titles else "", gone.get(id_)) for id_, note in notes.items()
    ]


def adoption_map(session: Session, view: CaseView) -> Map[Adoption]:
    """The members among the municipalities, each with what it does with the case."""
    return Map(tiles(municipalities(session), {row.body.id: row.adoption for row in view.adoptions}))


def municipalities(session: Session) -> list[Organisation]:
    """By 団体コード, those without one last: an order that is no ranking."""
    found = [o for o in list_municipalities(session) if o.side == "municipality"]
    return sorted(found, key=lambda o: (not o.code, o.code or "", o.id))
