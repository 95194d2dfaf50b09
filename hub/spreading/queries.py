"""What has spread, through the actor: adoptions are read with their case, proposals by the town and the DX section."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.library.models import Adoption, Case
from hub.library.sight import published
from hub.people.models import Organisation
from hub.security.permissions import Permission, may_ever
from hub.shown import Shown, first_of
from hub.spreading.models import ChecklistItem, ChecklistTick, Echo

MOST_NEWS = 50


@dataclass(frozen=True)
class News:
    """An adoption that somebody has not dealt with: `body` is the adopter, `owner` has the case."""

    adoption: Adoption
    case: Case
    body: Organisation
    owner: Organisation
    echo: Echo | None


def _news(actor: Actor) -> sa.Select[Adoption, Case, Organisation, Organisation, Echo]:
    owner = sa.orm.aliased(Organisation)
    return (
        sa.select(Adoption, Case, Organisation, owner, Echo)
        .join(Case, Case.id == Adoption.case_id)
        .join(Organisation, Organisation.id == Adoption.organisation_id)
        .join(owner, owner.id == Case.organisation_id)
        .outerjoin(Echo, Echo.adoption_id == Adoption.id)
        .where(published(actor))
        .order_by(Adoption.updated_at.desc(), Adoption.id.desc())
    )


def proposed_to(actor: Actor) -> sa.ColumnElement[bool]:
    """A supporter's proposals that wait for the actor's town."""
    speaks = may_ever(actor, Permission.CASE_ADOPT)
    mine = Adoption.organisation_id == actor.organisation_id
    return sa.and_(sa.literal(speaks), mine, Adoption.confirmed_at.is_(None))


def unheard_by(actor: Actor) -> sa.ColumnElement[bool]:
    """Confirmed adoptions of the actor's body's cases that this body has not heard of in their present state."""
    speaks = may_ever(actor, Permission.CASE_THANK_ADOPTER)
    changed = sa.or_(Echo.adoption_id.is_(None), Echo.heard_state != Adoption.state)
    mine = Case.organisation_id.in_(actor.organisation_ids)
    return sa.and_(sa.literal(speaks), mine, Adoption.confirmed_at.is_not(None), changed)


def thanked(actor: Actor) -> sa.ColumnElement[bool]:
    """Thanks to the actor's body that nobody there has seen."""
    speaks = may_ever(actor, Permission.CASE_ADOPT)
    mine = Adoption.organisation_id == actor.organisation_id
    return sa.and_(sa.literal(speaks), mine, Echo.thanked_at.is_not(None), Echo.seen_at.is_(None))


def list_proposals(session: Session, actor: Actor, *, whole: bool = False) -> Shown[News]:
    return _shown(session, _news(actor).where(proposed_to(actor)), whole)


def list_unheard(session: Session, actor: Actor, *, whole: bool = False) -> Shown[News]:
    return _shown(session, _news(actor).where(unheard_by(actor)), whole)


def list_thanks(session: Session, actor: Actor, *, whole: bool = False) -> Shown[News]:
    return _shown(session, _news(actor).where(thanked(actor)), whole)


def _shown(session: Session, query: "sa.Select[*tuple[Any, ...]]", whole: bool) -> Shown[News]:
    return Shown(_rows(session, first_of(query, MOST_NEWS, whole)), MOST_NEWS, whole)


def _rows(session: Session, query: "sa.Select[*tuple[Any, ...]]") -> list[News]:
    return [News(*row) for row in session.execute(query)]


def count_news(session: Session, actor: Actor) -> int:
    """All three together, for the number beside the お知らせ箱 on every page: in one query of two halves, as an adopter
    and as an author, so that each can begin with an index."""
    if not may_ever(actor, Permission.CASE_THANK_ADOPTER):
        return 0
    every = (
        sa.select(Adoption.id)
        .join(Case, Case.id == Adoption.case_id)
        .outerjoin(Echo, Echo.adoption_id == Adoption.id)
        .where(published(actor))
    )
    waiting = sa.union(every.where(sa.or_(proposed_to(actor), thanked(actor))), every.where(unheard_by(actor)))
    return session.execute(sa.select(sa.func.count()).select_from(waiting.subquery())).scalar_one()


def get_news_for(session: Session, actor: Actor, adoption_id: int, condition: sa.ColumnElement[bool]) -> News:
    """Raises NotFound unless this adoption waits for the actor in the way that `condition` says."""
    found = _rows(session, _news(actor).where(condition, Adoption.id == adoption_id))
    if not found:
        raise NotFound
    return found[0]


def list_items(session: Session, state: str = "") -> Sequence[ChecklistItem]:
    """What stands on the lists now; of one stage or of all."""
    query = sa.select(ChecklistItem).where(ChecklistItem.retired_at.is_(None))
    if state:
        query = query.where(ChecklistItem.state == state)
    return session.scalars(query.order_by(ChecklistItem.state, ChecklistItem.position, ChecklistItem.id)).all()


@dataclass(frozen=True)
class ListedItem:
    item: ChecklistItem
    tick: ChecklistTick | None


def checklist_of(session: Session, adoption: Adoption) -> list[ListedItem]:
    """The list of the adoption's stage with its ticks; retired items only where they are ticked."""
    mine = sa.and_(ChecklistTick.item_id == ChecklistItem.id, ChecklistTick.adoption_id == adoption.id)
    query = (
        sa.select(ChecklistItem, ChecklistTick)
        .outerjoin(ChecklistTick, mine)
        .where(ChecklistItem.state == adoption.state)
        .where(sa.or_(ChecklistItem.retired_at.is_(None), ChecklistTick.item_id.is_not(None)))
        .order_by(ChecklistItem.position, ChecklistItem.id)
    )
    return [ListedItem(*row) for row in session.execute(query)]


def count_ticks(session: Session, of: sa.ColumnElement[bool]) -> dict[int, int]:
    """How many items of its present stage are ticked, by adoption."""
    query = (
        sa.select(Adoption.id, sa.func.count())
        .join(ChecklistTick, ChecklistTick.adoption_id == Adoption.id)
        .join(ChecklistItem, ChecklistItem.id == ChecklistTick.item_id)
        .where(of, ChecklistItem.state == Adoption.state, ChecklistItem.retired_at.is_(None))
        .group_by(Adoption.id)
    )
    return dict(session.execute(query).all())


def count_items(session: Session) -> dict[str, int]:
    """How many items each stage has now."""
    query = sa.select(ChecklistItem.state, sa.func.count()).where(ChecklistItem.retired_at.is_(None))
    return dict(session.execute(query.group_by(ChecklistItem.state)).all())
