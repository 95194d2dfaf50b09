"""Following a thread: news stand on the home page until they are read; muting, reading and losing access end it."""

import sqlalchemy as sa

from hub.access_changes import raise_access_version
from hub.audiences.models import Grant
from hub.home.following import followed_news
from hub.threads.commands import MarkRead, PreferThread
from hub.threads.services.reading import mark_read, prefer_thread

WORDS = "更新を受け取るやりとり"


def follow(world, thread, *, following=True, muted=False):
    command = PreferThread(thread_id=thread.thread_id, following=following, muted=muted)
    world.write(prefer_thread, "officer", command)


def test_nobody_is_told_of_threads_they_do_not_follow(world, client_of):
    world.thread(world.commons, by="supporter")
    assert WORDS not in client_of("officer").get("/").text


def test_news_of_a_followed_thread_stand_on_the_home_page_until_read(world, client_of):
    thread = world.thread(world.commons, body="通勤手当の電子申請", by="supporter")
    follow(world, thread)
    assert WORDS in client_of("officer").get("/").text
    world.write(mark_read, "officer", MarkRead(thread_id=thread.thread_id, position=1))
    assert WORDS not in client_of("officer").get("/").text
    world.message(thread, by="supporter")
    assert WORDS in client_of("officer").get("/").text
    follow(world, thread, muted=True)
    assert WORDS not in client_of("officer").get("/").text


def test_a_room_that_can_no_longer_be_read_tells_nothing(world, client_of):
    thread = world.thread(world.room, body="町の中の相談", by="supporter")
    follow(world, thread)
    with world.store.transaction() as session:
        session.execute(sa.delete(Grant))
        raise_access_version(session)
    assert WORDS not in client_of("officer").get("/").text


def titles(world, who):
    with world.store.read() as session:
        return [item.row.data["title"] for item in followed_news(session, world.actor(who))]


def test_each_hears_of_what_they_follow_and_have_not_read_themselves(world):
    first, second, third = (world.thread(world.commons, title=name, by="supporter") for name in ("一", "二", "三"))
    for thread in (first, third):
        follow(world, thread)
    world.write(prefer_thread, "manager", PreferThread(second.thread_id, True, False))
    world.write(prefer_thread, "manager", PreferThread(third.thread_id, False, False))
    assert (titles(world, "officer"), titles(world, "manager")) == (["三", "一"], ["二"])
    world.write(mark_read, "manager", MarkRead(first.thread_id, 1))
    world.write(mark_read, "officer", MarkRead(second.thread_id, 1))
    assert (titles(world, "officer"), titles(world, "manager")) == (["三", "一"], ["二"])
    world.message(first, by="supporter")
    assert titles(world, "officer") == ["一", "三"]
    world.write(mark_read, "officer", MarkRead(first.thread_id, 1))
    assert titles(world, "officer") == ["一", "三"]
    world.write(mark_read, "officer", MarkRead(first.thread_id, 2))
    assert titles(world, "officer") == ["三"]
