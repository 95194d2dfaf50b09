"""The writer of a worker: what waits is written with one commit, and each command is refused or undone alone."""

from collections.abc import Sequence
from typing import Any

import gevent
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hub.commits import after_commit
from hub.errors import Forbidden, Unavailable
from hub.events.following import Following
from hub.events.happenings import Said
from hub.feed.models import FeedEvent, Submission
from hub.subscribers import FOLLOWERS
from hub.threads.commands import ChangeHead, MarkRead, PostMessage
from hub.threads.happenings import MessagePosted
from hub.threads.models import Message, Thread
from hub.threads.services.posting import post_message
from hub.threads.services.reading import mark_read
from hub.threads.services.steering import change_head
from hub.writing import MOST, Job
from tests.factories import Posted, World


@pytest.fixture
def thread(world: World) -> Posted:
    return world.thread(world.room)


def post(world: World, thread: Posted, body: str = "つづき", by: str = "officer") -> Job:
    return job(world, post_message, PostMessage(thread.thread_id, body, world.new_id()), by)


def job(world: World, service: Any, command: Any, by: str = "officer") -> Job:
    with world.app.app_context():
        return Job(service, world.actor(by), command, {})


def together(world: World, *jobs: Job) -> list[Any]:
    """What each is told: its result, or the name of its refusal."""
    world.store.writer.write_together(jobs)
    return [type(j.outcome).__name__ for j in jobs]


def bodies(world: World) -> list[str]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Message.body).order_by(Message.thread_id, Message.position)))


def commits(world: World) -> list[Any]:
    found: list[Any] = []
    event.listen(world.store.engine, "commit", found.append)
    return found


def test_many_commands_of_every_kind_are_one_commit_on_sqlite(world: World, thread: Posted) -> None:
    if not world.store.is_sqlite:
        pytest.skip("on PostgreSQL single commands have transactions of their own")
    seen = commits(world)
    jobs = [post(world, thread, "一"), job(world, mark_read, MarkRead(thread.thread_id, 1), "manager")]
    rename = job(world, change_head, ChangeHead(thread.thread_id, "新しい題"), "supporter")
    before = len(seen)
    assert together(world, *jobs, post(world, thread, "二"), rename) == ["Receipt"] * 4
    assert len(seen) - before == 1
    assert bodies(world) == ["はじめの投稿", "一", "二"]
    with world.store.read() as session:
        assert session.get_one(Thread, thread.thread_id).title == "新しい題"


def test_a_refused_command_is_undone_alone(world: World, thread: Posted) -> None:
    def writes_and_refuses(session: Session, _actor: Any, _command: None) -> None:
        session.execute(sa.update(Thread).values(title="nobody sees this"))
        after_commit(session, lambda: seen.append("told"))
        raise Forbidden

    seen: list[str] = []
    foreign = post(world, thread, "外から", by="foreign_officer")
    told = together(
        world, post(world, thread, "一"), foreign, job(world, writes_and_refuses, None), post(world, thread)
    )
    assert told == ["Receipt", "NotFound", "Forbidden", "Receipt"]
    assert bodies(world) == ["はじめの投稿", "一", "つづき"]
    assert seen == []
    with world.store.read() as session:
        assert session.get_one(Thread, thread.thread_id).title != "nobody sees this"


def test_an_unforeseen_fault_hits_the_one_command_that_causes_it(world: World, thread: Posted) -> None:
    def stumble(_session: Session, said: Sequence[Said]) -> None:
        if any(what.position == 3 for _by, what in said):
            raise ZeroDivisionError

    followers = FOLLOWERS | {MessagePosted: (*FOLLOWERS[MessagePosted], stumble)}
    world.store.follow = Following(followers)
    jobs = [post(world, thread, "二番"), post(world, thread, "三番"), post(world, thread, "三番目ではない")]
    told = together(world, *jobs)
    assert told == ["Receipt", "ZeroDivisionError", "ZeroDivisionError"]
    assert bodies(world) == ["はじめの投稿", "二番"]
    world.store.follow = Following(FOLLOWERS)
    assert together(world, post(world, thread, "三番")) == ["Receipt"]


def test_what_follows_a_commit_does_not_turn_it_into_a_failure(world: World, thread: Posted) -> None:
    def tells(session: Session, _actor: Any, _command: None) -> str:
        after_commit(session, lambda: 1 // 0)
        return "written"

    jobs = [job(world, tells, None), post(world, thread)]
    together(world, *jobs)
    assert jobs[0].outcome == "written"
    assert bodies(world) == ["はじめの投稿", "つづき"]


def test_a_commit_that_fails_is_the_answer_of_all_and_the_next_batch_goes_on(world: World, thread: Posted) -> None:
    def full(_connection: Any) -> None:
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    jobs = [post(world, thread, "一"), post(world, thread, "二")]
    event.listen(world.store.engine, "commit", full)
    told = together(world, *jobs)
    event.remove(world.store.engine, "commit", full)
    assert told == ["Unavailable", "Unavailable"]
    with pytest.raises(Unavailable):
        jobs[0].answer.get(timeout=0)
    assert together(world, post(world, thread, "三")) == ["Receipt"]
    assert bodies(world) == ["はじめの投稿", "三"]


def test_a_fault_of_the_writer_itself_is_told_in_words_and_the_next_batch_goes_on(
    world: World, thread: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(world.store.writer, "_runs", lambda *_args: 1 // 0)
        assert together(world, post(world, thread)) == ["Unavailable"]
    assert together(world, post(world, thread)) == ["Receipt"]


def test_nothing_is_told_before_the_commit(world: World, thread: Posted) -> None:
    one = post(world, thread)
    seen: list[bool] = []
    event.listen(world.store.engine, "commit", lambda _connection: seen.append(one.answer.ready()))
    together(world, one)
    assert set(seen) == {False}
    assert one.answer.get(timeout=0).event.seq > 0


def test_a_repeat_within_a_batch_gets_the_first_answer(world: World, thread: Posted) -> None:
    command = PostMessage(thread.thread_id, "一度だけ", world.new_id())
    jobs = [job(world, post_message, command) for _turn in range(3)]
    other = job(world, post_message, PostMessage(thread.thread_id, "別の文", command.client_id))
    assert together(world, *jobs, other) == ["Receipt"] * 3 + ["Conflict"]
    acks = [j.outcome.ack() for j in jobs]
    assert acks[0] == acks[1] == acks[2]
    assert bodies(world) == ["はじめの投稿", "一度だけ"]
    with world.store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Submission.client_id == command.client_id)) == 1


def test_statements_do_not_grow_with_the_posts(world: World, thread: Posted) -> None:
    sent: list[str] = []
    event.listen(world.store.engine, "before_cursor_execute", lambda _c, _u, text, *_rest: sent.append(text))

    def number(many: int) -> int:
        jobs = [post(world, thread, by=("officer", "manager", "supporter")[n % 3]) for n in range(many)]
        sent.clear()
        assert together(world, *jobs) == ["Receipt"] * many
        return len(sent)

    number(1)
    assert number(60) <= number(3) <= number(1) + 1


def test_who_waits_meanwhile_is_written_together(world: World, thread: Posted) -> None:
    """In greenlets, as in a worker."""
    writer, sizes = world.store.writer, []
    write_together = writer.write_together
    writer.write_together = lambda batch: (sizes.append(len(batch)), write_together(batch))  # type: ignore[method-assign]
    commands = [PostMessage(thread.thread_id, f"投稿 {n}", world.new_id()) for n in range(MOST + 40)]
    actor = world.actor("officer")

    def write(command: PostMessage) -> Any:
        with world.app.app_context():
            return writer.write(post_message, actor, command, {})

    waiting = [gevent.spawn(write, command) for command in commands]
    gevent.joinall(waiting)  # no time-out: the clock of a loop that has not run for long stands still
    receipts = [one.get() for one in waiting]
    assert sum(sizes) == len(commands)
    assert max(sizes) <= MOST
    assert len(sizes) < 12
    positions = [receipt.data["position"] for receipt in receipts]
    assert positions == list(range(2, len(commands) + 2))  # in the order in which they came
    seqs = [receipt.event.seq for receipt in receipts]
    assert seqs == sorted(seqs)
    with world.store.read() as session:
        kept = session.scalars(sa.select(FeedEvent.seq).where(FeedEvent.type == "message:posted")).all()
    assert set(seqs) < set(kept)
