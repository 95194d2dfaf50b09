"""Which tags somebody gets to see by name."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.ids import numbers_of
from hub.library.models import Case, CaseTag, Tag
from hub.library.sight import within_sight


def shown_tags(actor: Actor) -> sa.ColumnElement[bool]:
    """Of Tag: those that the prefecture looks after, and those of cases that the actor may read. A free tag of another
    town's draft says what that town is at."""
    carried = sa.select(CaseTag.tag_id).join(Case, Case.id == CaseTag.case_id).where(within_sight(actor))
    return sa.or_(Tag.group_id.is_not(None), Tag.id.in_(carried))


def tag_ids(session: Session, actor: Actor, values: Iterable[str]) -> list[str]:
    """The ids that an address means by ids or names, synonyms followed; what is no tag that the actor may see is left
    out."""
    wanted = list(values)
    numbers = numbers_of(wanted)
    found = sa.or_(Tag.id.in_(numbers), Tag.name.in_(wanted))
    if not wanted:
        return []
    meant = sa.select(sa.func.coalesce(Tag.synonym_of_id, Tag.id)).where(found)
    ids = list(session.scalars(meant.order_by(Tag.id)))
    shown = set(session.scalars(sa.select(Tag.id).where(Tag.id.in_(ids), shown_tags(actor))))
    return list(dict.fromkeys(str(id_) for id_ in ids if id_ in shown))


def list_tag_names(session: Session, actor: Actor) -> list[str]:
    """What the form offers while somebody types: governed tags first, then free ones of cases that they may read."""
    query = sa.select(Tag.name).where(Tag.synonym_of_id.is_(None), shown_tags(actor))
    return list(session.scalars(query.order_by(Tag.group_id.is_(None), Tag.name).limit(300)))
