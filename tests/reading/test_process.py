"""The reading process ends with its worker, is replaced when it ends, and takes questions in a fair order."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import gevent
import pytest

from hub.access_changes import raise_access_version
from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Conflict, NotFound, RateLimited, SignedOut, Unavailable
from hub.installation import access_version
from hub.people.models import Staff
from hub.reading import child as child_module
from hub.reading.child import Child, can_read
from hub.reading.reader import Reader
from hub.reading.registry import Reading, reading_of
from hub.reading.wire import Gone
from hub.reading_process import NICE
from hub.search.preparing import read_prepared
from hub.search.searching import find
from hub.search.similar import list_similar
from hub.spawning import spawn_python
from tests.factories import World
from tests.reading.conftest import url_of

pytestmark = pytest.mark.once  # the process, whatever it reads from: test_readings.py asks both databases
ROOT = Path(__file__).resolve().parents[2]
FIND, SIMILAR, PREPARE = reading_of(find), reading_of(list_similar), reading_of(read_prepared)
ENDED_S, HOUR = 2.0, timedelta(hours=1)


@pytest.fixture(autouse=True)
def _confirmed(world: World) -> Iterator[None]:
    """Whoever asks here is an actor of the moment, whatever their sign-in."""
    with world.store.read() as session:
        CURRENT[:] = [access_version(session)]
    yield
    CURRENT[:] = [0]


CURRENT = [0]


def somebody(sign_in_id: int = 1) -> Actor:
    reads = frozenset({1})
    made = Actor(1, sign_in_id, 1, "", "officer", 1, "", "", "municipality", audience_ids=reads)
    return dataclasses.replace(made, access_version=CURRENT[0])


def search(reader: Reader, reading: Reading = FIND, who: int = 1) -> Any:
    return reader.ask(reading, (somebody(who), "帳票の様式"), {})


def pid_of(reader: Reader) -> int:
    search(reader)
    assert reader._child is not None
    return reader._child.pid


def is_there(pid: int) -> bool:
    """Not only as an entry that its parent has not taken notice of."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def wait_until(met: Callable[[], bool], seconds: float = ENDED_S) -> bool:
    end = time.monotonic() + seconds
    while not met() and time.monotonic() < end:
        gevent.sleep(0.01)
    return met()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_process_is_replaced(reader: Reader, sign: signal.Signals) -> None:
    first = pid_of(reader)
    os.kill(first, sign)
    assert pid_of(reader) != first
    assert reader.starts == 2


def test_the_worker_replaces_it_before_somebody_asks(reader: Reader) -> None:
    os.kill(pid_of(reader), signal.SIGKILL)
    assert wait_until(lambda: not reader.is_up)
    reader.tend()
    assert wait_until(lambda: reader.starts == 2 and reader.is_up, 30)


def test_what_was_under_way_is_asked_again(reader: Reader) -> None:
    """Seen to fail with one attempt."""
    first = pid_of(reader)
    os.kill(first, signal.SIGSTOP)
    asked = gevent.spawn(search, reader)
    gevent.sleep(0.2)
    assert not asked.ready()
    os.kill(first, signal.SIGKILL)
    assert asked.get(timeout=30).total == 0
    assert reader.starts == 2


def test_what_ends_the_process_twice_is_given_up(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def die(_self: Child, question: bytes) -> None:
        asked.append(question)
        raise Gone

    pid_of(reader)
    with monkeypatch.context() as patched:
        patched.setattr(Child, "ask", die)
        with pytest.raises(Unavailable):
            search(reader)
    assert len(asked) == 2
    assert search(reader).total == 0


def test_what_takes_too_long_is_ended(reader: Reader) -> None:
    stuck = pid_of(reader)
    os.kill(stuck, signal.SIGSTOP)
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        search(reader, dataclasses.replace(FIND, limit_s=0.3))
    assert time.monotonic() - begun < ENDED_S
    assert not is_there(stuck)
    assert pid_of(reader) != stuck


def test_whose_patience_ends_is_told_and_takes_no_place(reader: Reader) -> None:
    """What is under way goes on, for whoever is next. Seen to fail with a time that is the same for all."""
    os.kill(pid := pid_of(reader), signal.SIGSTOP)
    first = gevent.spawn(search, reader)
    gevent.sleep(0.1)
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        search(reader, dataclasses.replace(SIMILAR, patience_s=0.3))
    assert time.monotonic() - begun < ENDED_S
    assert reader.waiting == 0
    os.kill(pid, signal.SIGCONT)
    assert first.get(timeout=30).total == 0


def test_of_one_person_the_newest_suggestion_alone_is_waited_for(reader: Reader) -> None:
    """The one under way is let be, and others' questions too. Seen to fail without `_overtake`."""
    pid = pid_of(reader)
    os.kill(pid, signal.SIGSTOP)
    asked = []
    for reading, who in ((SIMILAR, 1), (SIMILAR, 1), (SIMILAR, 2), (SIMILAR, 1), (FIND, 1)):
        asked.append(gevent.spawn(search, reader, reading, who))
        gevent.sleep(0.05)
    os.kill(pid, signal.SIGCONT)
    gevent.joinall(asked, timeout=30)
    assert [isinstance(one.exception, Conflict) for one in asked] == [False, True, False, False, False]
    assert all(one.successful() for n, one in enumerate(asked) if n != 1)
    assert reader.outcomes[SIMILAR.name, "overtaken"] == 1


def test_who_lost_access_while_the_question_waited_is_told_nothing(world: World, reader: Reader) -> None:
    """Seen to fail without `confirm` in `Reading.read`: the answer held what was written after the disabling."""
    actor = world.actor("officer")
    os.kill(pid := pid_of(reader), signal.SIGSTOP)
    waiting = gevent.spawn(reader.ask, FIND, (actor, "帳票の様式"), {})
    gevent.sleep(0.1)
    with world.store.transaction() as session:
        session.get_one(Staff, actor.staff_id).disabled_at = utc_now()
        raise_access_version(session)
    os.kill(pid, signal.SIGCONT)
    with pytest.raises((SignedOut, NotFound)):
        waiting.get(timeout=30)


def test_one_person_leaves_room_for_others(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was overtaken takes no place, and a person has a few places only. Seen to fail without either."""
    monkeypatch.setattr("hub.reading.reader.MOST_WAITING", 5)
    monkeypatch.setattr("hub.reading.reader.MOST_OF_ONE", 3)
    os.kill(pid := pid_of(reader), signal.SIGSTOP)

    def at_once(reading: Reading, times: int, who: int) -> list[Any]:
        asked = [gevent.spawn(search, reader, reading, who) for _ in range(times)]
        gevent.sleep(0.1)
        return asked

    one = at_once(SIMILAR, 8, 1) + at_once(FIND, 8, 1)
    other = at_once(FIND, 1, 2)
    os.kill(pid, signal.SIGCONT)
    gevent.joinall([*one, *other], timeout=30)
    assert other[0].successful()
    refused = [type(asked.exception) for asked in one if not asked.successful()]
    assert len(refused) == 12  # all but four: one may be under way, three wait
    assert set(refused) == {Conflict, RateLimited}


def test_the_index_lets_people_go_first_but_not_for_ever(reader: Reader) -> None:
    pid, ended = pid_of(reader), []
    os.kill(pid, signal.SIGSTOP)

    def ask(label: str, reading: Reading, args: tuple[Any, ...]) -> None:
        reader.ask(reading, args, {})
        ended.append(label)

    people, index = (FIND, (somebody(), "帳票")), (PREPARE, ([("thread", 1)],))
    gevent.spawn(ask, "under way", *people)
    gevent.sleep(0.05)
    for label, what, pause in (("index", index, 0.05), ("person", people, PREPARE.yields_s), ("late", people, 0.05)):
        gevent.spawn(ask, label, *what)
        gevent.sleep(pause)
    os.kill(pid, signal.SIGCONT)
    assert wait_until(lambda: len(ended) == 4, 30)
    assert ended == ["under way", "person", "index", "late"]


def test_too_many_questions_are_refused_at_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.reading.reader.MOST_WAITING", 3)
    pid = pid_of(reader)
    os.kill(pid, signal.SIGSTOP)
    asked = []
    for _ in range(5):
        asked.append(gevent.spawn(search, reader))
        gevent.sleep(0.05)
    assert [isinstance(one.exception, Unavailable) for one in asked] == [False] * 4 + [True]
    os.kill(pid, signal.SIGCONT)
    gevent.joinall(asked, timeout=30)
    assert sum(one.successful() for one in asked) == 4


def test_a_process_that_does_not_start_is_told_and_left_in_peace(
    world: World, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def spawn(module: str, environment: Mapping[str, str], *pipes: int) -> int:
        tried.append(module)
        return spawn_python(module, environment, *pipes)

    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        broken.setattr(child_module, "spawn_python", spawn)
        broken.setattr("hub.reading.reader.REST_S", 600.0)
        for _ in range(3):
            with pytest.raises(Unavailable):
                search(reader)
        assert len(tried) == 1
        assert not reader.is_up
        assert not can_read(url_of(world), HOUR)
    assert can_read(url_of(world), HOUR)
    reader._rests_until = 0.0
    assert search(reader).total == 0


def test_it_is_nicer_than_its_worker_and_knows_no_password(world: World, reader: Reader) -> None:
    pid = pid_of(reader)
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    assert b"://" not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_it_carries_nothing_of_sockets_pages_and_forms() -> None:
    """Each worker has one. Seen to fail while writing to the log meant importing what emits (20 MB more), and while
    what models and statements are made of stood beside the application's database (14 MB)."""
    said = subprocess.check_output(
        [sys.executable, "-c", "import sys, hub.reading_process; print(*sys.modules)"], cwd=ROOT, text=True
    )
    assert "hub.search.searching" in said.split()
    carried = {module.partition(".")[0] for module in said.split()}
    assert not {"socketio", "engineio", "flask_socketio", "flask_login", "flask_wtf", "wtforms"} & carried
    assert not {"flask", "flask_babel", "werkzeug", "jinja2", "gevent", "bleach", "markdown_it"} & carried


PARENT = """
import sys, time
from datetime import timedelta
from hub.reading.child import Child
from hub.reading.wire import pack, send
from tests.reading.test_process import FIND, somebody
child = Child(sys.argv[1], timedelta(hours=1))
if sys.argv[2] == "busy":
    send(child._pipe, pack((FIND.name, (somebody(0), "帳票 様式 引っ越し " * 40), {})) * 2_000)
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_its_worker(world: World, state: str, sign: signal.Signals) -> None:
    """Also in the midst of computing. Seen to fail when busy without the thread that listens."""
    command = [sys.executable, "-c", PARENT, url_of(world), state]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        time.sleep(0.3)
        assert is_there(pid)
        parent.send_signal(sign)
        parent.wait()
    assert wait_until(lambda: not is_there(pid)), state


def test_a_terminal_s_interrupt_is_for_the_worker(reader: Reader) -> None:
    pid = pid_of(reader)
    os.kill(pid, signal.SIGINT)
    assert pid_of(reader) == pid
