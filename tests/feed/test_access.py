"""When access ends, the socket is told and cut at the watcher's next look, and hears nothing afterwards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from hub import clock
from hub.accounts.models import Posting, SignIn, Staff
from hub.accounts.sessions import end_sign_ins
from hub.feed.models import FeedEvent, Stream
from hub.installation import raise_access_version
from hub.threads.commands import MoveThread
from hub.threads.services.moving import move_thread
from tests.factories import Socket, World

SocketOf = Callable[[str], Socket]


def tick(world: World) -> None:
    with world.app.app_context():
        world.app.extensions["hub.watcher"].tick()


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
    socket = socket_of("officer")
    socket.open(f"room:{world.room}", f"user:{world.officer}")
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
    world.admit("guest", world.room, until_at=clock.utc_now() + timedelta(minutes=5))
    socket, room, own = socket_of("guest"), f"room:{world.room}", f"user:{world.guest}"
    assert set(socket.open(room, own)["data"]["heads"]) == {room, own}
    later(minutes=5)
    tick(world)
    assert socket.received() == [("feed:closed", {"stream": room})]
    world.thread(world.room)
    assert socket.received() == []
    assert socket.open_to_server
    assert socket.open(room)["data"]["refused"] == [room]


def test_a_grant_taken_away_closes_its_stream(world: World, socket_of: SocketOf) -> None:
    world.admit("bureau", world.room)
    socket, room = socket_of("bureau"), f"room:{world.room}"
    socket.open(room)
    world.dismiss("bureau", world.room)
    tick(world)
    assert socket.received() == [("feed:closed", {"stream": room})]
    world.thread(world.room)
    assert socket.received() == []


def test_somebody_who_leaves_the_dx_section_loses_the_notes(world: World, socket_of: SocketOf) -> None:
    socket = socket_of("supporter")
    streams = {f"notes:{world.room}", f"room:{world.room}"}
    assert set(socket.open(*streams)["data"]["heads"]) == streams
    change(world, sa.update(Posting).where(Posting.staff_id == world.supporter).values(role="bureau"))
    tick(world)
    assert {d["stream"] for d in socket.received("feed:closed")} == streams
    world.note(world.thread(world.room), by="lead")
    assert socket.received() == []


def test_the_other_browser_of_the_same_person_stays(world: World, socket_of: SocketOf) -> None:
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
    socket, thread = socket_of("officer"), world.thread(world.room)
    end(world)
    ack = socket.ask("message:post", {"thread_id": str(thread.thread_id), "body": "まだ", "client_id": "client-late"})
    assert ack["error"]["code"] == "signed_out"
    assert socket.ask("feed:open", {"streams": [f"room:{world.room}"]})["ok"] is False


def test_access_lost_is_lost_before_the_next_look(world: World, socket_of: SocketOf) -> None:
    world.admit("guest", world.room)
    socket, thread = socket_of("guest"), world.thread(world.room)
    world.dismiss("guest", world.room)
    ack = socket.ask("message:post", {"thread_id": str(thread.thread_id), "body": "まだ", "client_id": "client-late"})
    assert ack["error"]["code"] == "not_found"
    assert socket.open(f"room:{world.room}")["data"]["refused"] == [f"room:{world.room}"]
    assert socket.ask("typing:start", {"thread_id": str(thread.thread_id)})["error"]["code"] == "not_found"


def test_access_given_later_opens_without_a_new_sign_in(world: World, socket_of: SocketOf) -> None:
    socket, room = socket_of("guest"), f"room:{world.room}"
    assert socket.open(room)["data"]["refused"] == [room]
    world.admit("guest", world.room)
    assert socket.open(room)["data"]["heads"] == {room: 0}


def test_nobody_connects_without_signing_in(world: World, socket_of: SocketOf) -> None:
    sockets = [Socket(world.client(None))]
    browser = world.client("officer")
    sign_out(world)
    sockets.append(Socket(browser))
    assert not any(s.open_to_server for s in sockets)


def test_foreign_streams_are_refused_and_stay_silent(world: World, socket_of: SocketOf) -> None:
    socket = socket_of("foreign_officer")
    asked = [f"room:{world.room}", f"notes:{world.foreign_room}", f"user:{world.officer}", "room:999", "*", "/", ""]
    data = socket.open(*asked)["data"]
    assert (data["refused"], data["heads"]) == (asked, {})
    thread = world.thread(world.room, body="@県 四季")
    world.note(thread)
    world.note(world.thread(world.foreign_room, by="foreign_officer"))
    assert socket.received() == []


def test_opening_twice_is_harmless_and_closing_is_quiet(world: World, socket_of: SocketOf) -> None:
    socket, room = socket_of("officer"), f"room:{world.room}"
    socket.open(room, room)
    socket.open(room)
    thread = world.thread(world.room)
    assert [f["seq"] for f in socket.received("feed")] == [1, 2]
    assert socket.ask("feed:close", {"streams": [room, "room:999", "nonsense"]}) == {"ok": True, "data": {}}
    world.message(thread)
    assert socket.received() == []


def test_two_hundred_streams_at_once(world: World, socket_of: SocketOf) -> None:
    asked = [f"room:{n}" for n in range(1, 201)]
    data = socket_of("supporter").open(*asked)["data"]
    assert set(data["heads"]) == {f"room:{n}" for n in (world.room, world.foreign_room, world.commons)}
    assert len(data["refused"]) == 197


def test_a_moved_thread_is_told_in_both_rooms_and_no_third(world: World, socket_of: SocketOf) -> None:
    thread = world.thread(world.room)
    old, new = socket_of("officer"), socket_of("foreign_officer")
    old.open(f"room:{world.room}")
    new.open(f"room:{world.foreign_room}")
    world.write(move_thread, "lead", MoveThread(thread.thread_id, world.foreign_room))
    assert [f["type"] for f in old.received("feed")] == ["thread:left"]
    assert [f["type"] for f in new.received("feed")] == ["thread:arrived"]


def test_heads_raised_by_another_process_are_announced(world: World, socket_of: SocketOf) -> None:
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
    thread = world.thread(world.room)
    me, other, elsewhere = socket_of("officer"), socket_of("supporter"), socket_of("manager")
    me.open(f"room:{world.room}")
    other.open(f"room:{world.room}")
    assert me.ask("typing:start", {"thread_id": str(thread.thread_id)}) == {"ok": True, "data": {}}
    assert other.received("typing") == [{"thread_id": str(thread.thread_id), "name": "吉岡 一郎"}]
    assert me.received("typing") == elsewhere.received("typing") == []


@pytest.mark.parametrize("name", ["connect", "disconnect", "*"])
def test_names_of_the_library_are_no_way_around_the_watcher(world: World, socket_of: SocketOf, name: str) -> None:
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
