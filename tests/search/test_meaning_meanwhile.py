"""What is narrowed, removed or redacted while somebody asks by meaning: neither hit, nor score, nor count."""

from collections.abc import Callable
from typing import Any

import pytest

from hub.library.commands import ShareCase, WithdrawCase
from hub.library.services.published import share_case, withdraw_case
from hub.search.indexer import index_changes
from hub.search.meaning.memory import Memory
from hub.search.meaning.nearness import Nearness
from hub.search.searching import find
from hub.search.similar import list_similar
from hub.threads.commands import DeleteMessage, MoveThread, RedactThread
from hub.threads.services.editing import delete_message
from hub.threads.services.moving import move_thread
from hub.threads.services.redacting import redact_thread
from tests.factories import World
from tests.library.conftest import Library
from tests.search.finding import index

ASKED, SAID = (
    "Collection of bulky garbage",
    "粗大ごみの収集",
)  # no word is the same, so all that is told is told by meaning
Change = Callable[[], object]
OFFICIAL = "犬が死んだときは、三十日以内に届け出てください。"
WAYS = ["narrowed", "withdrawn", "moved", "redacted", "answer deleted"]


def change_of(world: World, way: str) -> tuple[str, str, Change]:
    """Who asks what, and what happens to what is nearest to it."""
    if way in ("narrowed", "withdrawn"):
        case_id = Library(world).published(title=SAID, background="予約を電話からフォームに変えた。")
        narrowed, withdrawn = ShareCase(case_id, "town"), WithdrawCase(case_id)
        if way == "narrowed":
            return "foreign_officer", ASKED, lambda: world.write(share_case, "supporter", narrowed)
        return "foreign_officer", ASKED, lambda: world.write(withdraw_case, "supporter", withdrawn)
    thread = world.thread(world.room, "consultation", title=SAID, body="収集の予約を受け付ける窓口を決めたい。")
    if way == "moved":
        move = MoveThread(thread.thread_id, world.foreign_room)
        return "officer", ASKED, lambda: world.write(move_thread, "supporter", move)
    if way == "redacted":
        redaction = RedactThread(thread.thread_id, "title", "個人情報")
        return "officer", ASKED, lambda: world.write(redact_thread, "manager", redaction)
    said = world.message(thread, body=OFFICIAL, by="supporter", mark="official")
    return (
        "officer",
        "ペットの死亡の手続",
        lambda: world.write(delete_message, "supporter", DeleteMessage(said.message_id)),
    )


def seen(world: World, who: str, text: str) -> list[object]:
    """All that an answer says: hits, scores, counts; in the search and while somebody types."""
    actor = world.actor(who)
    with world.app.app_context():
        answer = world.store.read_apart(find, actor, text)
        similar = world.store.read_apart(list_similar, actor, text)
    rows = [(h.document.kind, h.document.ref_id, h.score) for h in (*answer.hits, *answer.also, *similar)]
    return [answer.total, answer.loosened, answer.facets, *rows]


def in_the_middle(monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """`change` is committed once rows were chosen for comparing, before the first are compared."""
    original: Any = Nearness._compared

    def compared(self: Nearness, rows: Any) -> Any:
        monkeypatch.undo()
        change()
        return original(self, rows)

    monkeypatch.setattr(Nearness, "_compared", compared)


@pytest.mark.parametrize("way", WAYS)
def test_it_is_gone_for_who_asks_next_whatever_memory_holds(world: World, monkeypatch: pytest.MonkeyPatch, way: str):
    """A question that is under way is answered as of its one moment, before or after: never with what it was in one
    place and what it is in another. Seen to fail without `hidden` in hub/search/meaning/nearness.py."""
    who, text, change = change_of(world, way)
    index(world)
    before = seen(world, who, text)
    assert len(before) > 3, "nothing to be changed is no proof"
    in_the_middle(monkeypatch, change)
    actor = world.actor(who)
    under_way = world.store.read_apart(find, actor, text)
    rows = [(h.document.kind, h.document.ref_id, h.score) for h in (*under_way.hits, *under_way.also)]
    assert [under_way.total, under_way.loosened, under_way.facets, *rows] == before[: 3 + len(rows)]
    gone = seen(world, who, text)
    assert [row for row in gone[3:] if row in before] == []
    while index_changes(world.store):
        pass
    assert [row for row in seen(world, who, text)[3:] if row in before] == []


@pytest.mark.parametrize("way", WAYS)
def test_another_question_that_learns_of_it_meanwhile_leaves_nothing_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch, way: str
):
    """Memory moves under the question, and the free row gets another's vectors. Seen to fail without `_if_still` in
    hub/search/meaning/nearness.py: a foreign text gave its score to a document of the reader."""
    who, text, change = change_of(world, way)
    index(world)
    assert len(seen(world, who, text)) > 3

    def change_and_look() -> None:
        change()
        room, by = (world.foreign_room, "foreign_officer") if who == "officer" else (world.room, "officer")
        world.thread(room, "consultation", title=text, body=text, by=by)
        index(world)
        seen(world, "supporter", text)

    in_the_middle(monkeypatch, change_and_look)
    actor = world.actor(who)
    answer = world.store.read_apart(find, actor, text)
    assert (answer.total, [*answer.hits, *answer.also]) == (0, [])


def test_memory_is_of_the_moment_of_who_asks(world: World, monkeypatch: pytest.MonkeyPatch):
    """Also where everything happens just before the vectors are read: what was moved is its new readers' alone."""
    who, text, change = change_of(world, "moved")
    index(world)
    original = Memory.refresh

    def refresh(self: Memory, *given: Any) -> None:
        monkeypatch.undo()
        change()
        index(world)
        original(self, *given)

    monkeypatch.setattr(Memory, "refresh", refresh)
    world.store.read_apart(find, world.actor(who), text)
    assert seen(world, who, text)[3:] == []
    assert len(seen(world, "foreign_officer", text)) > 3
