"""Which of the documents that were found are the newest, for results in order of time."""

import heapq
from datetime import date, datetime

import sqlalchemy as sa

from hub.clock import start_of_japan_day
from hub.search.blocks import numbers
from hub.search.corpus import Corpus
from hub.search.documents import facet_key
from hub.search.models import SearchDocument, SearchTerm

FEW = 2_000  # whose dates are fetched one by one
_MONTH = facet_key("month:")


def newest(corpus: Corpus, hits: int, limit: int) -> list[int]:
    """Their numbers, newest first. Of many hits only those of the last months are looked at that hold enough."""
    since = None
    if hits.bit_count() > FEW:
        hits, since = _of_the_last_months(corpus, hits, limit)
    if since is None or hits.bit_count() <= FEW:
        return _by_their_dates(corpus, hits, limit)
    return _by_all_dates(corpus, hits, limit, since)


def _of_the_last_months(corpus: Corpus, hits: int, limit: int) -> tuple[int, datetime | None]:
    """As many of the last months as hold `limit` hits, with what has no month (people, organisations) and may be of
    any time; and when these months begin."""
    rows = corpus.session.execute(sa.select(SearchTerm.key, SearchTerm.id).where(SearchTerm.key.startswith(_MONTH)))
    months = {date.fromisoformat(f"{key.removeprefix(_MONTH)}-01"): id_ for key, id_ in rows}
    bits = {term: row & hits for term, row in corpus.bits(months.values()).items()}
    chosen, timeless = 0, hits
    for row in bits.values():
        timeless &= ~row
    for month in sorted(months, reverse=True):
        chosen |= bits[months[month]]
        if chosen.bit_count() >= limit:
            return chosen | timeless, start_of_japan_day(month)
    return hits, None


def _by_their_dates(corpus: Corpus, hits: int, limit: int) -> list[int]:
    dated = corpus.dates(numbers(hits, corpus.length))
    return [corpus.number(place) for _at, place in heapq.nlargest(limit, dated)]


def _by_all_dates(corpus: Corpus, hits: int, limit: int, since: datetime) -> list[int]:
    """Through all of the reader's documents since then, which is faster where most of them are hits."""
    row, found = hits.to_bytes(corpus.length, "little"), []
    query = sa.select(SearchDocument.place).where(
        SearchDocument.audience_id.in_(corpus.audiences), SearchDocument.at >= since
    )
    ordered = query.order_by(SearchDocument.at.desc(), SearchDocument.place.desc())
    for place in corpus.session.scalars(ordered.execution_options(yield_per=500)):
        number = corpus.number(place)
        if row[number >> 3] >> (number & 7) & 1:
            found.append(number)
            if len(found) == limit:
                break
    return found
