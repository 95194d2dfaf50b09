"""Two workers behind nginx, hundreds of people, and somebody who posts all the while: a worker dies, hangs, is put in
place anew. How long nothing that was posted is acknowledged is what people feel of it."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.docs.conftest import certificates, nginx
from tests.live import Live
from tests.server.conftest import new_server
from tests.server.pages import Pages, until
from tests.server.soak import SOAK
from tests.server.test_fault_deploy import restart
from tests.server.test_fault_front import connections_of, front
from tests.server.test_two_workers import second_worker
from tests.server.watching import figures, worker_of

__all__ = ["certificates", "nginx"]

PEOPLE = 200 if SOAK else 40
AIM_S = 2.0 if SOAK else 6.0  # beside other tests the machine has no two seconds to give
EVERY_S = 0.2


class Poster:
    """A page that posts five times a second; `longest_s` is the longest time in which none of its posts was stored."""

    def __init__(self, pages: Pages, name: str, thread_id: str) -> None:
        self.pages, self.name, self.thread_id = pages, name, thread_id
        self.sent: list[str] = []
        self.longest_s, self._stored, self._since = 0.0, 0, time.monotonic()

    def work(self, over: Callable[[], bool]) -> None:
        self._since, due = time.monotonic(), time.monotonic()
        while not over():
            if time.monotonic() >= due:
                due += EVERY_S
                self.sent.append(f"{self.name} {len(self.sent)}")
                self.pages.post(self.name, self.thread_id, self.sent[-1])
            self._note()
            time.sleep(0.02)
        until(lambda: self._note() == len(self.sent), 60, "everything that was posted is stored")

    def _note(self) -> int:
        look = self.pages.look(self.name)
        assert [state for _id, state in look["pending"] if state == "failed"] == []
        stored = len(self.sent) - len(look["pending"])
        now = time.monotonic()
        if stored > self._stored or stored == len(self.sent):
            self._stored, self._since = stored, now
        self.longest_s = max(self.longest_s, now - self._since)
        return stored


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    yield from new_server(tmp_path_factory.mktemp("failover"), PEOPLE, HUB_RATE_LIMITS="off", HUB_PROXIES="1")


@contextmanager
def two_and_a_crowd(first: Live, folder: Path, nginx: str, certificates: Path) -> Iterator[tuple[Live, Poster]]:
    """The other worker, and a poster whose browser is led to the first."""
    ca = certificates / "ca.crt"
    thread_id = first.world["thread_id"]
    with (
        second_worker(first, os.environ["HUB_TEST_REDIS_URL"]) as other,
        front(folder / "nginx", nginx, certificates, first, other) as url,
        Pages(ca) as pages,
        Pages(ca) as crowd,
    ):
        for number in range(40):
            route = f"hub_route={number:032x}"
            cookie = f"{first.world['staff'][0]['cookie']}; {route}"
            pages.open("a", url, cookie, f"/threads/{thread_id}", transports=["websocket"])
            until(lambda: pages.look("a")["status"] == "live")
            if connections_of(first):
                break
            pages.ask("close", "a")
        cookies = [f"{person['cookie']}; hub_route={number:032x}" for number, person in enumerate(first.world["staff"])]
        crowd.ask("crowd", "", url=url, cookies=cookies)
        assert min(connections_of(first), connections_of(other)) > PEOPLE / 5
        yield other, Poster(pages, "a", thread_id)


def tell(what: str, poster: Poster) -> None:
    figures.append(
        f"{f'{what}, {PEOPLE} connected':<44} {len(poster.sent)} posts, none failed; the longest time without one"
        f" {poster.longest_s:.1f} s"
    )


def for_seconds(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def test_a_worker_dies(first: Live, tmp_path: Path, nginx: str, certificates: Path) -> None:
    with two_and_a_crowd(first, tmp_path, nginx, certificates) as (_other, poster):
        poster.work(for_seconds(2))
        os.kill(worker_of(first), signal.SIGKILL)
        poster.work(for_seconds(10))
        tell("a worker behind nginx is killed", poster)
        assert poster.longest_s <= AIM_S, figures[-1]


def test_a_worker_hangs(first: Live, tmp_path: Path, nginx: str, certificates: Path) -> None:
    with two_and_a_crowd(first, tmp_path, nginx, certificates) as (_other, poster):
        poster.work(for_seconds(2))
        os.kill(worker_of(first), signal.SIGSTOP)
        poster.work(for_seconds(20))
        tell("a worker behind nginx hangs", poster)
        assert poster.longest_s <= 10 + AIM_S, figures[-1]


def test_the_workers_are_restarted_one_after_the_other(
    first: Live, tmp_path: Path, nginx: str, certificates: Path
) -> None:
    with two_and_a_crowd(first, tmp_path, nginx, certificates) as (other, poster):
        poster.work(for_seconds(2))
        ended: list[float] = []
        rolling = threading.Thread(target=lambda: [restart(live, ended) for live in (first, other)])
        rolling.start()
        poster.work(lambda: not rolling.is_alive())
        poster.work(for_seconds(5))
        tell("rolling restart behind nginx", poster)
        assert poster.longest_s <= AIM_S, figures[-1]
