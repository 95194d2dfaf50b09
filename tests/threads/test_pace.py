"""Posts are limited per person and per room; who may not post in a room cannot use up its share."""

from dataclasses import replace

import pytest

from hub.errors import NotFound, RateLimited
from hub.threads.commands import PostMessage
from hub.threads.services.posting import post_message


def browsing(world, who):
    """The actor as with a browser: without one nobody is limited."""
    return replace(world.actor(who), sign_in_id=1, access_version=0)


@pytest.fixture
def paced(app, db):
    """A room that takes three posts at once."""
    limits = app.extensions["hub.limits"]
    limits.rooms.capacity, limits.rooms.seconds = 3, 1000.0
    db.confirm = lambda session, actor: actor
    return db


def post(db, world, thread, who):
    command = PostMessage(thread_id=thread.thread_id, body="続き", client_id=world.new_id())
    return db.write(post_message, browsing(world, who), command)


def test_a_room_takes_only_so_many_posts(world, paced):
    thread = world.thread(world.room)
    for _number in range(3):
        post(paced, world, thread, "officer")
    with pytest.raises(RateLimited) as fault:
        post(paced, world, thread, "supporter")
    assert fault.value.retry_after_s > 0


def test_strangers_do_not_use_up_a_rooms_share(world, paced):
    thread = world.thread(world.room)
    for _number in range(5):
        with pytest.raises(NotFound):
            post(paced, world, thread, "foreign_officer")
    post(paced, world, thread, "officer")
