"""Two workers behind real nginx with the example of deploy/nginx, PostgreSQL and Redis; then one of them dies."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.docs.conftest import certificates, nginx
from tests.docs.nginx_front import NAME, arrange
from tests.live import Live
from tests.server.pages import Pages, until
from tests.server.person import Person
from tests.server.soak import SOAK
from tests.server.test_two_workers import second_worker
from tests.server.watching import figures
from tests.services import free_port

__all__ = ["certificates", "nginx"]


@contextmanager
def front(folder: Path, nginx: str, certificates: Path, first: Live, second: Live) -> Iterator[str]:
    folder.mkdir()
    ports = {"80": free_port(), "443": free_port(), "5001": first.port, "5002": second.port}
    options = arrange(folder, "hub-several.conf", certificates, ports)
    done = subprocess.run([nginx, *options], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    try:
        yield f"https://{NAME}:{ports['443']}"
    finally:
        os.kill(int((folder / "nginx.pid").read_text()), signal.SIGTERM)


def connections_of(live: Live) -> int:
    """How many sockets a worker holds, as its metrics say."""
    text = Person(live.url, "").text("/metrics")
    return int(float(next(line.split()[1] for line in text.splitlines() if line.startswith("hub_sockets "))))


@pytest.mark.parametrize("transports", [["polling"], ["websocket"]] if SOAK else [["polling"]], ids=lambda way: way[0])
def test_people_at_two_workers_and_one_worker_dies(
    live: Live, tmp_path: Path, nginx: str, certificates: Path, transports: list[str]
) -> None:
    """Seen to fail without `hash $hub_route` in hub-several.conf: polling's requests went to both, nobody got live."""
    live.environment |= {"HUB_PROXIES": "1"}
    thread_id = live.world["thread_id"]
    with (
        second_worker(live, os.environ["HUB_TEST_REDIS_URL"]) as other,
        front(tmp_path / "nginx", nginx, certificates, live, other) as url,
        Pages(ca=certificates / "ca.crt") as pages,
    ):
        names, sent = [], ["負荷試験"]
        while not (connections_of(live) and connections_of(other)):  # a route by chance: until both have somebody
            names.append(f"p{len(names)}")
            assert len(names) <= 20, "everybody at the same worker"
            cookie = live.world["staff"][len(names) % 5]["cookie"]
            route = f"hub_route={secrets.token_hex(16)}"
            pages.open(names[-1], url, f"{cookie}; {route}", f"/threads/{thread_id}", transports=transports)
            until(lambda: pages.look(names[-1])["status"] == "live")

        def exchange(what: str, within_s: float) -> float:
            begin = time.monotonic()
            for name in names:
                sent.append(f"{name} {what}")
                pages.post(name, thread_id, sent[-1])
            for name in names:
                until(
                    lambda name=name: sorted(pages.shown(name, thread_id)) == sorted(sent), within_s, f"{name} {what}"
                )
                until(lambda name=name: pages.look(name)["pending"] == [], within_s)
            assert len({tuple(pages.shown(name, thread_id)) for name in names}) == 1, "the same order for all"
            return time.monotonic() - begin

        calm_s = exchange("穏やかなとき", 20)
        live.kill()
        try:
            after_s = exchange("一つが落ちた後", 120)  # seconds when nothing else runs
        except AssertionError:
            for name in names:
                look = pages.look(name)
                print(name, look["status"], look["statuses"], look["pending"], pages.shown(name, thread_id))
            print((tmp_path / "nginx" / "error.log").read_text()[-3000:])
            raise
        until(lambda: all(pages.look(name)["status"] == "live" for name in names), 40)
        figures.append(
            f"{'two workers behind nginx, ' + transports[0]:<44} {len(names)} people; exchange {calm_s:.1f} s; a worker"
            f" killed: {after_s:.1f} s"
        )
