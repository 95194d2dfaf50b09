"""The encoder takes a second or more to open; nobody who searches waits for it."""

from collections.abc import Iterator
from threading import Event
from threading import enumerate as threads

import pytest

from hub.reading.reader import Reader
from hub.reading.registry import reading_of
from hub.search.meaning import encoder
from hub.search.searching import find
from hub.search.similar import list_similar
from tests.factories import World
from tests.reading.conftest import reader  # noqa: F401
from tests.search.finding import index
from tests.search.test_meaning import ASKED, SAID, near, shown

pytestmark = pytest.mark.once
GIVEN_UP_S = 60.0


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """As in the reading process, with an encoder that opens when the test lets it."""
    let, original = Event(), encoder._encoder

    def slow() -> object:
        let.wait(GIVEN_UP_S)
        return original()

    monkeypatch.setattr(encoder, "_encoder", slow)
    for name, fresh in (("_prepare", []), ("_begun", Event()), ("_opened", Event())):
        monkeypatch.setattr(encoder, name, fresh)
    yield let
    let.set()
    _opened()


def _opened() -> None:
    for thread in threads():
        if thread.name == "encoder":
            thread.join(GIVEN_UP_S)


def test_words_alone_answer_until_it_is_open(world: World, opened: Event) -> None:
    """And the vectors are there as soon as it is. Seen to fail without `_opened` in hub/search/meaning/encoder.py."""
    world.thread(world.room, "consultation", title=SAID, body="収集の予約を受け付ける窓口を決めたい。")
    opened.set()
    index(world)
    opened.clear()
    prepared: list[bool] = []
    encoder.open_beside(lambda: prepared.append(encoder.is_ready()))
    assert shown(world, "officer", "収集 予約") == [SAID]
    assert near(world, "officer") == {}
    opened.set()
    _opened()
    assert prepared == [False]
    assert near(world, "officer")
    assert shown(world, "officer", ASKED)[0] == SAID


def test_one_that_does_not_open_is_not_waited_for(opened: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[bool] = []
    monkeypatch.setattr(encoder, "_encoder", lambda: None)
    encoder.open_beside(lambda: prepared.append(True))
    assert not encoder.is_ready()
    _opened()
    assert not encoder.is_ready()
    assert not prepared


def test_the_reading_process_answers_by_meaning_soon(world: World, reader: Reader) -> None:  # noqa: F811
    """Seen to fail without `open_beside` being begun by hub/reading_process.py."""
    world.thread(world.room, "consultation", title=SAID, body="収集の予約を受け付ける窓口を決めたい。")
    index(world)
    asked = reading_of(find), (world.actor("officer"), ASKED), {}
    while not (answer := reader.ask(*asked)).hits:
        pass
    assert answer.hits[0].document.title == SAID
    assert reader.ask(reading_of(list_similar), (world.actor("officer"), ASKED), {})
