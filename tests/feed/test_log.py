"""The log under writers at the same moment: no hole, no double, no deadlock, and never a hole to be seen."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import sqlalchemy as sa

from hub.commits import before_commit
from hub.errors import NotFound
from hub.feed.log import append, heads
from hub.feed.models import FeedEvent, Stream
from hub.feed.streams import StreamName, parse_stream
from hub.threads.commands import PostMessage
from hub.threads.models import Message
from hub.threads.services.posting import post_message
from tests.factories import World

WRITERS, POSTS = 6, 8


def seqs(world: World, stream: str) -> list[int]:
    query = sa.select(FeedEvent.seq).where(FeedEvent.stream == stream).order_by(FeedEvent.id)
    with world.store.read() as session:
        return list(session.scalars(query))


def test_writers_at_once_leave_no_gap_and_readers_see_none(world: World) -> None:
    """Seen to fail with the head read and then written in `_raise_head` (on PostgreSQL), without both the lock in
    hub/db.py and BEGIN IMMEDIATE in hub/engine.py (on SQLite), and with `start=head` in `_settle`."""
    threads, stream = [world.thread(world.room), world.thread(world.room)], f"room:{world.room}"
    done, holes = Event(), []

    def read() -> None:
        while not done.is_set():
            found = seqs(world, stream)
            if sorted(found) != list(range(1, len(found) + 1)):
                holes.append(found)

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(read)
        who = ("officer", "manager", "supporter")
        writers = [pool.submit(world.message, threads[n % 2], f"{n}", who[n % 3]) for n in range(WRITERS * POSTS)]
        try:
            positions = sorted(w.result().position for w in writers)
        finally:
            done.set()
        reader.result()
    assert holes == []
    assert positions == sorted(2 * [*range(2, WRITERS * POSTS // 2 + 2)])
    assert sorted(seqs(world, stream)) == list(range(1, WRITERS * POSTS + 5))
    with world.store.read() as session:
        assert heads(session, [stream]) == {stream: WRITERS * POSTS + 4}


def test_seq_order_is_the_order_of_positions(world: World) -> None:
    """Seen to fail with the position read and then raised in `_next_position` (on PostgreSQL: two had the same), and
    without both the lock and BEGIN IMMEDIATE (on SQLite)."""
    thread = world.thread(world.room)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: world.message(thread, str(n)), range(20)))
    query = sa.select(FeedEvent).where(FeedEvent.type == "message:posted").order_by(FeedEvent.seq)
    with world.store.read() as session:
        positions = [event.data["position"] for event in session.scalars(query)]
    assert positions == list(range(1, 22))


def test_the_same_post_from_two_connections_is_one_message(world: World) -> None:
    """Seen to fail without `_earlier` in `once`, on both databases: every copy was stored."""
    thread = world.thread(world.room)
    command = PostMessage(thread.thread_id, "二重送信", "client-twice")
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(world.write, post_message, "officer", command) for _ in range(8)]
        acks = [a.result().ack() for a in answers]
    assert all(ack == acks[0] for ack in acks)
    with world.store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 2


def test_appends_to_many_streams_in_any_order_do_not_deadlock(world: World) -> None:
    """Seen to fail without `sorted` in `_settle` in hub/feed/log.py, on PostgreSQL: a deadlock."""
    keys = [f"room:{n}" for n in range(1, 5)]

    def write(turn: int) -> None:
        with world.store.transaction() as session:
            for key in keys if turn % 2 else reversed(keys):
                append(session, key, "access:changed", {})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(24)))
    for key in keys:
        assert seqs(world, key) == list(range(1, 25))


def test_what_fails_leaves_no_event_and_no_seq(world: World) -> None:
    """Seen to fail with a commit of its own at the end of `_settle`."""
    thread = world.thread(world.room)
    before = seqs(world, f"room:{world.room}")

    def fail(session: object, _actor: object, _command: None) -> None:
        append(session, f"room:{world.room}", "access:changed", {})
        before_commit(session, stop)

    def stop() -> None:
        raise NotFound

    with pytest.raises(NotFound):
        world.write(fail, "officer", None)
    assert seqs(world, f"room:{world.room}") == before
    world.message(thread)
    assert seqs(world, f"room:{world.room}") == [*before, len(before) + 1]


def test_head_and_events_agree_everywhere(world: World) -> None:
    """Seen to fail when `_settle` raised the head by one for several events."""
    thread = world.thread(world.room, body="@県 四季")
    world.note(thread)
    world.message(thread, "@吉岡 一郎", by="supporter")
    with world.store.read() as session:
        told = dict(session.execute(sa.select(Stream.key, Stream.head)).all())
        counted = Counter(session.scalars(sa.select(FeedEvent.stream)))
    assert {key: head for key, head in told.items() if head} == dict(counted)


@pytest.mark.parametrize(
    "key",
    ["", "room", "room:", ":1", "room:x", "room:-1", "room:1.0", "room:007", "room:１", "rooms:1", "ROOM:1", "room:1 "]
    + ["room:1:2", "case:1", "note:1", "room:" + "9" * 19, "room:²", "room:1\n", "user:", "room:0x1", "*", "room:*"],
)
def test_only_exact_names_are_streams(key: str) -> None:
    """Seen to fail without each condition of `parse_stream` in hub/feed/streams.py, for the names that it stops."""
    assert parse_stream(key) is None


@pytest.mark.parametrize("kind", ["room", "notes", "user"])
def test_names_of_streams(kind: str) -> None:
    """Seen to fail for each kind left out of `parse_stream`."""
    assert parse_stream(f"{kind}:12") == StreamName(kind, 12)
