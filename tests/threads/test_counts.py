"""Numbers of what is unread and of calls by name are right at once when something of it went: on the next page, and
open pages are told to ask."""

from collections.abc import Callable

import pytest

from hub.inbox.queries import count_unseen
from hub.rooms.commands import Archive
from hub.rooms.steering import archive
from hub.threads.commands import DeleteMessage, MarkRead, MoveThread, RedactMessage
from hub.threads.listing import Filter, list_thread_rows
from hub.threads.services.editing import delete_message, redact_message
from hub.threads.services.moving import move_thread
from hub.threads.services.reading import mark_read
from tests.factories import Posted, Socket, World

Numbers = tuple[int | None, int | None, int]
SocketOf = Callable[[str], Socket]


def numbers(world: World, who: str, room: int) -> Numbers:
    """Of the room in the list of rooms, of the thread in the room's list (None where it is not), of the header."""
    browser = world.client(who)
    rooms = {r["room_id"]: r["unread"] for r in browser.get_json("/rooms").json["rooms"]}
    with world.store.read() as session:
        actor = world.actor(who)
        threads = list_thread_rows(session, actor, room, Filter())
        return rooms.get(str(room)), threads[0].unread if threads else None, count_unseen(session, actor)


def called(world: World) -> Posted:
    """Two messages for the supporter; the second calls them by name."""
    first = world.thread(world.room, body="はじめ")
    return world.message(first, "@県 四季 お願いします")


def delete(world: World, said: Posted) -> None:
    world.write(delete_message, "officer", DeleteMessage(said.message_id))


def redact(world: World, said: Posted) -> None:
    world.write(redact_message, "manager", RedactMessage(said.message_id, "個人情報"))


@pytest.mark.parametrize("erase", [delete, redact])
def test_a_message_that_is_gone_is_no_longer_unread(
    world: World, socket_of: SocketOf, erase: Callable[[World, Posted], None]
) -> None:
    """Seen to fail without `erased_behind` in `_unread` (the room still said 2) and in `thread_marks` (the thread did),
    and without `called_no_more` in `erase_message` (the header of an open page kept its 1)."""
    said = called(world)
    assert numbers(world, "supporter", world.room) == (2, 2, 1)
    page, colleague = socket_of("supporter"), socket_of("lead")
    page.open(f"user:{world.supporter}")
    colleague.open(f"user:{world.lead}")
    erase(world, said)
    assert numbers(world, "supporter", world.room) == (1, 1, 0)
    assert [(f["type"], f["data"]) for f in page.received("feed")] == [("inbox:changed", {"kind": "gone"})]
    assert colleague.received("feed") == []


def test_all_messages_gone_leave_nothing_unread_and_no_news(world: World) -> None:
    first = world.thread(world.room, body="はじめ")
    delete(world, world.message(first, "@県 四季 お願いします"))
    redact(world, first)
    assert numbers(world, "supporter", world.room) == (0, 0, 0)


def test_the_mark_tells_the_other_pages_what_is_left(world: World, socket_of: SocketOf) -> None:
    """Seen to fail with the last position less the mark, which counts what is gone."""
    said = called(world)
    last = world.message(said.thread_id, "おわり")
    delete(world, said)
    page = socket_of("supporter")
    page.open(f"user:{world.supporter}")
    world.write(mark_read, "supporter", MarkRead(said.thread_id, 1))
    (moved,) = page.received("feed")
    assert (moved["type"], moved["data"]["unread"]) == ("mark:moved", 1)
    assert numbers(world, "supporter", world.room)[:2] == (1, 1)
    assert last.position == 3


def test_a_thread_that_moves_takes_its_numbers_along(world: World, socket_of: SocketOf) -> None:
    """Whom it leaves is told as well. Seen to fail without `called_no_more` in `move_thread`."""
    said = world.thread(world.room, body="@吉岡 一郎 見てください", by="supporter")
    assert numbers(world, "officer", world.room) == (1, 1, 1)
    page = socket_of("officer")
    page.open(f"user:{world.officer}", f"room:{world.room}")
    world.write(move_thread, "lead", MoveThread(said.thread_id, world.foreign_room))
    assert numbers(world, "officer", world.room) == (0, None, 0)
    assert numbers(world, "foreign_officer", world.foreign_room)[:2] == (1, 1)
    assert [f["type"] for f in page.received("feed")] == ["thread:left", "inbox:changed"]


def test_whoever_is_removed_is_told_and_counts_nothing(world: World, socket_of: SocketOf) -> None:
    """The page asks for its numbers when access changes (tests/js/inbox, tests/js/rooms)."""
    world.admit("guest", world.room)
    world.thread(world.room, body="見てください", by="supporter")
    assert numbers(world, "guest", world.room)[0] == 1
    page = socket_of("guest")
    page.open(f"user:{world.guest}")
    world.dismiss("guest", world.room)
    assert [f["type"] for f in page.received("feed")] == ["access:changed"]
    assert numbers(world, "guest", world.room)[0] is None


def test_an_archived_room_keeps_its_numbers_until_they_are_read(world: World) -> None:
    said = world.thread(world.commons, body="@県 四季 見てください")
    world.write(archive, "lead", Archive(world.commons, True))
    assert numbers(world, "supporter", world.commons) == (1, 1, 1)
    world.write(mark_read, "supporter", MarkRead(said.thread_id, 1))
    assert numbers(world, "supporter", world.commons)[:2] == (0, 0)
