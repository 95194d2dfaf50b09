"""特集 as one person sees them: only cases that they may read; one without any of these is not there for readers."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.library.models import Case, Collection, CollectionCase
from hub.library.sight import published
from hub.library.tombstones import Tombstone, tombstones
from hub.people.models import Organisation
from hub.security.permissions import Permission, may_ever


@dataclass(frozen=True)
class CollectionRow:
    collection: Collection
    cases: int  # that the reader may read


@dataclass(frozen=True)
class Chosen:
    """With `gone` the case was withdrawn: neither it nor what was said of it is to be shown."""

    link: CollectionCase
    case: Case
    body: Organisation
    gone: Tombstone | None = None


def list_collections(session: Session, actor: Actor) -> list[CollectionRow]:
    """The newest first. The DX section sees what is not out yet as well."""
    counted = (
        sa.select(CollectionCase.collection_id, sa.func.count().label("cases"))
        .join(Case, Case.id == CollectionCase.case_id)
        .where(published(actor))
        .group_by(CollectionCase.collection_id)
        .subquery()
    )
    cases = sa.func.coalesce(counted.c.cases, 0)
    query = sa.select(Collection, cases).outerjoin(counted, counted.c.collection_id == Collection.id)
    if not may_ever(actor, Permission.CURATE):
        query = query.where(Collection.published_at.is_not(None), cases > 0)
    return [CollectionRow(*row) for row in session.execute(query.order_by(Collection.id.desc()).limit(100))]


def get_collection_for(session: Session, actor: Actor, collection_id: int) -> tuple[Collection, list[Chosen]]:
    """Raises NotFound when it is not there, not out, or holds nothing that the actor may read."""
    collection = session.get(Collection, collection_id)
    if collection is None:
        raise NotFound
    inside = sa.select(CollectionCase.case_id).where(CollectionCase.collection_id == collection_id)
    gone = tombstones(session, actor, Case.id.in_(inside))
    query = (
        sa.select(CollectionCase, Case, Organisation)
        .join(Case, Case.id == CollectionCase.case_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(CollectionCase.collection_id == collection_id, sa.or_(published(actor), Case.id.in_(gone)))
        .order_by(CollectionCase.position, CollectionCase.case_id)
    )
    chosen = [Chosen(*row, gone.get(row[1].id)) for row in session.execute(query)]
    if not may_ever(actor, Permission.CURATE) and (collection.published_at is None or not chosen):
        raise NotFound
    return collection, chosen


def list_collections_of(session: Session, actor: Actor, case_id: int) -> Sequence[Collection]:
    """In which collections a readable case stands, as far as they are out."""
    query = sa.select(Collection).join(CollectionCase, CollectionCase.collection_id == Collection.id)
    out = Collection.published_at.is_not(None)
    return session.scalars(query.where(CollectionCase.case_id == case_id, out).order_by(Collection.id.desc())).all()
