"""A mail leaves once, to a real server, however that behaves."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from hub import clock
from hub.clock import utc_now
from hub.jobs.install import runner_of
from hub.mail import carriers
from hub.mail.models import Mail, MailAddress
from hub.mail.outbox import SendMails, ToSend, put
from hub.mail.preparing import prepare
from hub.mail.sending import send_due
from hub.people.models import Staff
from tests.factories import World
from tests.mail.server import Box, serving


def write_down(world: World, *keys: str, who: str = "officer") -> None:
    with world.app.app_context(), world.store.transaction() as session:
        put(session, [ToSend(key, "test", world.staff_id(who), {}) for key in keys])


def send(world: World) -> int:
    config = world.app.extensions["hub.config"]
    with world.app.app_context():
        return send_due(world.store, config, prepare)


def states(world: World) -> list[str]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Mail.state).order_by(Mail.id)))


def later(**parts: float) -> None:
    moment = utc_now() + timedelta(**parts)
    clock.set_source(lambda: moment)


def test_it_goes_with_the_transaction_that_causes_it_and_once(mailing: World, box: Box) -> None:
    """Seen to fail without `enqueue` in put, and without the state of what was sent."""
    write_down(mailing, "a", "b")
    assert box.to == ["officer@example.jp"] * 2
    assert states(mailing) == ["sent", "sent"]
    write_down(mailing, "a")
    send(mailing)
    assert len(box.to) == 2


def test_what_is_taken_back_is_never_sent(mailing: World, box: Box) -> None:
    def change_ones_mind() -> None:
        with mailing.app.app_context(), mailing.store.transaction() as session:
            put(session, [ToSend("a", "test", mailing.officer, {})])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_ones_mind()
    send(mailing)
    assert box.to == []


def test_a_server_that_is_down_for_an_hour_loses_nothing_and_gets_nothing_twice(world_with, box: Box) -> None:
    """Seen to fail where a mail is settled without an answer, and where the server's absence costs tries."""
    with serving(box) as relay:
        world = world_with(relay)
    write_down(world, "a", "b", "c")
    for minute in range(1, 61, 10):
        later(minutes=minute)
        assert send(world) == 0
    assert states(world) == ["waiting"] * 3
    with world.store.read() as session:
        assert set(session.scalars(sa.select(Mail.attempts))) == {0}
    with serving(box, relay.port):
        later(minutes=61)
        assert send(world) == 3
        assert send(world) == 0
    assert len(box.mails) == 3
    assert len({mail["Message-ID"] for mail in box.mails}) == 3


def test_a_connection_that_ends_before_the_answer_repeats_under_the_same_name(mailing: World, box: Box) -> None:
    """Nobody can know whether it was taken: whoever gets both sees that they are one."""
    box.broken = True
    write_down(mailing, "a")
    assert states(mailing) == ["waiting"]
    box.broken = False
    later(minutes=2)
    send(mailing)
    assert states(mailing) == ["sent"]
    assert len(box.mails) == 2
    assert box.mails[0]["Message-ID"] == box.mails[1]["Message-ID"]


def test_what_the_server_does_not_take_now_is_tried_again_after_growing_waits(mailing: World, box: Box) -> None:
    """Seen to fail with a fixed wait."""
    box.answers["officer@example.jp"] = "450 4.2.1 greylisted"
    write_down(mailing, "a", "b")
    waits = []
    for _turn in range(4):
        with mailing.store.read() as session:
            mail = session.scalars(sa.select(Mail).where(Mail.key == "a")).one()
        waits.append((mail.due_at - utc_now()).total_seconds())
        assert (mail.state, mail.last_answer) == ("waiting", "450 4.2.1")
        moment = mail.due_at + timedelta(seconds=1)
        clock.set_source(lambda moment=moment: moment)
        send(mailing)
    assert waits == sorted(waits)
    assert waits[3] > 3 * waits[0]
    box.answers.clear()
    later(hours=2)
    assert send(mailing) == 2
    assert box.to == ["officer@example.jp"] * 2


def test_one_that_is_refused_does_not_hold_up_the_next(mailing: World, box: Box) -> None:
    box.answers["officer@example.jp"] = "550 5.1.1 no such user"
    write_down(mailing, "a")
    write_down(mailing, "b", who="manager")
    assert states(mailing) == ["refused", "sent"]
    assert box.to == ["manager@example.jp"]


def test_what_cannot_be_sent_for_three_days_is_given_up(mailing: World, box: Box) -> None:
    box.answers["officer@example.jp"] = "450 busy"
    write_down(mailing, "a")
    later(days=2, hours=23)
    send(mailing)
    assert states(mailing) == ["waiting"]
    later(days=3, hours=2)
    send(mailing)
    assert states(mailing) == ["refused"]


def test_a_slow_server_is_given_up_for_the_time_being(mailing: World, box: Box, monkeypatch) -> None:
    monkeypatch.setattr(carriers, "PATIENCE_S", 0.3)
    box.slow_s = 1.0
    write_down(mailing, "a")
    assert states(mailing) == ["waiting"]


def test_whoever_ends_between_sending_and_writing_it_down_sends_it_again_later(mailing: World, box: Box, monkeypatch):
    """Seen to fail without the time for which a mail is taken."""
    monkeypatch.setattr("hub.mail.sending._sent", lambda _session, _ready: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        write_down(mailing, "a")
    monkeypatch.undo()
    assert send(mailing) == 0  # somebody may still be at it
    later(minutes=10)
    assert send(mailing) == 1
    assert box.mails[0]["Message-ID"] == box.mails[1]["Message-ID"]


def test_nothing_is_sent_to_who_has_left_or_is_nobody(mailing: World, box: Box) -> None:
    with mailing.store.transaction() as session:
        session.execute(sa.update(Staff).where(Staff.id == mailing.officer).values(disabled_at=utc_now()))
        session.execute(sa.update(Staff).where(Staff.id == mailing.manager).values(is_alias=True))
    write_down(mailing, "a")
    write_down(mailing, "b", who="manager")
    assert states(mailing) == ["dropped", "dropped"]
    assert box.to == []


def test_an_address_that_is_refused_three_times_in_a_row_gets_nothing_more(mailing: World, box: Box) -> None:
    """Seen to fail where refusals are not counted in a row, and where a stop does not stop."""
    no = {"officer@example.jp": "550 5.1.1 no such user"}
    for turn, answers in enumerate((no, no, {}, no, no, no, {})):
        box.answers = answers
        write_down(mailing, f"mail-{turn}")
    assert states(mailing) == ["refused", "refused", "sent", "refused", "refused", "refused", "dropped"]
    with mailing.store.transaction() as session:
        row = session.get_one(MailAddress, mailing.officer)
        assert (row.refusals, row.stopped_at is not None, row.last_answer) == (3, True, "550 5.1.1")
        session.execute(sa.text("UPDATE staff SET email = 'new@example.jp' WHERE email = 'officer@example.jp'"))
    box.answers = no
    write_down(mailing, "to-the-new-one")
    assert box.to[-1] == "new@example.jp"


def test_that_the_content_is_refused_is_no_fault_of_the_address(mailing: World, box: Box) -> None:
    box.of_content = "554 5.7.1 looks like spam"
    write_down(mailing, "a")
    assert states(mailing) == ["refused"]
    with mailing.store.read() as session:
        assert session.get(MailAddress, mailing.officer) is None


def test_where_no_mails_are_sent_none_are_written_down(world_with) -> None:
    world = world_with(None, environment="production")
    write_down(world, "a")
    assert states(world) == []


def test_the_job_stands_in_the_table_and_recurs(app: Flask) -> None:
    table = runner_of(app).table
    assert table.calendar_of(SendMails.__name__) is not None
