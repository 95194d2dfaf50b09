"""New connections are let in one after the other."""

import time
from collections.abc import Callable

import pytest

from hub.extensions import socketio
from hub.feed import events
from hub.security.limits import limits
from tests.factories import Socket, World

SocketOf = Callable[[str], Socket]
PAUSE_S = 0.1


@pytest.fixture(autouse=True)
def pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "ARRIVAL_PAUSE_S", PAUSE_S)


def test_whoever_waited_is_let_in_after_the_pause(socket_of: SocketOf) -> None:
    """Seen to fail with `is_connected`: the second one was refused after the wait."""
    begin = time.monotonic()
    sockets = [socket_of("officer") for _ in range(4)]
    assert all(socket.open_to_server for socket in sockets)
    assert time.monotonic() - begin >= 3 * PAUSE_S


def test_whoever_has_gone_meanwhile_takes_nobodys_time(
    socket_of: SocketOf, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as gone:
        gone.setattr(socketio.server.manager, "is_pre_connected", lambda _sid, _namespace: False)
        sockets = [socket_of("officer") for _ in range(20)]
    assert not any(socket.open_to_server for socket in sockets)
    with world.app.app_context():
        assert not limits().arrivals.locked()
    assert socket_of("officer").open_to_server
