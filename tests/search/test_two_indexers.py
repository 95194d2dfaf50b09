"""Two workers at the same outbox, and people who write meanwhile: nothing is lost, doubled or stuck."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from hub.errors import Unavailable
from hub.reading.reader import ReadingEnded, ReadingFailed
from hub.search import indexer, preparing
from hub.search.index_state import begin_rebuild, index_version
from hub.search.models import SearchChange, SearchState
from hub.threads.commands import DeleteMessage, EditMessage, MoveThread
from hub.threads.services.editing import delete_message, edit_message
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


def test_a_rebuild_does_not_bring_back_what_went_while_it_read(world, monkeypatch):
    """Between reading and writing a step of a rebuild another worker works off a deletion. Seen to fail with the
    documents written as they were read."""
    thread = world.thread(world.room, title="帳票の相談", body="様式を変えたい")
    going, gone = world.message(thread, body="解約金の話").message_id, []
    work_off_all(world)
    world.store.write_apart(begin_rebuild)
    read = world.store.read_apart

    def read_slowly(work, *args):
        found_then = read(work, *args)
        if ("message", int(going)) in args[0] and not gone:
            gone.append(going)
            world.write(delete_message, "officer", DeleteMessage(going))
            assert indexer.index_changes(world.store)
        return found_then

    monkeypatch.setattr(world.store, "read_apart", read_slowly)
    while indexer.work_off(world.store):
        pass
    with world.store.read() as session:
        assert contradictions(session) == []
    assert found(world, "supporter", "解約金").total == 0


def test_nothing_goes_into_an_index_that_will_be_emptied(world):
    """Seen to fail while the outbox was worked off before a rebuild began: the text was found, then not."""
    world.thread(world.room, title="帳票の相談", body="様式を変えたい")
    assert indexer.work_off(world.store)
    with world.store.read() as session:
        assert session.get_one(SearchState, 1).version == index_version()
        assert session.scalar(sa.select(SearchChange.id).limit(1)) is not None
    work_off_all(world)
    assert found(world, "officer", "様式").total == 1


def test_a_slow_worker_does_not_take_later_changes_for_those_it_read(world, monkeypatch):
    """Another worker empties the outbox meanwhile, and more is written. Seen to fail on SQLite where the numbers of
    changes came back."""
    thread = world.thread(world.room, title="帳票の相談", body="様式を変えたい")
    work_off_all(world)
    message = world.message(thread, body="解約金の話").message_id
    read = world.store.read_apart

    def read_slowly(work, *args):
        monkeypatch.setattr(world.store, "read_apart", read)
        prepared = read(work, *args)
        work_off_all(world)
        world.write(delete_message, "officer", DeleteMessage(message))
        return prepared

    monkeypatch.setattr(world.store, "read_apart", read_slowly)
    work_off_all(world)
    with world.store.read() as session:
        assert contradictions(session) == []
    assert found(world, "supporter", "解約金").total == 0


def work_off_all(world) -> None:
    while indexer.work_off(world.store):
        pass


@pytest.mark.parametrize("fault", [ReadingEnded(), ReadingFailed("read_prepared: ValueError"), ValueError("解析")])
@pytest.mark.parametrize("work", ["the outbox", "a rebuild"])
def test_a_text_that_ends_the_process_is_set_aside_and_the_others_are_found(world, monkeypatch, work, fault):
    """Seen to fail with each of these let through: the same step was taken again for ever and nothing new was found."""
    thread = world.thread(world.room, title="帳票の相談", body="様式を変えたい")
    bad = world.message(thread, body="解析できない一文").message_id
    world.message(thread, body="付箋の話")
    if work == "a rebuild":
        work_off_all(world)
        world.store.write_apart(begin_rebuild)
    read = world.store.read_apart

    def ends_at_the_bad_one(function, refs):
        if ("message", int(bad)) in refs:
            raise fault
        return read(function, refs)

    monkeypatch.setattr(world.store, "read_apart", ends_at_the_bad_one)
    with capture_logs() as logs:
        work_off_all(world)
    assert {(entry["kind"], entry["ref_id"]) for entry in logs} == {("message", int(bad))}
    assert "解析" not in str(logs)
    assert found(world, "officer", "付箋").total == 1
    assert found(world, "officer", "解析").total == 0


def test_a_text_that_was_set_aside_is_found_when_it_has_changed(world, monkeypatch):
    """Seen to fail with a ValueError of `prepare` let through."""
    thread = world.thread(world.room, title="帳票の相談", body="様式を変えたい")
    bad = world.message(thread, body="解析できない一文").message_id
    prepare = preparing.prepare

    def fails_at_the_bad_one(document):
        if "できない" in document.body:
            raise ValueError(document.body)
        return prepare(document)

    monkeypatch.setattr(preparing, "prepare", fails_at_the_bad_one)
    work_off_all(world)
    assert found(world, "officer", "様式").total == 1
    assert found(world, "officer", "解析").total == 0
    world.write(edit_message, "officer", EditMessage(bad, "解析できる一文", version=1))
    work_off_all(world)
    assert found(world, "officer", "解析").total == 1


@pytest.mark.parametrize("fault", [Unavailable(), ReadingFailed("read_prepared: ProgrammingError")])
def test_a_data_base_that_does_not_answer_is_no_fault_of_a_text(world, monkeypatch, fault):
    """Seen to fail with every fault taken for one of a text: what was written meanwhile was never found."""
    world.thread(world.room, title="帳票の相談", body="様式を変えたい")
    indexer.work_off(world.store)
    with monkeypatch.context() as broken:
        broken.setattr(world.store, "read_apart", lambda *_args: (_ for _ in ()).throw(fault))
        with pytest.raises(type(fault)):
            work_off_all(world)
    work_off_all(world)
    assert found(world, "officer", "様式").total == 1
