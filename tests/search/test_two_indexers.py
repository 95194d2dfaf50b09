"""Two workers at the same outbox, and people who write meanwhile: nothing is lost, doubled or stuck."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from hub.search.models import SearchChange, SearchState
from hub.threads.commands import DeleteMessage, MoveThread
from hub.threads.services.editing import delete_message
from hub.threads.services.moving import move_thread
from tests.search.consistency import contradictions
from tests.search.finding import found

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60


@contextmanager
def indexing(world, count: int) -> Iterator[None]:
    """So many processes, all at work; they must end without a fault."""
    url = world.store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.search.indexer_process", url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(count)]
    try:
        assert [p.stdout.readline() for p in processes] == ["ready\n"] * count
        yield
    finally:
        said = [p.communicate()[0].strip() for p in processes]
    assert said == ["0"] * count


def wait_until_done(world) -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        with world.store.read() as session:
            state = session.get(SearchState, 1)
            if not session.scalar(sa.select(SearchChange.id).limit(1)) and state and state.cursor is None:
                return
        time.sleep(0.02)
    raise AssertionError("the outbox does not become empty")


def test_nothing_is_lost_doubled_or_stuck(world):
    """Seen to fail with the outbox emptied in a commit of its own before the one that indexes."""
    gone = []
    with indexing(world, 2):
        for n in range(12):
            thread = world.thread(world.room, title=f"整理番号{n}の相談", body="帳票の様式を変えたい")
            gone.append(world.message(thread, body="解約金の話").message_id)
            world.message(thread, body=f"付箋{n}を貼った")
            world.write(delete_message, "officer", DeleteMessage(gone[-1]))
            if n % 4 == 0:
                world.write(move_thread, "supporter", MoveThread(thread.thread_id, world.foreign_room))
        wait_until_done(world)
    with world.store.read() as session:
        assert contradictions(session) == []
    assert found(world, "officer", "付箋").total == 9
    assert found(world, "foreign_officer", "付箋").total == 3
    assert found(world, "supporter", "解約金").total == 0
