"""Standing work that gives way rests while others write, and only then."""

import pytest

from hub import recent
from hub.jobs import standing
from hub.jobs.standing import WorkDone, work_off
from hub.jobs.table import Standing
from hub.search import indexer


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was rested, while each step takes a tenth of a second."""
    found: list[float] = []
    moments = iter(float(n) / 10 for n in range(1_000))
    monkeypatch.setattr(standing.socketio, "sleep", found.append)
    monkeypatch.setattr(standing, "time", type("Time", (), {"monotonic": staticmethod(lambda: next(moments))}))
    return found


def done(app, *, gives_way: bool, a_second: int) -> None:
    steps = iter((True, True, False))
    database = app.extensions["hub.db"]
    database.writer._recent.note(a_second)
    work_off(Standing("index", lambda _database: next(steps), 1.0, gives_way=gives_way), database, WorkDone())


@pytest.mark.parametrize(
    ("a_second", "expected"), [(0, []), (1, [0.1, 0.1]), (36, [0.3, 0.3]), (60, [0.5, 0.5]), (5_000, [0.9, 0.9])]
)
def test_it_rests_in_proportion_to_what_is_written(app, rests, a_second, expected):
    """Seen to fail without the rest in `work_off`, and without its bound."""
    done(app, gives_way=True, a_second=a_second)
    assert [round(rest, 6) for rest in rests] == expected


def test_other_work_does_not_rest(app, rests):
    done(app, gives_way=False, a_second=5_000)
    assert rests == []


def test_steps_of_the_index_are_small_then(app, world, monkeypatch):
    thread = world.thread(world.room)
    for number in range(indexer.UNDER_PRESSURE + 3):
        world.message(thread, f"{number}")
    taken: list[int] = []
    monkeypatch.setattr(indexer, "_prepared", lambda _database, refs: taken.append(len(refs)) or [])
    app.extensions["hub.db"].writer._recent.note(100)
    indexer.index_changes(app.extensions["hub.db"])
    indexer.index_changes(app.extensions["hub.db"])
    assert max(taken) <= indexer.UNDER_PRESSURE


def test_what_was_in_the_last_second_counts(monkeypatch):
    now = 100.0
    monkeypatch.setattr(recent.time, "monotonic", lambda: now)
    counted = recent.Recent()
    counted.note(7)
    assert counted.number() == 7
    now = 101.2
    counted.note(2)
    assert counted.number() == 7
    now = 102.1
    assert counted.number() == 2
    now = 104.0
    assert counted.number() == 0
