"""The groups in force: the shipped ones, without those that were replaced or taken away, and the prefecture's own."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.errors import NotFound
from hub.search.models import SearchState, SynonymGroup
from hub.search.synonyms import Synonyms, group_key, shipped_groups

_made: dict[int, Synonyms] = {}  # by the version of the groups; the newest alone is kept


class Group(NamedTuple):
    """`key` names a shipped group that this is or replaces, `id` a row of the prefecture's own."""

    words: tuple[str, ...]
    origin: str  # shipped, own, import
    key: str = ""
    id: int = 0


def groups_in_force(session: Session) -> list[Group]:
    rows = session.scalars(sa.select(SynonymGroup).order_by(SynonymGroup.id)).all()
    replaced = {row.replaces for row in rows if row.replaces}
    shipped = [Group(words, "shipped", group_key(words)) for words in shipped_groups()]
    kept = [group for group in shipped if group.key not in replaced]
    return [Group(tuple(r.words), r.origin, r.replaces or "", r.id) for r in rows if len(r.words) > 1] + kept


def current_synonyms(session: Session) -> Synonyms:
    """Made once for each change of the groups."""
    version = session.execute(sa.select(SearchState.synonyms_version)).scalar() or 0
    made = _made.get(version)
    if made is None:
        made = Synonyms(group.words for group in groups_in_force(session))
        _made.clear()
        _made[version] = made
    return made


def row_of(session: Session, group_id: int | None, replaces: str | None) -> SynonymGroup:
    """The own group, or the one that replaces a shipped group or will. Raises NotFound."""
    if group_id:
        row = session.get(SynonymGroup, group_id)
    elif replaces in shipped_keys():
        found = session.scalars(sa.select(SynonymGroup).where(SynonymGroup.replaces == replaces)).first()
        row = found or SynonymGroup(replaces=replaces)
    else:
        row = None
    if row is None:
        raise NotFound
    return row


def shipped_keys() -> set[str]:
    return {group_key(group) for group in shipped_groups()}
