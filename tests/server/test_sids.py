"""S6: who holds a connection id but not the cookie that opened it cannot poll, post or upgrade."""

import json

import pytest
import requests

from tests.live import Live


@pytest.fixture
def opened(live: Live) -> tuple[str, str]:
    """(address with sid, cookie) of a polling connection that has just been opened."""
    cookie = live.world["staff"][0]["cookie"]
    base = f"{live.url}/socket.io/?EIO=4&transport=polling"
    answer = requests.get(base, headers={"Cookie": cookie}, timeout=5)
    sid = json.loads(answer.text[1:])["sid"]
    assert requests.post(f"{base}&sid={sid}", data="40", headers={"Cookie": cookie}, timeout=5).status_code == 200
    return f"{base}&sid={sid}", cookie


def test_a_copied_sid_is_worth_nothing(live: Live, opened: tuple[str, str]) -> None:
    """Seen to fail without `foreign` in hub/feed/sids.py: whoever had no cookie could poll."""
    address, cookie = opened
    foreign = {"Cookie": live.world["staff"][1]["cookie"]}
    tampered = {"Cookie": cookie[:-3] + "abc"}
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x" * 22 + "==",
    }
    for headers in ({}, foreign, tampered):
        assert requests.get(address, headers=headers, timeout=5).status_code == 400
        assert requests.post(address, data='42["typing:start",{}]', headers=headers, timeout=5).status_code == 400
        socket = address.replace("transport=polling", "transport=websocket")
        assert requests.get(socket, headers=headers | upgrade, timeout=5).status_code == 400
    assert requests.get(address, headers={"Cookie": cookie}, timeout=5).status_code == 200
