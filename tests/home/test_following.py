"""Following a thread: news stand on the home page until they are read; muting, reading and losing access end it."""

import sqlalchemy as sa

from hub.audiences.models import Grant
from hub.installation import raise_access_version
from hub.threads.commands import MarkRead, PreferThread
from hub.threads.services.reading import mark_read, prefer_thread

WORDS = "フォロー中の新しい投稿"


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
