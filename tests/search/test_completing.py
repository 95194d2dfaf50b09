"""Which words a beginning is completed to, where there are more than are looked at."""

import pytest

from hub.search import repair
from hub.search.corpus import Corpus
from hub.search.repair import complete
from hub.threads.commands import DeleteMessage
from hub.threads.services.editing import delete_message
from tests.factories import World
from tests.search.finding import index

# How often each stands in messages of the room, and of the other one.
WORDS = {"ゾルア": (1, 9), "ゾルイロハ": (2, 0), "ゾルカ": (2, 0), "ゾルサシ": (3, 0), "ゾルタ": (1, 0)}
ORDER = ["ゾルサシ", "ゾルカ", "ゾルイロハ", "ゾルア", "ゾルタ"]


@pytest.fixture
def written(world: World) -> World:
    mine = world.thread(world.room, title="窓口", body="はじめ")
    foreign = world.thread(world.foreign_room, title="窓口", body="はじめ", by="foreign_officer")
    for word, (here, there) in WORDS.items():
        for _ in range(here):
            world.message(mine, f"「{word}」")
        for _ in range(there):
            world.message(foreign, f"「{word}」", by="foreign_officer")
    index(world)
    return world


def completed(world: World, limit: int = 8) -> list[str]:
    with world.store.read() as session:
        return complete(Corpus(session, world.actor("officer").audience_ids), "ゾル", limit)


@pytest.mark.parametrize("most", [1, 2, 3, 4, 200])
def test_the_commonest_for_the_reader_come_first_then_the_shortest_then_by_letters(written, monkeypatch, most):
    """Seen to fail without the order, with foreign documents counted, and without the length in either order."""
    monkeypatch.setattr(repair, "MOST_COMPLETED", most)
    assert completed(written) == ORDER[:most]


def test_what_is_waiting_for_the_index_is_not_counted(written):
    """Seen to fail with the numbers of the query taken instead of the reader's."""
    thread = written.thread(written.room, title="別", body="はじめ")
    last = [written.message(thread, "「ゾルタ」") for _ in range(4)]
    index(written)
    assert completed(written, 1) == ["ゾルタ"]
    for message in last:
        written.write(delete_message, "officer", DeleteMessage(message.message_id))
    assert completed(written) == ORDER
