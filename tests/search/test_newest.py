"""The newest hits are the same, whichever way they are looked for: one by one, by months, or through all dates."""

import random
from datetime import date, datetime, timedelta

import pytest

from hub.clock import in_japan, start_of_japan_day
from hub.search import newest as module
from hub.search.corpus import Corpus
from hub.search.documents import Document, prepare
from hub.search.newest import newest
from hub.search.store import replace
from tests.factories import World

COUNT, READ, FOREIGN = 400, (1, 2), 3


@pytest.fixture
def corpus(world: World) -> Corpus:
    """Two years in no order, all in the first hours of a month, when it is still the last one in UTC; a tenth without
    a month, as people and organisations are."""
    dice = random.Random(5)
    made = []
    for n in range(COUNT):
        month = date(2025 + dice.randrange(2), 1 + dice.randrange(12), 1)
        at = start_of_japan_day(month) + timedelta(minutes=dice.randrange(9 * 60))
        months = () if n % 10 == 0 else (f"month:{in_japan(at):%Y-%m}",)
        made.append(prepare(Document("invented", n, (*READ, FOREIGN)[n % 3], "", "帳票", at, months)))
    with world.store.transaction() as session:
        replace(session, [], made)
    with world.store.read() as session:
        yield Corpus(session, READ)


def dates(corpus: Corpus) -> dict[int, tuple[datetime, int]]:
    rows = corpus.session.execute(module.sa.select(module.SearchDocument.place, module.SearchDocument.at))
    mine = [(place, at) for place, at in rows if place >> 32 in READ]
    return {corpus.number(place): (at, place) for place, at in mine}


@pytest.mark.parametrize("few", [1, 60, COUNT])
@pytest.mark.parametrize("limit", [1, 20, 150, COUNT])
def test_the_newest_come_first(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, few: int, limit: int) -> None:
    """Seen to fail with months that begin in UTC, and without what has no month."""
    monkeypatch.setattr(module, "FEW", few)
    known, dice = dates(corpus), random.Random(limit)
    for part in (1.0, 0.5, 0.1):
        chosen = [number for number in known if dice.random() < part]
        hits = sum(1 << number for number in chosen)
        expected = sorted(chosen, key=known.__getitem__, reverse=True)[:limit]
        assert newest(corpus, hits, limit) == expected
    assert newest(corpus, 0, limit) == []
