"""The facets beside the results, with how many of the hits each value has."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.library.models import Tag
from hub.people.models import Field, Organisation, Posting, Section, Staff
from hub.rooms.models import Room
from hub.rooms.queries import LISTED
from hub.search.corpus import Corpus
from hub.search.documents import facet_key
from hub.search.models import SearchTerm
from hub.search.naming import KINDS, STATES

MOST_VALUES = 8
_YEAR = facet_key("year:")
_YEARS = sa.select(SearchTerm.key).where(SearchTerm.key.startswith(_YEAR))


def _named(facet: str, row: type[Room | Organisation | Field | Tag | Staff]) -> sa.Select[str, int, str]:
    return sa.select(sa.literal(facet), row.id, row.name)


_supporters = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id).where(Section.is_dx)
# One statement, made once. Of 担当 those who accompany, now or before, are counted.
_NAMED = sa.union_all(
    _named("room", Room).where(*LISTED),
    _named("org", Organisation),
    _named("field", Field),
    _named("tag", Tag).where(Tag.synonym_of_id.is_(None)),
    _named("by", Staff).where(Staff.id.in_(_supporters)),
)


@dataclass(frozen=True)
class FacetCount:
    """`value` is what the query language calls it, for state and kind the code; `name` as data calls it."""

    facet: str
    value: str
    count: int


def count_facets(session: Session, actor: Actor, corpus: Corpus, hits: int) -> list[FacetCount]:
    """Values with hits, per facet the commonest."""
    values = _values(session, actor)
    ids = corpus.ids(facet_key(key) for _facet, _value, key in values)
    held = corpus.count_among(set(ids.values()), hits)
    counts: Counter[tuple[str, str]] = Counter()
    for facet, value, key in values:
        counts[facet, value] += held[ids[facet_key(key)]]
    by_facet: defaultdict[str, list[FacetCount]] = defaultdict(list)
    for (facet, value), count in counts.items():
        if count:
            by_facet[facet].append(FacetCount(facet, value, count))
    found = []
    for rows in by_facet.values():
        found += sorted(rows, key=lambda row: -row.count)[:MOST_VALUES]
    return found


def _values(session: Session, actor: Actor) -> list[tuple[str, str, str]]:
    """(facet, value, its key); namesakes share a value."""
    found = [("kind", kind, f"kind:{kind}") for kind in KINDS]
    found += [("state", state, f"state:{state}") for state in STATES]
    named = session.connection().execute(_NAMED, {"audiences": actor.audience_ids}).all()
    found += [(facet, name, f"{facet}:{id_}") for facet, id_, name in sorted(named)]
    years = session.connection().scalars(_YEARS)
    found += [("period", _fiscal(int(key.removeprefix(_YEAR))), key[1:]) for key in sorted(years, reverse=True)]
    return found


def _fiscal(year: int) -> str:
    era, number = ("令和", year - 2018) if year > 2018 else ("平成", year - 1988)
    return f"{era}{'元' if number == 1 else number}年度"
