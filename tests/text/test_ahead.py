"""What takes long to make of a text is made before the write that stores it: others wait neither in the loop nor for
the transaction."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from bench.text_speed import REPEATED
from hub import text_ahead
from hub.db import TRIES
from hub.errors import Unavailable
from hub.text import render
from hub.text_ahead import MARKS, PLAIN_CHARS, require_rendered, takes_long
from hub.threads.commands import ChangeHead, EditMessage
from hub.threads.models import Message, SummaryRevision
from hub.threads.services.editing import edit_message
from hub.threads.services.steering import change_head
from tests.factories import World

HOSTILE = ("|a|b\n|-|-\n" * 1_000)[:10_000]


class Worker:
    """A worker's loop and pool: what is made beside it, and whether a writer was in its transaction meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: list[str] = []
        self.within: list[bool] = []

    def is_cooperative(self) -> bool:
        return True

    def run(self, work: Callable[..., Any], text: str, more: Any) -> Any:
        self.made.append(f"{work.__name__} {text}")
        writer = self.world.store._writer
        self.within.append(bool(getattr(writer, "locked", lambda: False)()))
        return work(text, more)


@pytest.fixture
def worker(world: World, monkeypatch: pytest.MonkeyPatch) -> Worker:
    made = Worker(world)
    monkeypatch.setattr(text_ahead, "pool", made)
    return made


def html_of(world: World, column: Any) -> list[str]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(column)))


def test_every_way_of_writing_makes_a_long_text_outside_its_transaction(world: World, worker: Worker) -> None:
    """0.2 s in the transaction before. Seen to fail with `render` in each of the services, one at a time."""
    thread = world.thread(world.room, body=f"開く{HOSTILE}"[:10_000])
    said = world.message(thread, f"投稿{HOSTILE}"[:10_000])
    world.write(edit_message, "officer", EditMessage(said.message_id, f"編集@{HOSTILE}"[:10_000], 1))
    world.note(thread, f"メモ{HOSTILE}"[:10_000])
    world.write(
        change_head, "supporter", ChangeHead(thread.thread_id, body=f"要約{HOSTILE}"[:2_000], summary_version=0)
    )
    assert [made.partition("|")[0] for made in worker.made] == [
        "plain_title 開く",
        "render 開く",
        "render 投稿",
        "find_mentions 編集@",
        "render 編集@",
        "render メモ",
        "render 要約",
    ]
    assert not any(worker.within)
    kept = html_of(world, Message.body_html) + html_of(world, SummaryRevision.body_html)
    texts = [made.partition(" ")[2] for made in worker.made]
    assert set(kept) == {render(texts[n]) for n in (1, 4, 6)}
    assert [world.message(thread, "つづき").position] == [3]


def test_small_texts_are_made_at_once(world: World, worker: Worker) -> None:
    thread = world.thread(world.room, body="ふつうの相談です。\n" * 20)
    world.message(thread, "はい。" * 300)
    assert worker.made == []


def test_a_post_that_is_tried_again_counts_once(world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen to fail with `pace_room` ahead of the text."""
    paced: list[int] = []
    thread = world.thread(world.room)
    monkeypatch.setattr(
        "hub.threads.services.deciding.pace_room", lambda _session, _actor, room_id: paced.append(room_id)
    )
    world.message(thread, HOSTILE)
    assert paced == [world.room]


def test_names_are_those_of_the_moment_of_the_write(world: World, worker: Worker) -> None:
    """Seen to fail when what was made does not depend on the names."""
    thread = world.thread(world.room, body=f"@県 四季 さん\n\n{HOSTILE}"[:10_000])
    assert 'class="mention"' in html_of(world, Message.body_html)[0]
    assert thread.thread_id


def test_several_texts_are_asked_for_together(world: World, worker: Worker) -> None:
    """An edition of sixty messages is tried twice, not sixty times. Seen to fail with the first text alone."""
    texts = [f"{n}{HOSTILE}"[:400] for n in range(60)]
    tried: list[int] = []

    def service(session: Any, _actor: Any, _command: None) -> int:
        tried.append(1)
        require_rendered(session, texts)
        return len(session.info["ahead"])

    assert world.write(service, "officer", None) == 60
    assert len(tried) == 2


def test_what_never_has_enough_is_given_up(world: World, worker: Worker) -> None:
    def service(session: Any, _actor: Any, _command: None) -> None:
        require_rendered(session, [f"{len(worker.made)}{HOSTILE}"])

    with pytest.raises(Unavailable):
        world.write(service, "officer", None)
    assert len(worker.made) == TRIES


@pytest.mark.parametrize("kind", sorted(REPEATED))
def test_no_text_that_is_made_at_once_takes_long(kind: str) -> None:
    """Of every kind of bench/text_speed.py as much as is still made at once. By the count of marks and lines, of which
    each takes about 0.05 ms: the figures stand in docs/reliability.md."""
    text = REPEATED[kind]
    longest = 0
    for times in range(1, PLAIN_CHARS // len(text) + 2):
        if takes_long(text * times):
            break
        longest = times
    marks = sum(1 for _mark in text_ahead._MARK.finditer(text * longest))
    assert marks <= MARKS
    assert len(text) * longest <= PLAIN_CHARS
    assert not takes_long("本日の会議の議事録を共有します。\n" * 40)
