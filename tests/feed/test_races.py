"""Opening a stream yields to others at every look into the database: access that ends meanwhile leaves nothing open,
and the watcher that looks meanwhile closes nothing that it knows nothing of."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from hub.access_changes import raise_access_version
from hub.actor import Actor
from hub.feed import events, examining
from hub.feed.queries import StreamAccess, readable_streams
from hub.feed.watch import Watcher
from tests.factories import Socket, World


@pytest.fixture
def watcher(world: World) -> Watcher:
    found: Watcher = world.app.extensions["hub.watcher"]
    with world.app.app_context():
        found.tick()
    return found


def test_access_that_ends_between_look_and_join_opens_nothing(
    world: World, socket_of: Callable[[str], Socket], watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail without the second look in `feed_open`: the watcher had looked before, and what was written later
    was delivered until somebody's access changed once more."""
    world.admit("bureau", world.room)
    socket, room = socket_of("bureau"), f"room:{world.room}"

    def overtaken(session: Session, actor: Actor, keys: list[str]) -> set[str]:
        found = readable_streams(session, actor, keys)
        session.rollback()  # SQLite would let nobody write
        monkeypatch.setattr(events, "readable_streams", readable_streams)
        world.dismiss("bureau", world.room)
        watcher.tick()
        return found

    monkeypatch.setattr(events, "readable_streams", overtaken)
    said = socket.open(room)["data"]
    assert (said["heads"], said["refused"]) == ({}, [room])
    world.thread(world.room, body="秘密")
    assert socket.received("feed") == []


def test_what_is_opened_while_the_watcher_looks_stays_open(
    world: World, socket_of: Callable[[str], Socket], watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail when every open stream was judged by what had been looked up: the page lost its room."""
    socket, room = socket_of("officer"), f"room:{world.room}"
    socket.open(f"user:{world.actor('officer').staff_id}")
    with world.store.transaction() as session:
        raise_access_version(session)

    def overtaken(session: Session, keys: set[str]) -> StreamAccess:
        made = StreamAccess(session, keys)
        monkeypatch.setattr(examining, "StreamAccess", StreamAccess)
        socket.open(room)
        return made

    monkeypatch.setattr(examining, "StreamAccess", overtaken)
    with world.app.app_context():
        watcher.tick()
    assert socket.received("feed:closed") == []
    world.thread(world.room)
    assert socket.received("feed")
