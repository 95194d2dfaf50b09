"""A new version is put in place while hundreds of people are connected: they are sent away in waves and come back by
themselves, not all at once; nothing is lost meanwhile."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.live import Live
from tests.server.conftest import new_server
from tests.server.pages import Pages, until
from tests.server.soak import SOAK
from tests.server.watching import figures

PEOPLE = 200 if SOAK else 60
SLICE_S = 0.1


@pytest.fixture
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    yield from new_server(tmp_path_factory.mktemp("deploy"), PEOPLE)


def restart(live: Live, ended: list[float]) -> None:
    """As systemd does: TERM to the process, wait for its end, start."""
    assert live.process is not None
    begin = time.monotonic()
    live.process.send_signal(signal.SIGTERM)
    live.process.wait(30)
    live.process = None
    ended.append(time.monotonic() - begin)
    live.start()


def most_at_once(moments: list[int]) -> int:
    """The most of these (ms) in a slice of 100 ms."""
    return max(Counter(int(moment / 1000 / SLICE_S) for moment in moments).values())


def test_a_restart_sends_everybody_away_in_waves_and_loses_nothing(live: Live) -> None:
    """Seen to fail with the two hundred of `make soak` without the waves of feed/leaving.py (all within one slice), and
    without the turns of feed/events.py (all back within 0.9 s: they had piled up before the starting process)."""
    thread_id, ended = live.world["thread_id"], []
    with Pages() as pages, Pages() as crowd:
        pages.open("a", live.url, live.world["staff"][0]["cookie"], f"/threads/{thread_id}")
        crowd.ask("crowd", "", url=live.url, cookies=[person["cookie"] for person in live.world["staff"]])
        sent = []
        restarting = threading.Thread(target=restart, args=(live, ended))
        restarting.start()
        while restarting.is_alive():
            sent.append(f"入れ替えの間に {len(sent)}")
            pages.post("a", thread_id, sent[-1])
            time.sleep(1)
        everybody = until(lambda: all_back(crowd), 60, "everybody is back")
        until(lambda: pages.look("a")["pending"] == [], 60)
        until(lambda: pages.shown("a", thread_id) == ["負荷試験", *sent], 20)
    lost, back = ([person[what][n] for person in everybody] for what, n in (("lost", 0), ("live", 1)))
    spread = (max(lost) - min(lost)) / 1000, (max(back) - min(back)) / 1000
    figures.append(
        f"{'restart with ' + str(PEOPLE) + ' connected':<44} old process gone after {ended[0]:.1f} s; sent away within"
        f" {spread[0]:.1f} s, at most {most_at_once(lost)} in 0.1 s; back over {spread[1]:.1f} s;"
        f" {len(sent)} posts meanwhile, none lost"
    )
    assert most_at_once(lost) < PEOPLE / 3, figures[-1]
    assert spread[1] > PEOPLE / 150, figures[-1]  # the pauses of feed/events.py


def all_back(crowd: Pages) -> list[dict[str, list[int]]] | None:
    people = crowd.ask("times", "")
    return people if all(len(person["live"]) > 1 for person in people) else None
