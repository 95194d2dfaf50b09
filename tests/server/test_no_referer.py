"""Behind the example of nginx, over https, where nothing sends a Referer: as from town halls whose proxies and settings
take it away. What goes by HTTP gets through, whether it had to or the ack of the socket was lost."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.docs.conftest import certificates, nginx
from tests.docs.nginx_front import NAME, arrange
from tests.live import Live
from tests.server.conftest import new_server
from tests.server.pages import Pages, until
from tests.services import free_port

__all__ = ["certificates", "nginx"]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    yield from new_server(tmp_path_factory.mktemp("front"), HUB_PROXIES="1", HUB_COOKIE_SECURE="on")


@pytest.fixture
def front(live: Live, tmp_path: Path, nginx: str, certificates: Path) -> Iterator[str]:
    ports = {"80": free_port(), "443": free_port(), "5000": live.port}
    options = arrange(tmp_path, "hub.conf", certificates, ports)
    subprocess.run([nginx, *options], check=True, capture_output=True)
    yield f"https://{NAME}:{ports['443']}"
    with suppress(ProcessLookupError):
        subprocess.run([nginx, *options, "-s", "stop"], check=False, capture_output=True)


@pytest.fixture
def pages(certificates: Path) -> Iterator[Pages]:
    with Pages(ca=certificates / "ca.crt") as pages:
        yield pages


def test_what_goes_by_http_gets_through(live: Live, front: str, pages: Pages) -> None:
    """The first page has no socket. Seen to fail with WTF_CSRF_SSL_STRICT: every post was refused."""
    thread_id = live.world["thread_id"]
    pages.open("twin", front, live.world["staff"][0]["cookie"], f"/threads/{thread_id}", sockets=False)
    pages.open("live", front, live.world["staff"][1]["cookie"], f"/threads/{thread_id}")
    until(lambda: pages.look("live")["status"] == "live")
    for name in ("twin", "live"):
        pages.post(name, thread_id, f"{name} から")
    for name in ("twin", "live"):
        until(lambda name=name: {"twin から", "live から"} <= set(pages.shown(name, thread_id)))
        until(lambda name=name: pages.look(name)["pending"] == [])


def test_a_token_that_is_out_of_date_is_renewed_and_the_post_arrives(live: Live, front: str, pages: Pages) -> None:
    """Seen to fail with `invalid` for it: the post was given up."""
    thread_id = live.world["thread_id"]
    pages.open("twin", front, live.world["staff"][2]["cookie"], f"/threads/{thread_id}", sockets=False)
    pages.ask("stale", "twin")
    pages.post("twin", thread_id, "昨日の合言葉で")
    until(lambda: "昨日の合言葉で" in pages.shown("twin", thread_id))
    until(lambda: pages.look("twin")["pending"] == [])
