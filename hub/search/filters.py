"""From `団体:吉岡町` to documents: names that people type become facets, looked up among what the reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today, start_of_japan_day
from hub.search.analysis import fold
from hub.search.blocks import row_of
from hub.search.corpus import Corpus
from hub.search.documents import facet_key
from hub.search.language import Filter
from hub.search.models import SearchDocument
from hub.search.naming import facets_named
from hub.search.period import parse_period
from hub.search.period_names import Period

# A tag may come from a draft, a name from a body elsewhere: that it exists is told by what the reader may read alone.
TOLD_BY_DOCUMENTS = {"tag", "by"}


@dataclass
class Narrowed:
    """The bits that filters leave (ones also where no document stands), and those filters that name nothing."""

    bits: int
    unknown: list[Filter] = field(default_factory=list)

    @property
    def unmet(self) -> bool:
        """Something that nobody knows is wanted, so nothing can have it; without it (`-タグ:…`) is everything."""
        return any(not wanted.excluded for wanted in self.unknown)


def narrow(session: Session, actor: Actor, corpus: Corpus, filters: Iterable[Filter]) -> Narrowed:
    """Values of the same field are alternatives, fields combine."""
    result = Narrowed(corpus.ones)
    by_field: dict[str, int] = {}
    for wanted in filters:
        found = _bits(session, actor, corpus, wanted)
        if found is None:
            result.unknown.append(wanted)
        if wanted.excluded:
            result.bits &= ~(found or 0)
        else:
            by_field[wanted.field] = by_field.get(wanted.field, 0) | (found or 0)
    for bits in by_field.values():
        result.bits &= bits
    return result


def _bits(session: Session, actor: Actor, corpus: Corpus, wanted: Filter) -> int | None:
    if wanted.field == "period":
        period = parse_period(wanted.value, japan_today())
        return None if period is None else _during(corpus, period)
    named = list(facets_named(session, actor, wanted.field, fold(wanted.value)))
    # A whole name wins over names that it is a part of: a link to 吉岡 leads nowhere else. A name that none may know of
    # wins only by documents of the reader.
    for facets in ([n.facet for n in named if n.whole], [n.facet for n in named]):
        bits = with_facets(corpus, facets)
        if bits or (facets and wanted.field not in TOLD_BY_DOCUMENTS):
            return bits
    return None


def with_facets(corpus: Corpus, facets: Iterable[str]) -> int:
    return reduce(or_, each_facet(corpus, facets).values(), 0)


def each_facet(corpus: Corpus, facets: Iterable[str]) -> dict[str, int]:
    """The documents of each."""
    keys = {facet: facet_key(facet) for facet in facets}
    ids = corpus.ids(keys.values())
    bits = corpus.bits(set(ids.values()))
    return {facet: bits.get(ids[key], 0) for facet, key in keys.items()}


def _during(corpus: Corpus, period: Period) -> int:
    """Whole months by their facet, the days at the edges by date."""
    start, end = period.start or date(1970, 1, 1), period.end or japan_today() + timedelta(days=2)
    first = start if start.day == 1 else _next_month(start)
    months, month = [], first
    while _next_month(month) <= end and month.year < 2200:
        months.append(f"month:{month:%Y-%m}")
        month = _next_month(month)
    if not months:
        return _on_days(corpus, start, end)
    return with_facets(corpus, months) | _on_days(corpus, start, first) | _on_days(corpus, month, end)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _on_days(corpus: Corpus, start: date, end: date) -> int:
    if start >= end:
        return 0
    query = sa.select(SearchDocument.place).where(
        SearchDocument.audience_id.in_(corpus.audiences),
        SearchDocument.at >= start_of_japan_day(start),
        SearchDocument.at < start_of_japan_day(end),
    )
    return row_of(map(corpus.number, corpus.session.scalars(query)), corpus.length) & ~corpus.hidden_bits
