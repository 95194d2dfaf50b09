"""Which cases somebody sees, as conditions of statements: the reading process asks them as well."""

import sqlalchemy as sa

from hub.actor import Actor
from hub.library.models import Case
from hub.statements import among


def published(actor: Actor) -> sa.ColumnElement[bool]:
    """The cases of the library as the actor may see it: published, for them or for their own side."""
    mine = sa.or_(among(Case.audience_id, actor.audience_ids), among(Case.owners_id, actor.audience_ids))
    return sa.and_(Case.published_version.is_not(None), mine)


def within_sight(actor: Actor) -> sa.ColumnElement[bool]:
    """Of Case: what the library shows the actor, and what their own side has in hand."""
    return sa.or_(published(actor), among(Case.owners_id, actor.audience_ids))
