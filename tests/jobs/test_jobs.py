"""Work for later: written with what causes it, done once, tried again, set aside."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from hub import clock
from hub.clock import utc_now
from hub.errors import NotFound, Unavailable
from hub.jobs import faults, waking
from hub.jobs.calendar import Daily, Every
from hub.jobs.faults import MOST_ATTEMPTS, cause_of, pause_after
from hub.jobs.leasing import LEASE, LeaseLost, put_back, renew, seconds_until_due, take
from hub.jobs.models import Job
from hub.jobs.runner import Runner
from hub.jobs.services import enqueue
from hub.jobs.table import Recurring, work
from tests.jobs.kinds import Fail, Repeat, Settle, Tend, done
from tests.jobs.kinds import runner as new_runner

KINDS = ("Settle", "Repeat", "Fail", "Tend")


def later(**passed: float) -> None:
    now = utc_now() + timedelta(**passed)
    clock.set_source(lambda: now)


def write(db, *jobs: Any, **how: Any) -> None:
    with db.transaction() as session:
        for job in jobs:
            enqueue(session, job, **how)


def rows(db) -> list[Job]:
    with db.read() as session:
        return list(session.scalars(sa.select(Job).where(Job.kind.in_(KINDS)).order_by(Job.id)))


def taken(db, most: int = 1):
    return db.write_apart(lambda session: take(session, KINDS, most))


def test_it_is_done_once_and_no_row_is_left(db, runner):
    """Seen to fail without the DELETE in `Lease.settle`, and with it after a job that settled itself."""
    write(db, Settle(1), key="1")
    write(db, Repeat(2), key="2")
    runner.work_off()
    runner.work_off()
    assert done(db) == [("Repeat", 2), ("Settle", 1)]
    assert rows(db) == []
    assert dict(runner.outcomes) == {("Settle", "done"): 1, ("Repeat", "done"): 1}
    assert set(runner.seconds) == {"Settle", "Repeat"}


def test_what_is_taken_back_leaves_no_job(db, runner):
    with db.transaction() as session:
        enqueue(session, Settle(1))
        session.rollback()
    runner.work_off()
    assert (done(db), rows(db)) == ([], [])


def test_the_runner_is_woken_after_the_commit_and_not_for_what_comes_later(db, runner):
    """Seen to fail with `wake()` in `enqueue` itself, and without the question for `at`."""
    seen: list[int] = []
    waking.when_woken(lambda: seen.append(len(rows(db))))
    write(db, Settle(1))
    assert seen == [1]
    write(db, Settle(2), key="later", at=utc_now() + timedelta(hours=1))
    assert seen == [1]


def test_a_second_one_that_waits_is_the_same_job(db, runner):
    """It takes what the second says, and the earlier time. Seen to fail without ON CONFLICT (IntegrityError), with DO
    NOTHING, and without `sooner` in `_waiting`."""
    now = utc_now()
    write(db, Settle(1), key="a", at=now + timedelta(hours=2))
    write(db, Settle(2), key="a", at=now + timedelta(hours=1))
    write(db, Settle(3), key="a", at=now + timedelta(hours=3))
    write(db, Settle(4), key="b", at=now)
    assert [(job.payload["number"], job.run_at) for job in rows(db)] == [(3, now + timedelta(hours=1)), (4, now)]
    runner.work_off()
    assert done(db) == [("Settle", 4)]
    later(hours=1)
    runner.work_off()
    assert done(db) == [("Settle", 3), ("Settle", 4)]


def test_one_that_comes_while_the_first_is_under_way_waits_for_its_end(db, runner):
    """Seen to fail without `rival` in `due` (both were taken), and with the one under way taken for the same job."""
    write(db, Settle(1))
    first = taken(db)[0]
    write(db, Settle(2))
    assert len(rows(db)) == 2
    assert taken(db) == []
    db.write_apart(first.settle)
    runner.work_off()
    assert done(db) == [("Settle", 2)]


def test_two_of_one_key_are_never_under_way_at_once(db, runner):
    """What two processes that look at the same moment could do, the database refuses."""
    write(db, Settle(1))
    taken(db)
    write(db, Settle(2))
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(sa.update(Job).where(Job.lease.is_(None)).values(lease="mine"))


def test_a_lease_that_is_kept_up_is_nobody_elses_and_one_that_ran_out_is(db, runner):
    """Seen to fail without `renew`, and without `lease_until` in `due`."""
    write(db, Settle(1))
    lease = taken(db)[0]
    later(seconds=LEASE.total_seconds() - 1)
    assert taken(db) == []
    db.write_apart(lambda session: renew(session, [lease]))
    later(seconds=LEASE.total_seconds() - 1)
    assert taken(db) == []
    later(seconds=2)
    assert [again.id for again in taken(db)] == [lease.id]


def test_the_runner_keeps_up_the_leases_of_what_is_under_way(db, runner):
    """Seen to fail without `renew` in `_keep_leases`: what took longer than a minute was done twice."""
    write(db, Settle(1))
    runner._take(1)
    later(seconds=LEASE.total_seconds() - 1)
    runner._keep_leases()
    later(seconds=LEASE.total_seconds() - 1)
    assert taken(db) == []


def test_whoever_lost_the_lease_writes_nothing(db, runner):
    """Seen to fail without the word of the lease in `_mine`: done twice."""
    write(db, Settle(1))
    slow = taken(db)[0]
    later(seconds=LEASE.total_seconds() + 1)
    second = taken(db)[0]
    with pytest.raises(LeaseLost), db.transaction() as session:
        slow.settle(session)
    with db.transaction() as session:
        assert not put_back(session, slow, last_error="late")
    assert [(job.lease, job.last_error) for job in rows(db)] == [(second.word, "")]
    db.write_apart(second.settle)
    with pytest.raises(LeaseLost), db.transaction() as session:
        slow.settle(session)
    assert rows(db) == []


def test_a_job_that_fails_is_tried_again_with_growing_pauses_and_then_set_aside(db, runner):
    """Seen to fail without the pause (tried ten times at once), with the count at the end (a killed one never counted)
    and without `set_aside_at`."""
    write(db, Fail("個人の名前"))
    pauses = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        before = utc_now()
        with capture_logs() as logs:
            runner.work_off()
        assert [entry["attempts"] for entry in logs] == [attempt]
        job = rows(db)[0]
        pauses.append((job.run_at - before).total_seconds())
        assert (job.attempts, job.lease, job.set_aside_at is not None) == (attempt, None, attempt == MOST_ATTEMPTS)
        assert job.last_error.startswith("ValueError jobs/runner.py:")  # what it says may be what somebody typed
        later(seconds=pauses[-1] + 1)
    for pause, following in zip(pauses, pauses[2:], strict=False):
        assert following > pause
    runner.work_off()
    assert rows(db)[0].attempts == MOST_ATTEMPTS
    assert runner.outcomes["Fail", "failed"] == MOST_ATTEMPTS


def test_pauses_grow_up_to_an_hour_and_differ():
    """Seen to fail without the chance: what failed together came back together."""
    assert 7 <= pause_after(1).total_seconds() <= 13
    assert 2700 <= pause_after(50).total_seconds() <= 4500
    assert len({pause_after(3) for _ in range(20)}) > 10


def test_of_a_fault_its_kind_and_place_are_kept():
    with pytest.raises(AttributeError) as outside:
        taken(None)
    assert cause_of(outside.value) == "AttributeError"
    waking.when_woken(lambda: {}["個人の名前"])
    with pytest.raises(KeyError) as inside:
        waking.wake()
    assert cause_of(inside.value).startswith("KeyError jobs/waking.py:")
    assert cause_of(Unavailable()) == faults.UNAVAILABLE
    assert cause_of(NotFound("個人の名前")) == "not_found"


def test_one_that_ends_its_process_every_time_is_set_aside_too(db, runner):
    """Seen to fail without the question for the attempts before it is begun once more."""
    write(db, Repeat(1))
    for _ in range(MOST_ATTEMPTS):
        assert len(taken(db)) == 1
        later(seconds=LEASE.total_seconds() + 1)
    runner.work_off()
    job = rows(db)[0]
    assert (done(db), job.last_error, job.set_aside_at is None) == ([], faults.ENDED, False)


def test_one_that_failed_is_not_called_back_before_its_pause_is_over(db, runner):
    """Seen to fail without the attempts in `sooner`: whoever posts would have it tried at once, ten times in a row."""
    write(db, Fail())
    runner.work_off()
    waits = rows(db)[0].run_at
    write(db, Fail())
    assert [job.run_at for job in rows(db)] == [waits]


def test_a_failed_one_beside_one_that_waits_is_that_one(db, runner):
    """Seen to fail on PostgreSQL without the savepoint in `put_back`: the lease stayed."""
    write(db, Settle(1))
    lease = taken(db)[0]
    write(db, Settle(2))
    with db.transaction() as session:
        assert put_back(session, lease, last_error="x", run_at=utc_now())
    assert [(job.payload["number"], job.last_error) for job in rows(db)] == [(2, "")]


def begun(db) -> Runner:
    """A process that starts."""
    made = new_runner(db, Recurring(Tend(), Every(timedelta(minutes=5))))
    made._declare()
    return made


def test_recurring_work_has_one_row_and_comes_again_at_its_time(db, runner):
    """Seen to fail with its row deleted in `settle`, and with a second row, or another time, at a second start."""
    first = begun(db)
    due = rows(db)[0].run_at
    assert due == pytest.approx(utc_now() + timedelta(minutes=5), abs=timedelta(seconds=5))
    first.work_off()
    later(minutes=4)
    begun(db).work_off()
    assert (done(db), [job.run_at for job in rows(db)]) == ([], [due])
    later(minutes=2)
    first.work_off()
    begun(db).work_off()
    assert (done(db), [job.run_at for job in rows(db)]) == ([("Tend", 0)], [utc_now() + timedelta(minutes=5)])


def test_recurring_work_that_fails_goes_on_with_its_calendar(db, runner, monkeypatch):
    """Seen to fail with it set aside: nobody looked after the files any more."""
    broken = begun(db)
    monkeypatch.setitem(broken.table.by_name, "Tend", work(Tend, lambda *_: 1 / 0))
    for _ in range(MOST_ATTEMPTS + 3):
        later(minutes=6)
        with capture_logs():
            broken.work_off()
    job = rows(db)[0]
    assert (job.attempts, job.set_aside_at) == (MOST_ATTEMPTS + 3, None)
    assert job.run_at <= utc_now() + timedelta(minutes=5)
    later(minutes=6)
    begun(db).work_off()
    assert [(job.attempts, job.last_error) for job in rows(db)] == [(0, "")]


def test_a_time_of_the_day_is_japans():
    night = datetime(2026, 4, 1, 23, 0, tzinfo=UTC)  # 8:00 of the 2nd
    assert Daily(8, 30).after(night) == datetime(2026, 4, 1, 23, 30, tzinfo=UTC)
    assert Daily(8, 30).after(night + timedelta(minutes=30)) == datetime(2026, 4, 2, 23, 30, tzinfo=UTC)
    assert Daily(8).after(night) == datetime(2026, 4, 2, 23, 0, tzinfo=UTC)


def test_whoever_looks_knows_when_the_next_is_due(db, runner):
    def seconds():
        with db.read() as session:
            return seconds_until_due(session, KINDS)

    assert seconds() is None
    write(db, Settle(1), at=utc_now() + timedelta(seconds=30))
    assert 25 < seconds() <= 30
    later(seconds=31)
    assert seconds() == 0
    taken(db)
    assert seconds() is None


def test_long_jobs_of_one_kind_leave_room_for_others(db, runner):
    """Seen to fail without `OF_A_KIND`: four imports, and nobody looked after the files."""
    for number in range(5):
        write(db, Settle(number), key=str(number))
    write(db, Repeat(9))
    assert [lease.kind for _ in range(3) for lease in runner._take(1)] == ["Settle", "Settle", "Repeat"]
    assert runner._take(1) == []
