"""A page is what was there at one moment, on both databases: its rows are no older than the heads it names."""

from hub.feed.log import heads
from hub.threads.models import Thread


def test_what_one_reading_sees_is_one_moment(world):
    """Seen to fail on PostgreSQL with READ COMMITTED: the page named a head whose message it did not show."""
    thread, stream = world.thread(world.room), f"room:{world.room}"
    with world.store.read() as session:
        before = session.get_one(Thread, thread.thread_id).last_position
        head = heads(session, [stream])
        world.message(thread, "間に書かれた")
        assert heads(session, [stream]) == head
        session.expire_all()
        assert session.get_one(Thread, thread.thread_id).last_position == before
    with world.store.read() as session:
        assert session.get_one(Thread, thread.thread_id).last_position == before + 1
        assert heads(session, [stream]) != head
