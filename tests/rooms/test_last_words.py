"""What lists say beside a name: who wrote last, how many replies there are, a draft begun, something urgent."""

import pytest
from sqlalchemy import event

from hub.threads.commands import DeleteMessage, MarkRead, RedactMessage, SaveDraft
from hub.threads.listing import Filter, ThreadRow, list_thread_rows
from hub.threads.room_listing import RoomRow, list_rooms
from hub.threads.services.editing import delete_message, redact_message
from hub.threads.services.reading import mark_read, save_draft
from tests.factories import World


def room_row(world: World, who: str, room: int) -> RoomRow:
    with world.store.read() as session:
        return next(r for r in list_rooms(session, world.actor(who)) if r.room.id == room)


def thread_rows(world: World, who: str, room: int, **chosen: object) -> list[ThreadRow]:
    with world.store.read() as session:
        return list_thread_rows(session, world.actor(who), room, Filter(**chosen))  # type: ignore[arg-type]


def test_a_room_shows_the_last_message_of_the_thread_written_last(world: World) -> None:
    older = world.thread(world.room, body="先に立てた話")
    world.thread(world.room, body="後に立てた話")
    world.thread(world.commons, body="ほかのルームの話")
    world.message(older, "先の話への**返信**", by="supporter")
    last = room_row(world, "officer", world.room).last
    assert last is not None
    assert (last.writer, last.message.thread_id, last.excerpt) == ("県 四季", int(older.thread_id), "先の話への返信")
    assert room_row(world, "supporter", world.foreign_room).last is None
    told = {r["room_id"]: r["last"] for r in world.client("officer").get_json("/rooms").json["rooms"]}
    assert (told[str(world.room)]["writer"], told[str(world.room)]["excerpt"]) == ("県 四季", "先の話への返信")


def test_replies_are_counted_without_those_that_are_gone(world: World) -> None:
    thread = world.thread(world.room, body="はじめ")
    assert thread_rows(world, "officer", world.room)[0].replies == 0
    said = [world.message(thread, f"返信{n}", by=who) for n, who in enumerate(("officer", "supporter", "officer"))]
    world.thread(world.room, body="返信のない話")
    assert [r.replies for r in thread_rows(world, "supporter", world.room)] == [0, 3]
    world.write(delete_message, "officer", DeleteMessage(said[0].message_id))
    world.write(redact_message, "manager", RedactMessage(said[2].message_id, "個人情報"))
    row = thread_rows(world, "supporter", world.room)[1]
    assert row.replies == 1
    assert row.last is not None
    assert row.last.message.body == ""
    assert "（削除された投稿）" in world.client("supporter").text_of(f"/rooms/{world.room}")
    world.write(delete_message, "officer", DeleteMessage(thread.message_id))
    assert thread_rows(world, "supporter", world.room)[1].replies == 1


@pytest.mark.parametrize("place", ["thread", "note"])
def test_what_one_has_begun_to_write_is_marked_for_oneself_alone(world: World, place: str) -> None:
    begun = world.thread(world.room, body="書きかけのある話")
    world.thread(world.room, body="書きかけのない話")
    world.write(save_draft, "supporter", SaveDraft(f"{place}:{begun.thread_id}", "途中"))
    assert [r.draft for r in thread_rows(world, "supporter", world.room)] == [False, True]
    assert [r.draft for r in thread_rows(world, "lead", world.room)] == [False, False]
    assert room_row(world, "supporter", world.room).draft
    assert not room_row(world, "supporter", world.commons).draft
    assert not room_row(world, "lead", world.room).draft


def test_a_question_that_one_has_begun_is_marked_at_its_room(world: World) -> None:
    world.write(save_draft, "officer", SaveDraft(f"room:{world.room}", "相談の途中"))
    assert room_row(world, "officer", world.room).draft
    assert not room_row(world, "officer", world.commons).draft


def test_a_room_says_that_an_urgent_consultation_waits(world: World) -> None:
    world.thread(world.room, "consultation", urgency="soon")
    assert room_row(world, "supporter", world.room).counts.urgent == 0
    world.thread(world.room, "consultation", urgency="urgent")
    assert room_row(world, "supporter", world.room).counts.urgent == 1
    assert room_row(world, "officer", world.room).counts.urgent == 0
    assert room_row(world, "supporter", world.foreign_room).counts.urgent == 0
    told = {r["room_id"]: r["urgent"] for r in world.client("supporter").get_json("/rooms").json["rooms"]}
    assert told[str(world.room)] == 1


def test_only_what_is_unread_is_shown_when_it_is_asked_for(world: World) -> None:
    read = world.thread(world.room, body="読んだ話")
    gone = world.thread(world.room, body="消えた話")
    muted = world.thread(world.room, body="読んでいない話")
    world.write(mark_read, "supporter", MarkRead(read.thread_id, 1))
    world.write(delete_message, "officer", DeleteMessage(gone.message_id))
    rows = thread_rows(world, "supporter", world.room, unread=True)
    assert [r.data["thread_id"] for r in rows] == [str(muted.thread_id)]
    assert thread_rows(world, "officer", world.room, unread=True) == []
    page = world.client("supporter").text_of(f"/rooms/{world.room}?unread=1")
    assert "読んでいない話" in page
    assert "読んだ話" not in page.replace("読んでいない話", "")
    world.message(read, "続き")
    assert len(thread_rows(world, "supporter", world.room, unread=True)) == 2


def test_more_threads_do_not_mean_more_queries(world: World) -> None:
    def asked() -> int:
        statements: list[str] = []
        listener = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(world.store.engine, "before_cursor_execute", listener)
        thread_rows(world, "supporter", world.room)
        event.remove(world.store.engine, "before_cursor_execute", listener)
        return len(statements)

    world.message(world.thread(world.room), by="supporter")
    few = asked()
    for _ in range(5):
        world.message(world.thread(world.room), by="lead")
    assert asked() == few
