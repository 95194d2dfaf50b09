"""The longest search that the field takes, by a real server and by nginx before it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import urllib3

from tests.docs.conftest import certificates, nginx
from tests.docs.nginx_front import NAME, arrange
from tests.live import Live
from tests.services import free_port

__all__ = ["certificates", "nginx"]
KANJI, EMOJI = "様式" * 250, "🗂" * 500  # 4,500 and 6,000 bytes of an address


@pytest.fixture
def front(live: Live, nginx: str, certificates: Path, tmp_path: Path) -> Iterator[urllib3.HTTPSConnectionPool]:
    ports = {"80": free_port(), "443": free_port(), "5000": live.port}
    done = subprocess.run([nginx, *arrange(tmp_path, "hub.conf", certificates, ports)], check=False)
    assert done.returncode == 0
    trust = {"ca_certs": str(certificates / "ca.crt"), "server_hostname": NAME, "assert_hostname": NAME}
    try:
        yield urllib3.HTTPSConnectionPool("127.0.0.1", ports["443"], **trust)
    finally:
        os.kill(int((tmp_path / "nginx.pid").read_text()), signal.SIGTERM)


@pytest.mark.parametrize("typed", [KANJI, EMOJI], ids=["kanji", "emoji"])
def test_it_is_answered_and_saving_it_leads_back_to_it(
    live: Live, front: urllib3.HTTPSConnectionPool, typed: str
) -> None:
    """Seen to fail with gunicorn's own limit_request_line (414, in English), and with nginx's own proxy_buffer_size
    (502 after saving)."""
    headers = {"Host": NAME, "Referer": f"https://{NAME}/search", "Cookie": live.world["staff"][0]["cookie"]}
    for server in (urllib3.HTTPConnectionPool("127.0.0.1", live.port), front):
        page = server.request("GET", f"/search?q={quote(typed)}", headers=headers)
        assert page.status == 200
        token = page.data.decode().partition('name="csrf-token" content="')[2].partition('"')[0]
        kept = {"Cookie": page.headers["Set-Cookie"].partition(";")[0]} if "Set-Cookie" in page.headers else {}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"q": typed, "csrf_token": token})
        saved = server.request("POST", "/search/saved", headers=headers | kept | form, body=body, redirect=False)
        assert saved.status == 303
        assert server.request("GET", saved.headers["Location"], headers=headers | kept).status == 200
