"""すべて既読にする: a room's threads, for oneself, up to what was there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.clock import utc_now
from hub.errors import NotFound
from hub.inbox.queries import count_unseen
from hub.threads.commands import DeleteMessage, MarkRead, ReadRoom, ReadRooms
from hub.threads.models import ReadMark, Thread
from hub.threads.room_listing import list_rooms
from hub.threads.services.catching_up import newest_message, read_room, read_rooms
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
    form = page.partition(f'action="/rooms/{world.room}/read"')[2]
    until = form.partition('name="until" value="')[2].partition('"')[0]
    world.thread(world.room, body="あとから")
    answer = browser.post_form(f"/rooms/{world.room}/read", until=until)
    assert (answer.status_code, answer.location) == (303, f"/rooms/{world.room}")
    assert unread(world, "supporter", world.room) == 1
    assert f'action="/rooms/{world.commons}/read"' not in browser.get(f"/rooms/{world.commons}").text


def test_all_rooms_at_once_are_those_of_the_reader_up_to_what_was_there(world: World) -> None:
    world.thread(world.room)
    world.thread(world.foreign_room, by="foreign_officer")
    last = world.thread(world.commons, by="manager")
    world.message(last, "あとから", by="manager")
    world.write(read_rooms, "officer", ReadRooms(int(last.message_id)))
    assert (unread(world, "officer", world.room), unread(world, "officer", world.commons)) == (0, 1)
    with world.store.read() as session:
        marked = session.execute(sa.select(ReadMark.thread_id, ReadMark.staff_id)).all()
    assert (last.thread_id, world.officer) in marked
    foreign = sa.select(sa.func.count()).select_from(ReadMark).join(Thread, Thread.id == ReadMark.thread_id)
    foreign = foreign.where(Thread.room_id == world.foreign_room, ReadMark.staff_id == world.officer)
    with world.store.read() as session:
        assert session.scalar(foreign) == 0
    assert unread(world, "lead", world.commons) == 2


def test_the_other_pages_are_told_of_all_rooms(world: World, socket_of: Callable[[str], Socket]) -> None:
    first, second = world.thread(world.room), world.thread(world.commons, by="manager")
    page = socket_of("supporter")
    page.open(f"user:{world.supporter}")
    world.write(read_rooms, "supporter", ReadRooms(int(second.message_id)))
    told = [(f["data"]["room_id"], f["data"]["thread_id"], f["data"]["unread"]) for f in page.received("feed")]
    assert told == [(str(world.room), str(first.thread_id), 0), (str(world.commons), str(second.thread_id), 0)]


def test_the_button_stands_there_only_while_something_is_unread(world: World) -> None:
    world.thread(world.room)
    thread = world.thread(world.commons, by="manager")
    browser, here = world.client("supporter"), f"/threads/{thread.thread_id}"
    page = browser.get(here).text
    form = page.partition('action="/rooms/read"')[2].partition("</form>")[0]
    assert " hidden>" not in form.partition(">")[0] + ">"
    until = form.partition('name="until" value="')[2].partition('"')[0]
    assert until == str(thread.message_id)
    sent = {"csrf_token": browser.csrf, "until": until}
    answer = browser.post("/rooms/read", data=sent, headers={"Referer": f"http://localhost{here}"})
    assert (answer.status_code, answer.location) == (303, here)  # beside the conversation that is being read
    assert browser.post_form("/rooms/read", until=until).location == "/rooms"
    page = browser.get("/rooms").text
    assert "すべてのルームを既読にしました。" in page
    assert page.partition('action="/rooms/read"')[2].partition(">")[0].endswith(" hidden")
    assert 'action="/rooms/read"' not in browser.get("/rooms?q=吉岡").text


@pytest.mark.parametrize(("read", "first"), [(0, 1), (3, 1), (40, 16)])
def test_a_thread_that_was_never_opened_begins_at_its_first_message(world: World, read: int, first: int) -> None:
    """Seen to fail: it opened at the newest of ninety."""
    thread = world.thread(world.room)
    for number in range(2, 91):
        world.message(thread, f"{number}番目", by="manager")
    if read:
        world.write(mark_read, "supporter", MarkRead(thread.thread_id, read))
    page = world.client("supporter").get(f"/threads/{thread.thread_id}").text
    assert int(page.partition('id="conversation"')[2].partition('data-position="')[2].partition('"')[0]) == first
    assert ("data-never-opened" in page) == (read == 0)
    assert page.count("ここから未読") == 1 + (read > 0)  # one is the template's
