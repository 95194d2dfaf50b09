"""The three orders on the page, through all hits, and the pages that show them."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.people.models import Organisation
from hub.search import ordering, routes
from tests.search.finding import index

START = clock.utc_now() - timedelta(days=20)  # within the postings of the world's people
PAGE = 3


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "PAGE", PAGE)
    monkeypatch.setattr(ordering, "MOST_RANKED", 2)


@pytest.fixture
def hits(world) -> list[str]:
    """Titles in the order of their writing. The more often a text says 帳票 the better it fits; both towns are alike,
    and what stands in 県内共通 is of no body."""
    with world.store.transaction() as session:
        for town in (world.town, world.foreign_town):
            session.execute(sa.update(Organisation).where(Organisation.id == town).values(population=20_000))
    world.admit("officer", world.foreign_room)
    written = [
        ("己の古", world.room, "officer", 1),
        ("隣の一", world.foreign_room, "foreign_officer", 8),
        ("隣の二", world.foreign_room, "foreign_officer", 2),
        ("隣の三", world.foreign_room, "foreign_officer", 5),
        ("共の一", world.commons, "supporter", 7),
        ("共の二", world.commons, "supporter", 3),
        ("己の新", world.room, "officer", 4),
        ("共の三", world.commons, "supporter", 6),
    ]
    for n, (title, room, who, times) in enumerate(written):
        clock.set_source(lambda n=n: START + timedelta(days=n))
        world.thread(room, by=who, title=title, body="帳票を見直したい。" * times)
    clock.set_source(None)
    index(world)
    return [title for title, *_rest in written]


def pages(world, query: str) -> Iterator[list[str]]:
    """The titles of one page after the other, as long as there is a link to the next."""
    browser, address = world.client("officer"), f"/search?q={query}"
    while address:
        page = browser.get(address).text
        titles = re.findall(r'<h3 class="hit__title"><a[^>]*>(.*?)</a>', page)
        yield [re.sub(r"<[^>]+>", "", title) for title in titles]
        link = re.search(r'href="([^"]+)" rel="next"', page)
        address = link[1].replace("&amp;", "&") if link else ""


def in_order(world, query: str) -> list[str]:
    return [title for page in pages(world, query) for title in page]


def test_the_newest_come_first_on_all_pages(world, hits):
    """Seen to fail with no more of the newest than are ranked."""
    assert list(pages(world, "帳票&order=new")) == [hits[:-4:-1], hits[-4:-7:-1], hits[1::-1]]
    assert in_order(world, "帳票 団体:榛東村&order=new") == ["隣の三", "隣の二", "隣の一"]
    first, last = (clock.in_japan(START + timedelta(days=n)) for n in (0, 2))
    assert in_order(world, f"帳票 期間:{first:%Y-%m-%d}..{last:%Y-%m-%d}&order=new") == ["隣の二", "隣の一", "己の古"]
    assert in_order(world, "種類:話題&order=new") == hits[::-1]


def test_a_body_is_not_among_the_newest_for_having_been_indexed_just_now(world, hits):
    """Seen to fail with the moment of indexing as a body's date."""
    assert in_order(world, "団体:榛東村&order=new") == ["隣の三", "隣の二", "隣の一", "榛東村"]


def test_the_best_come_first_and_behind_those_that_are_ranked_the_newest(world, hits):
    """Seen to fail without the newest behind, and with them not taken out of the ranked."""
    assert in_order(world, "帳票") == ["隣の一", "共の一", "共の三", "己の新", "共の二", "隣の三", "隣の二", "己の古"]
    assert in_order(world, "帳票 団体:榛東村&order=relevance") == ["隣の一", "隣の三", "隣の二"]


def test_the_bodies_like_ones_own_come_first_on_all_pages(world, hits):
    """Seen to fail with the order by relevance, and with bodies gone through twice."""
    near = ["己の新", "己の古", "隣の一", "隣の三", "隣の二", "共の一", "共の三", "共の二"]
    assert in_order(world, "帳票&order=near") == near
    assert in_order(world, "帳票 -団体:吉岡町&order=near") == near[2:]


def test_pages_end_where_it_is_said_that_they_end(world, hits, monkeypatch):
    """Seen to fail without the sentence in templates/search/index.html, and without REACH in `page_of`."""
    for module in (ordering, routes):
        monkeypatch.setattr(module, "REACH", 5)
    for order in ("new", "near", "relevance"):
        assert [len(page) for page in pages(world, f"帳票&order={order}")] == [3, 2], order
    browser, words = world.client("officer"), "はじめの5件までを並べています"
    assert words not in browser.text_of("/search?q=帳票")
    assert words in browser.text_of("/search?q=帳票&page=2")
    assert words in browser.text_of("/search?q=帳票&page=99")


@pytest.mark.parametrize(
    ("number", "shown"), [("4", "己の古"), ("9" * 40, "己の古"), ("-1", "共の三"), ("x", "共の三")]
)
def test_a_page_that_is_not_there_is_the_last_or_the_first(world, hits, number, shown):
    """Seen to fail without the limit in `find`: 8 hits were said, and none was shown."""
    browser = world.client("officer")
    assert shown in browser.text_of(f"/search?q=帳票&order=new&page={number}")
    assert "該当なし" in browser.text_of(f"/search?q=ブロックチェーン&page={number}")
