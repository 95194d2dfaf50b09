"""すべて既読にする: a room's threads, for oneself, up to what was there."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hub import clock
from hub.clock import utc_now
from hub.errors import NotFound
from hub.inbox.queries import count_unseen
from hub.threads.commands import DeleteMessage, MarkRead, ReadRoom
from hub.threads.room_listing import list_rooms
from hub.threads.services.catching_up import newest_message, read_room
from hub.threads.services.editing import delete_message
from hub.threads.services.reading import mark_read
from tests.factories import Socket, World


def unread(world: World, who: str, room: int) -> int:
    with world.store.read() as session:
        return next(r.counts.unread for r in list_rooms(session, world.actor(who)) if r.room.id == room)


def read(world: World, who: str, room: int, until: int | None = None) -> None:
    with world.store.read() as session:
        newest = newest_message(session, room)
    world.write(read_room, who, ReadRoom(room, newest if until is None else until))


def test_a_room_of_others_is_not_there(world: World) -> None:
    world.thread(world.foreign_room, by="foreign_officer")
    with pytest.raises(NotFound):
        read(world, "officer", world.foreign_room)
    assert unread(world, "supporter", world.foreign_room) == 1


def test_everything_in_the_room_is_read_for_oneself_and_nothing_elsewhere(world: World) -> None:
    first, second = world.thread(world.room), world.thread(world.room, body="二つ目")
    world.message(first, "@県 四季 見てください")
    world.message(second, by="manager")
    world.thread(world.commons)
    read(world, "supporter", world.room)
    assert (unread(world, "supporter", world.room), unread(world, "supporter", world.commons)) == (0, 1)
    assert unread(world, "lead", world.room) == 4
    with world.store.read() as session:
        assert count_unseen(session, world.actor("supporter")) == 0


def test_what_came_while_the_page_was_open_stays_new(world: World) -> None:
    first, second = world.thread(world.room), world.thread(world.room, body="二つ目")
    seen = world.message(first, by="manager")
    world.message(first, "@県 四季 あとから")
    world.message(first, "もう一つ")
    world.thread(world.room, body="あとからの相談")
    read(world, "supporter", world.room, until=int(seen.message_id))
    assert unread(world, "supporter", world.room) == 3
    with world.store.read() as session:
        assert count_unseen(session, world.actor("supporter")) == 1
    assert second.position == 1


def test_the_other_pages_of_the_reader_are_told_of_each_thread(
    world: World, socket_of: Callable[[str], Socket]
) -> None:
    first, second = world.thread(world.room), world.thread(world.room, body="二つ目")
    last = world.message(second, by="manager")
    late = world.message(second, "あとから", by="manager")
    gone = world.message(second, "消える", by="officer")
    world.message(second, "さらに", by="manager")
    world.write(delete_message, "officer", DeleteMessage(gone.message_id))
    page, colleague = socket_of("supporter"), socket_of("lead")
    page.open(f"user:{world.supporter}")
    colleague.open(f"user:{world.lead}")
    read(world, "supporter", world.room, until=int(last.message_id))
    room = str(world.room)
    told = [(f["type"], f["data"]) for f in page.received("feed")]
    assert told == [
        ("mark:moved", {"room_id": room, "thread_id": str(first.thread_id), "position": 1, "unread": 0}),
        ("mark:moved", {"room_id": room, "thread_id": str(second.thread_id), "position": 2, "unread": 2}),
    ]
    assert colleague.received("feed") == []
    read(world, "supporter", world.room, until=int(last.message_id))
    assert page.received("feed") == []
    assert late.position == last.position + 1


def test_a_mark_never_goes_back_and_what_has_faded_stays_as_it_is(world: World) -> None:
    thread = world.thread(world.room)
    last = world.message(thread, by="manager")
    world.write(mark_read, "supporter", MarkRead(thread.thread_id, last.position))
    world.message(thread, "続き")
    read(world, "supporter", world.room, until=int(thread.message_id))
    assert unread(world, "supporter", world.room) == 1
    world.thread(world.room, body="開かれないまま古くなる話")
    later = utc_now() + timedelta(days=91)
    clock.set_source(lambda: later)
    assert unread(world, "lead", world.room) == 0
    read(world, "lead", world.room)
    assert unread(world, "lead", world.room) == 0


def test_the_form_reads_what_its_page_showed_and_comes_back(world: World) -> None:
    world.thread(world.room)
    browser = world.client("supporter")
    page = browser.get(f"/rooms/{world.room}").text
    until = page.partition('name="until" value="')[2].partition('"')[0]
    world.thread(world.room, body="あとから")
    answer = browser.post_form(f"/rooms/{world.room}/read", until=until)
    assert (answer.status_code, answer.location) == (303, f"/rooms/{world.room}")
    assert unread(world, "supporter", world.room) == 1
    assert 'name="until"' not in browser.get(f"/rooms/{world.commons}").text
