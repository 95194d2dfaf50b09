"""Lists that begin with the newest say that there is more, and show it."""

from collections.abc import Callable

import pytest

from hub.library import queries as cases
from hub.sharing import queries as sharings
from hub.visits import queries as visits
from tests.factories import Browser, World
from tests.library.conftest import Library
from tests.sharing.conftest import Shared, consultation, prepared  # noqa: F401 - fixtures
from tests.visits.test_visits import ask


@pytest.mark.parametrize("count", [2, 3])
def test_drafts_in_hand(library: Library, world: World, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """An import leaves hundreds. Seen to fail with `limit` alone: nothing said that there were more than a hundred, and
    the number beside the link was a hundred."""
    monkeypatch.setattr(cases, "MOST_WORK", 2)
    for number in range(count):
        library.draft(title=f"下書き{number}")
    browser = world.client("officer")
    held(browser, "/cases/work", "下書き", count)
    assert f"書きかけ・確認待ち {count}" in browser.text_of("/cases")


@pytest.mark.parametrize("count", [2, 3])
def test_visits(library: Library, world: World, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Five years of a prefecture are more than two hundred. Seen to fail with `limit` alone."""
    monkeypatch.setattr(visits, "MOST", 2)
    for number in range(count):
        ask(world, library.published(title=f"視察先{number}"))
    held(world.client("supporter"), "/visits", "視察先", count)


def test_sharings(
    world: World,
    prepared: Callable[..., Shared],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Seen to fail with `limit` alone."""
    prepared()
    browser = world.client("officer")
    assert "すべて表示" not in browser.text_of("/sharings")
    monkeypatch.setattr(sharings, "MOST", 0)
    assert "すべて表示" not in browser.text_of("/sharings?all=1")
    assert sharings_of(world) == (0, True)


def sharings_of(world: World) -> tuple[int, bool]:
    with world.store.read() as session:
        shown = sharings.show_sharings(session, world.actor("officer"), whole=False)
        return len(shown.rows), shown.more


def held(browser: Browser, address: str, word: str, count: int) -> None:
    some, everything = browser.text_of(address), browser.text_of(f"{address}?all=1")
    rows = [some.count(f"{word}{n}") for n in range(count)]
    assert sum(rows) == 2
    assert ("新しい2件です。 すべて表示" in some) == (count > 2)
    assert [everything.count(f"{word}{n}") for n in range(count)] == [1] * count
    assert "すべて表示" not in everything
