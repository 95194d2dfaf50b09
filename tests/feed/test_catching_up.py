"""GET /feed: what happened after a cursor, and cursors that no longer hold."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.config import Config
from hub.feed import epoch as life
from hub.feed.log import append, heads
from hub.feed.models import FeedEvent
from hub.feed.watch import Watcher
from hub.installation import current_epoch
from tests.factories import Browser, World


@pytest.fixture
def stream(world: World) -> str:
    """A room with seven events."""
    thread = world.thread(world.room)
    for n in range(5):
        world.message(thread, str(n))
    return f"room:{world.room}"


@pytest.fixture
def browser(world: World) -> Browser:
    return world.client("officer")


def epoch_of(world: World) -> str:
    with world.store.read() as session:
        return current_epoch(session)


def test_everything_that_is_kept(world: World, browser: Browser, stream: str) -> None:
    """Seen to fail without `order_by` in `events_after`: the newest came first."""
    page = browser.get(f"/feed/{stream}?after=0").json
    assert [e["seq"] for e in page["events"]] == [1, 2, 3, 4, 5, 6, 7]
    assert (page["head"], page["has_more"], page["epoch"]) == (7, False, epoch_of(world))
    assert set(page["events"][0]) == {"stream", "seq", "epoch", "type", "at", "data"}


def test_what_comes_after_a_cursor_page_by_page(world: World, browser: Browser, stream: str) -> None:
    """Seen to fail with `limit` for `limit + 1` in `events_after`: the first page said that it was the last."""
    seen, after, more = [], 2, True
    while more:
        page = browser.get(f"/feed/{stream}?after={after}&limit=2&epoch={epoch_of(world)}").json
        seen += [e["seq"] for e in page["events"]]
        after, more = seen[-1], page["has_more"]
    assert seen == [3, 4, 5, 6, 7]


def test_nothing_new_is_an_empty_page(browser: Browser, stream: str) -> None:
    """Seen to fail with `seq >= after` (the last event again) and with `after >= head` (resync) in `events_after`."""
    page = browser.get(f"/feed/{stream}?after=7").json
    assert (page["events"], page["head"], page["has_more"]) == ([], 7, False)


def test_a_stream_without_events_has_head_zero(world: World, browser: Browser) -> None:
    """Seen to fail without `or 0` after the head in `events_after`."""
    page = browser.get(f"/feed/room:{world.commons}").json
    assert (page["events"], page["head"]) == ([], 0)


def test_frames_are_the_same_as_on_the_socket(world: World, browser: Browser, stream: str, socket_of) -> None:
    """Seen to fail without the epoch in the frames of `catch_up`, and when `publish` emitted the newest first."""
    socket = socket_of("officer")
    assert socket.open(stream)["data"]["heads"] == {stream: 7}
    world.thread(world.room, body="両方で")
    assert browser.get(f"/feed/{stream}?after=7").json["events"] == socket.received("feed")


@pytest.mark.parametrize("query", ["after=8", "after=9007199254740992", "epoch=0123456789abcdef", "epoch="])
def test_a_cursor_of_another_life_is_told_to_begin_anew(browser: Browser, stream: str, query: str) -> None:
    """Seen to fail without `after > head`, without `epoch != current`, and with an empty epoch taken for none, in
    `events_after`."""
    answer = browser.get(f"/feed/{stream}?{query}")
    assert (answer.status_code, answer.json["error"]["code"]) == (410, "resync")


def test_a_cursor_older_than_what_is_kept(world: World, browser: Browser, stream: str) -> None:
    """Seen to fail without the second `Resync` in `events_after` (a hole, unnoticed), with `oldest` for `oldest - 1`
    and without `0 < after` (resync for no reason)."""
    with world.store.transaction() as session:
        session.execute(sa.delete(FeedEvent).where(FeedEvent.seq <= 3))
    assert browser.get(f"/feed/{stream}?after=2").status_code == 410
    assert [e["seq"] for e in browser.get(f"/feed/{stream}?after=3").json["events"]] == [4, 5, 6, 7]
    assert [e["seq"] for e in browser.get(f"/feed/{stream}?after=0").json["events"]] == [4, 5, 6, 7]


def test_a_cursor_of_a_stream_of_which_nothing_is_kept(world: World, browser: Browser, stream: str) -> None:
    """Seen to fail without `oldest is None` (nothing seemed to have happened) and without `after < head` (resync for no
    reason) in `events_after`."""
    with world.store.transaction() as session:
        session.execute(sa.delete(FeedEvent))
    assert browser.get(f"/feed/{stream}?after=2").status_code == 410
    page = browser.get(f"/feed/{stream}?after=7").json
    assert (page["events"], page["head"]) == ([], 7)


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1.5", "after=１", "after=+1", "after=99999999999999999"]
)
@pytest.mark.parametrize("name", ["after", "limit"])
def test_senseless_numbers_are_invalid(browser: Browser, stream: str, query: str, name: str) -> None:
    """Seen to fail without `ValidationFailed` in `_number` in hub/feed/routes.py, and without each of `isascii`,
    `isdigit` and the bound for those that it stops."""
    answer = browser.get(f"/feed/{stream}?{query.replace('after', name)}")
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid")


def test_a_page_holds_a_thousand_at_most(world: World, browser: Browser) -> None:
    """Seen to fail without `min` and without `max` around the limit in `catch_up`."""
    stream = f"room:{world.commons}"
    with world.store.transaction() as session:
        for _ in range(1_001):
            append(session, stream, "access:changed", {})
    assert len(browser.get(f"/feed/{stream}").json["events"]) == 200
    page = browser.get(f"/feed/{stream}?limit=5000").json
    assert (len(page["events"]), page["has_more"]) == (1_000, True)
    assert len(browser.get(f"/feed/{stream}?limit=0").json["events"]) == 1


def test_absent_and_foreign_streams_are_one_answer(world: World, browser: Browser) -> None:
    """Seen to fail without `NotFound` in `events_after`, and in `StreamAccess._may_read` without `permits`, without the
    staff id, and with `ROOM_READ` for notes."""
    foreign = [f"room:{world.foreign_room}", f"user:{world.supporter}", f"notes:{world.room}"]
    answers = [browser.get(f"/feed/{key}") for key in [*foreign, "room:999999", "nonsense", "room:007"]]
    assert {a.status_code for a in answers} == {404}
    assert len({a.text for a in answers}) == 1


def test_heads_of_readable_streams_only(world: World, browser: Browser, stream: str) -> None:
    """Seen to fail without `readable_streams` in `read_heads`: the heads of all were told."""
    own = f"user:{world.officer}"
    asked = [stream, own, f"room:{world.foreign_room}", f"notes:{world.room}", "nonsense", ""]
    answer = browser.get(f"/feed?streams={','.join(asked)}").json
    with world.store.read() as session:
        told = heads(session, [own])[own]  # of the rooms that the world gave
    assert answer == {"epoch": epoch_of(world), "heads": {stream: 7, own: told}}


def test_nobody_reads_without_signing_in(world: World, stream: str) -> None:
    """Seen to fail without `SignedOut` in `current_actor`."""
    for path in (f"/feed/{stream}", f"/feed?streams={stream}"):
        answer = world.client(None).get(path)
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "signed_out")


def test_catching_up_does_not_keep_a_sign_in_alive(world: World, browser: Browser, stream: str) -> None:
    """Seen to fail with the feed counted as activity in hub/accounts/routes/activity_pages.py, and without `seen_at +
    idle` in `actors_of_sign_ins`."""
    config: Config = world.app.extensions["hub.config"]
    now = clock.utc_now()
    for minutes in (30, 59):
        clock.set_source(lambda minutes=minutes: now + timedelta(minutes=minutes))
        assert browser.get(f"/feed/{stream}").status_code == 200
    clock.set_source(lambda: now + config.idle + timedelta(seconds=1))
    assert browser.get(f"/feed/{stream}").status_code == 401


def test_a_data_base_put_back_in_time_begins_a_new_life(world: World, stream: str) -> None:
    """Seen to fail without the new epoch in `begin` in hub/feed/epoch.py, and with `>=` there: every start was a new
    life."""
    folder = world.app.extensions["hub.config"].instance_path
    life.begin(world.store, folder)
    before = epoch_of(world)
    life.begin(world.store, folder)
    assert epoch_of(world) == before
    with world.store.transaction() as session:
        session.execute(sa.delete(FeedEvent).where(FeedEvent.seq > 3))
    life.begin(world.store, folder)
    assert epoch_of(world) != before


def test_the_watermark_takes_up_what_was_written_before_anybody_watched(world: World, stream: str) -> None:
    """Seen to fail while the first tick wrote it only for events after the watcher's beginning."""
    folder, watcher = world.app.extensions["hub.config"].instance_path, Watcher(world.app)
    life.write_watermark(folder, epoch_of(world), 0)
    watcher.begin()
    watcher.tick()
    with world.store.read() as session:
        assert json.loads((folder / life.FILE).read_text())["event"] == life.newest_event(session) > 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"epoch": 5, "event": 1}', '{"epoch": "NOW", "event": "x"}', "null"])
def test_a_spoilt_watermark_stops_nothing(world: World, stream: str, text: str) -> None:
    """Seen to fail without `ValueError` and without `isinstance` in `_read`, and without `isinstance` in `_number`, in
    hub/feed/epoch.py."""
    folder = world.app.extensions["hub.config"].instance_path
    before = epoch_of(world)
    (folder / life.FILE).write_text(text.replace("NOW", before))
    life.begin(world.store, folder)
    assert epoch_of(world) == before
