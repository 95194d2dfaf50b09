"""What is closed takes no further writing: every command that writes into a thread, and every state that ends it."""

import pytest

from hub.errors import Closed, NotFound
from hub.rooms.commands import Archive
from hub.rooms.steering import archive
from hub.threads.commands import MoveThread
from hub.threads.services.moving import move_thread
from tests.factories import Posted, World
from tests.threads.acts import ALLOWED, LOCK, OF_A_MESSAGE, WRITES, Act


def put_away(world: World, thread: Posted) -> None:
    world.write(archive, "lead", Archive(world.commons, True))


def erase(world: World, thread: Posted) -> None:
    WRITES["delete"](world, thread)


def redact(world: World, thread: Posted) -> None:
    ALLOWED["redact"](world, thread)


@pytest.fixture
def thread(world: World) -> Posted:
    return world.thread(world.commons, "consultation", attachment_ids=[world.upload()])


@pytest.mark.parametrize("name", [*WRITES, *ALLOWED])
def test_everything_is_taken_while_it_is_open(world: World, thread: Posted, name: str) -> None:
    (WRITES | ALLOWED)[name](world, thread)


@pytest.mark.parametrize("close", [LOCK, put_away], ids=["locked", "archived"])
@pytest.mark.parametrize("name", WRITES)
def test_nothing_is_written_into_what_is_closed(world: World, thread: Posted, name: str, close: Act) -> None:
    close(world, thread)
    with pytest.raises(Closed):
        WRITES[name](world, thread)


@pytest.mark.parametrize("name", ALLOWED)
def test_what_ends_a_matter_or_takes_something_out_is_taken_in_a_locked_thread(
    world: World, thread: Posted, name: str
) -> None:
    LOCK(world, thread)
    ALLOWED[name](world, thread)


@pytest.mark.parametrize("end", [erase, redact])
@pytest.mark.parametrize("name", OF_A_MESSAGE)
def test_a_message_that_is_gone_takes_nothing(world: World, thread: Posted, name: str, end: Act) -> None:
    end(world, thread)
    with pytest.raises(NotFound):
        WRITES[name](world, thread)


def test_what_was_redacted_is_redacted_once(world: World, thread: Posted) -> None:
    redact(world, thread)
    with pytest.raises(NotFound):
        redact(world, thread)


def test_a_room_that_is_put_away_takes_no_new_thread_and_no_moved_one(world: World) -> None:
    elsewhere = world.thread(world.room)
    world.write(archive, "lead", Archive(world.commons, True))
    with pytest.raises(Closed):
        world.thread(world.commons)
    with pytest.raises(Closed):
        world.write(move_thread, "supporter", MoveThread(elsewhere.thread_id, world.commons))
