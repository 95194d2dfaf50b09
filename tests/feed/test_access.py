"""When access ends, the socket is told and cut at the watcher's next look, and hears nothing afterwards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from hub import clock
from hub.access_changes import raise_access_version
from hub.feed.models import FeedEvent, Stream
from hub.people.models import Posting, SignIn, Staff
from hub.security.sessions import end_sign_ins
from hub.threads.commands import MoveThread
from hub.threads.services.moving import move_thread
from tests.factories import Socket, World

SocketOf = Callable[[str], Socket]


def tick(world: World) -> None:
    with world.app.app_context():
        world.app.extensions["hub.watcher"].tick()


def look_first(world: World, socket: Socket) -> None:
    """The watcher's first look takes up everybody: only from the second on does it need a reason."""
    tick(world)
    socket.received()


def later(**parts: float) -> None:
    moment = clock.utc_now() + timedelta(**parts)
    clock.set_source(lambda: moment)


def change(world: World, statement: Any, raised: bool = True) -> None:
    with world.store.transaction() as session:
        session.execute(statement)
        if raised:
            raise_access_version(session)


def sign_out(world: World) -> None:
    with world.store.transaction() as session:
        end_sign_ins(session, SignIn.staff_id == world.officer)


def disable(world: World) -> None:
    change(world, sa.update(Staff).where(Staff.id == world.officer).values(disabled_at=clock.utc_now()))


def end_posting(world: World) -> None:
    change(world, sa.update(Posting).where(Posting.staff_id == world.officer).values(until_at=clock.utc_now()))


def go_idle(world: World) -> None:
    later(minutes=61)


def outlast(world: World) -> None:
    change(world, sa.update(SignIn).values(seen_at=clock.utc_now() + timedelta(hours=12)), raised=False)
    later(hours=12, seconds=1)


@pytest.mark.parametrize("end", [sign_out, disable, end_posting, go_idle, outlast])
def test_a_socket_whose_sign_in_ended_is_cut(world: World, socket_of: SocketOf, end: Callable[[World], None]) -> None:
    """Seen to fail without `disconnect` in `Watcher._re_examine`, without `session:ended` in hub/feed/publish.py,
    without `_expired` in `Watcher.tick` (idle and outlasted), and each way for itself without its own condition in
    hub/security/actors.py."""
    socket = socket_of("officer")
    socket.open(f"room:{world.room}", f"user:{world.officer}")
    look_first(world, socket)
    thread = world.thread(world.room, by="manager")
    assert len(socket.received("feed")) == 2
    end(world)
    tick(world)
    assert socket.received() == [("session:ended", {})]
    assert not socket.open_to_server
    if end in (sign_out, disable, end_posting):
        world.message(thread, by="manager")
    assert socket.received() == []


def test_a_posting_that_runs_out_ends_by_the_clock_alone(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without `_expired` in `Watcher.tick`: no access had changed, so nobody was looked at."""
    until = clock.utc_now() + timedelta(minutes=5)
    change(world, sa.update(Posting).where(Posting.staff_id == world.officer).values(until_at=until))
    socket = socket_of("officer")
    socket.open(f"room:{world.room}")
    tick(world)
    assert socket.open_to_server
    later(minutes=5)
    tick(world)
    assert socket.received() == [("session:ended", {})]


def test_a_grant_that_runs_out_closes_its_streams_only(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without the grants' ends in `_actor`'s `valid_until` (nothing closed), without `leave_room` in
    `Watcher._close_foreign` (the thread was still heard), and when it closed every stream of the socket."""
    world.admit("guest", world.room, until_at=clock.utc_now() + timedelta(minutes=5))
    socket, room, own = socket_of("guest"), f"room:{world.room}", f"user:{world.guest}"
    assert set(socket.open(room, own)["data"]["heads"]) == {room, own}
    look_first(world, socket)
    later(minutes=5)
    tick(world)
    assert socket.received() == [("feed:closed", {"stream": room})]
    world.thread(world.room)
    assert socket.received() == []
    assert socket.open_to_server
    assert socket.open(room)["data"]["refused"] == [room]


def test_a_grant_taken_away_closes_its_stream(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without `raise_access_version` in hub/audiences/services.py (nothing closed) and without
    `leave_room` in `Watcher._close_foreign` (the thread was still heard)."""
    world.admit("bureau", world.room)
    socket, room = socket_of("bureau"), f"room:{world.room}"
    socket.open(room)
    look_first(world, socket)
    world.dismiss("bureau", world.room)
    tick(world)
    assert socket.received() == [("feed:closed", {"stream": room})]
    world.thread(world.room)
    assert socket.received() == []


@pytest.mark.parametrize(("role", "lost"), [("bureau", {"notes", "room"}), ("officer", {"notes"})])
def test_somebody_who_leaves_the_dx_section_loses_the_notes(
    world: World, socket_of: SocketOf, role: str, lost: set[str]
) -> None:
    """Seen to fail without `connection.actor = actor` in `Watcher._re_examine` (judged as who they were before) and,
    for the officer, with `ROOM_READ` for notes in `StreamAccess._may_read`."""
    socket = socket_of("supporter")
    streams = {f"notes:{world.room}", f"room:{world.room}"}
    assert set(socket.open(*streams)["data"]["heads"]) == streams
    change(world, sa.update(Posting).where(Posting.staff_id == world.supporter).values(role=role))
    tick(world)
    assert {d["stream"] for d in socket.received("feed:closed")} == {f"{kind}:{world.room}" for kind in lost}
    world.note(world.thread(world.room), by="lead")
    assert {f["stream"] for f in socket.received("feed")} == streams - {f"{kind}:{world.room}" for kind in lost}


def test_the_other_browser_of_the_same_person_stays(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without the conditions in `end_sign_ins` (both were cut) and without `disconnect` in
    `Watcher._re_examine` (neither was)."""
    first, second = socket_of("officer"), socket_of("officer")
    for socket in (first, second):
        socket.open(f"room:{world.room}")
    with world.store.transaction() as session:
        end_sign_ins(session, SignIn.id == session.scalar(sa.select(sa.func.min(SignIn.id))))
    tick(world)
    world.thread(world.room)
    assert not first.open_to_server
    assert len(second.received("feed")) == 2


@pytest.mark.parametrize("end", [sign_out, disable, end_posting])
def test_nothing_can_be_written_even_before_the_next_look(
    world: World, socket_of: SocketOf, end: Callable[[World], None]
) -> None:
    """Seen to fail without `confirm` in `Database.write` (the message was taken) and without it in `feed_open`."""
    socket, thread = socket_of("officer"), world.thread(world.room)
    end(world)
    ack = socket.ask("message:post", {"thread_id": str(thread.thread_id), "body": "まだ", "client_id": "client-late"})
    assert ack["error"]["code"] == "signed_out"
    assert socket.ask("feed:open", {"streams": [f"room:{world.room}"]})["ok"] is False


def test_access_lost_is_lost_before_the_next_look(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without `confirm` in `Database.write`, in `feed_open` and in `on_typing_start`, each at its own
    line."""
    world.admit("guest", world.room)
    socket, thread = socket_of("guest"), world.thread(world.room)
    world.dismiss("guest", world.room)
    ack = socket.ask("message:post", {"thread_id": str(thread.thread_id), "body": "まだ", "client_id": "client-late"})
    assert ack["error"]["code"] == "not_found"
    assert socket.open(f"room:{world.room}")["data"]["refused"] == [f"room:{world.room}"]
    assert socket.ask("typing:start", {"thread_id": str(thread.thread_id)})["error"]["code"] == "not_found"


def test_access_given_later_opens_without_a_new_sign_in(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without the first `confirm` in `feed_open` and without `raise_access_version` in
    hub/audiences/services.py: the room stayed refused."""
    socket, room = socket_of("guest"), f"room:{world.room}"
    assert socket.open(room)["data"]["refused"] == [room]
    world.admit("guest", world.room)
    assert socket.open(room)["data"]["heads"] == {room: 0}


def test_nobody_connects_without_signing_in(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without the refusal in `connect` in hub/feed/events.py and, for the sign-in that ended, without
    `ended_at is None` in `actors_of_sign_ins`."""
    sockets = [Socket(world.client(None))]
    browser = world.client("officer")
    sign_out(world)
    sockets.append(Socket(browser))
    assert not any(s.open_to_server for s in sockets)


def test_foreign_streams_are_refused_and_stay_silent(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without `permits` and without `name.id == actor.staff_id` in `StreamAccess._may_read`."""
    socket = socket_of("foreign_officer")
    asked = [f"room:{world.room}", f"notes:{world.foreign_room}", f"user:{world.officer}", "room:999", "*", "/", ""]
    data = socket.open(*asked)["data"]
    assert (data["refused"], data["heads"]) == (asked, {})
    thread = world.thread(world.room, body="@県 四季")
    world.note(thread)
    world.note(world.thread(world.foreign_room, by="foreign_officer"))
    assert socket.received() == []


def test_opening_twice_is_harmless_and_closing_is_quiet(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without `leave_room` in `_leave` in hub/feed/events.py: the message was heard after closing."""
    socket, room = socket_of("officer"), f"room:{world.room}"
    socket.open(room, room)
    socket.open(room)
    thread = world.thread(world.room)
    assert [f["seq"] for f in socket.received("feed")] == [1, 2]
    assert socket.ask("feed:close", {"streams": [room, "room:999", "nonsense"]}) == {"ok": True, "data": {}}
    world.message(thread)
    assert socket.received() == []


def test_two_hundred_streams_at_once(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without `permits` in `StreamAccess._may_read` and with a hundred as the most that `Streams`
    takes."""
    asked = [f"room:{n}" for n in range(1, 201)]
    data = socket_of("supporter").open(*asked)["data"]
    assert set(data["heads"]) == {f"room:{n}" for n in (world.room, world.foreign_room, world.commons)}
    assert len(data["refused"]) == 197


def test_a_moved_thread_is_told_in_both_rooms_and_no_third(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without `thread:left` in `move_thread`, with the event appended to a third room as well, and without
    `to` in `emit` in hub/feed/publish.py: everybody heard everything."""
    thread = world.thread(world.room)
    old, new = socket_of("officer"), socket_of("foreign_officer")
    old.open(f"room:{world.room}", f"room:{world.commons}")
    new.open(f"room:{world.foreign_room}")
    world.write(move_thread, "lead", MoveThread(thread.thread_id, world.foreign_room))
    assert [f["type"] for f in old.received("feed")] == ["thread:left"]
    assert [f["type"] for f in new.received("feed")] == ["thread:arrived"]


def test_heads_raised_by_another_process_are_announced(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without `_send_heads` in `Watcher._announce` (not told) and without moving `_seen_event` on (told
    again)."""
    socket, room = socket_of("officer"), f"room:{world.room}"
    socket.open(room)
    tick(world)
    with world.store.transaction() as session:
        session.add(Stream(key=room, head=1))
        session.flush()
        session.add(FeedEvent(stream=room, seq=1, type="void", at=clock.utc_now(), data={}))
    tick(world)
    assert [d["heads"] for d in socket.received("feed:heads")] == [{room: 1}]
    tick(world)
    assert socket.received() == []


def test_typing_is_shown_to_others_with_the_room_open_only(world: World, socket_of: SocketOf) -> None:
    """Seen to fail without `skip_sid` in `on_typing_start` (shown to whoever types) and without `to` in `emit` in
    hub/feed/publish.py (shown to those who have not opened the room)."""
    thread = world.thread(world.room)
    me, other, elsewhere = socket_of("officer"), socket_of("supporter"), socket_of("manager")
    me.open(f"room:{world.room}")
    other.open(f"room:{world.room}")
    assert me.ask("typing:start", {"thread_id": str(thread.thread_id)}) == {"ok": True, "data": {}}
    assert other.received("typing") == [{"thread_id": str(thread.thread_id), "name": "吉岡 一郎"}]
    assert me.received("typing") == elsewhere.received("typing") == []


@pytest.mark.parametrize("name", ["connect", "disconnect", "*"])
def test_names_of_the_library_are_no_way_around_the_watcher(world: World, socket_of: SocketOf, name: str) -> None:
    """Seen to fail without `RESERVED` in `_is_event` in hub/feed/packets.py: the library's own handlers answered."""
    world.admit("guest", world.room)
    socket, room = socket_of("guest"), f"room:{world.room}"
    socket.open(room)
    assert socket.ask(name, {})["error"]["code"] == "invalid"
    world.dismiss("guest", world.room)
    tick(world)
    assert socket.received() == [("feed:closed", {"stream": room})]
    world.thread(world.room)
    assert socket.received() == []
    with world.store.transaction() as session:
        end_sign_ins(session)
    tick(world)
    assert not socket.open_to_server
