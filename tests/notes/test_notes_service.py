"""県内メモ: nobody outside the DX section may learn that there is one."""

import pytest
import sqlalchemy as sa

from hub.errors import Conflict, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.threads.models import Thread
from hub.threads.notes.queries import get_notes_for
from hub.threads.notes.services import PostNote, post_note
from tests.factories import Posted, World, places_of

OTHERS = ("officer", "manager", "foreign_officer", "admin", "bureau", "guest")
SECRET = "himitsu3141592"  # letters that JSON does not escape


@pytest.fixture
def thread(world: World) -> Posted:
    return world.thread(world.room)


def test_the_dx_section_writes_and_reads(world: World, thread: Posted) -> None:
    world.note(thread, "一つ目")
    world.note(thread, "二つ目", by="lead")
    with world.store.read() as session:
        _place, notes = get_notes_for(session, world.actor("supporter"), thread.thread_id)
    assert [(n["author"]["name"], n["body"]) for n in notes] == [("県 四季", "一つ目"), ("県 五月", "二つ目")]


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("admitted", [False, True])
def test_for_all_others_there_is_nothing(world: World, thread: Posted, who: str, admitted: bool) -> None:
    if admitted:
        world.admit(who, world.room)
    world.note(thread)
    with pytest.raises(NotFound):
        world.write(post_note, who, PostNote(thread.thread_id, "メモ", "client-note"))
    with world.store.read() as session, pytest.raises(NotFound):
        get_notes_for(session, world.actor(who), thread.thread_id)
    browser = world.client(who)
    assert browser.get_json(f"/threads/{thread.thread_id}/notes").status_code == 404
    assert browser.get_json(f"/feed/notes:{world.room}").status_code == 404


def test_the_answer_is_the_same_as_for_a_thread_that_does_not_exist(world: World, thread: Posted) -> None:
    world.note(thread)
    browser = world.client("officer")
    there = browser.get_json(f"/threads/{thread.thread_id}/notes")
    absent = browser.get_json("/threads/999999/notes")
    assert (there.status_code, there.json) == (absent.status_code, absent.json)


def test_a_note_touches_nothing_that_a_municipality_sees(world: World, thread: Posted) -> None:
    with world.store.read() as session:
        before = session.get_one(Thread, thread.thread_id)
        head = session.scalar(sa.select(sa.func.max(FeedEvent.seq)).where(FeedEvent.stream == f"room:{world.room}"))
    world.note(thread, SECRET)
    with world.store.read() as session:
        after = session.get_one(Thread, thread.thread_id)
        now = session.scalar(sa.select(sa.func.max(FeedEvent.seq)).where(FeedEvent.stream == f"room:{world.room}"))
    assert (after.version, after.last_message_at, after.last_position) == (
        before.version,
        before.last_message_at,
        before.last_position,
    )
    assert now == head


def test_a_note_stands_in_its_own_table_and_stream_only(world: World, thread: Posted) -> None:
    world.note(thread, SECRET)
    with world.store.read() as session:
        found = places_of(session, SECRET)
        streams = set(session.scalars(sa.select(FeedEvent.stream).where(FeedEvent.type == "note:posted")))
    assert found == {"notes.body", "notes.body_html", "feed_events.data"}
    assert streams == {f"notes:{world.room}"}


@pytest.mark.parametrize("who", ["officer", "manager", "foreign_officer"])
def test_no_page_or_answer_shows_a_note(world: World, thread: Posted, who: str) -> None:
    world.note(thread, SECRET)
    browser = world.client(who)
    for path in ("", "/print", "/head", "/acknowledgements"):
        assert SECRET not in browser.get(f"/threads/{thread.thread_id}{path}").text
    for path in (f"/rooms/{world.room}", f"/rooms/{world.room}/export", "/rooms", "/", "/inbox"):
        assert SECRET not in browser.get(path).text
    assert SECRET not in browser.get_json(f"/feed/room:{world.room}").text


def test_a_repeat_is_one_note(world: World, thread: Posted) -> None:
    command = PostNote(thread.thread_id, "一度", "client-note")
    first = world.write(post_note, "supporter", command).ack()
    assert world.write(post_note, "supporter", command).ack() == first
    with pytest.raises(Conflict):
        world.write(post_note, "supporter", PostNote(thread.thread_id, "別", "client-note"))


@pytest.mark.parametrize("body", ["", " ", "あ" * 10_001])
def test_unusable_texts_are_refused(world: World, thread: Posted, body: str) -> None:
    with pytest.raises(ValidationFailed):
        world.note(thread, body)
