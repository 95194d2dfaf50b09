"""Silence after an answer: one reminder to whoever asked, then the end, each exactly once and by the rights of that
moment."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.clock import working_days_after, working_days_before
from hub.errors import Forbidden, ValidationFailed
from hub.feed.models import FeedEvent
from hub.feed.payloads import parse_strings
from hub.inbox.models import InboxEntry
from hub.people.models import Posting, Staff
from hub.rooms.models import Room
from hub.threads.consultations.charging import TakeCharge, take_charge
from hub.threads.consultations.models import Consultation, Turn
from hub.threads.consultations.passing import PassTurn, pass_turn
from hub.threads.consultations.rules import MOST_DAYS, SetRules, set_rules
from hub.threads.consultations.services import Settle, settle
from hub.threads.consultations.silence import TendSilence, tend_silence
from hub.threads.models import Thread
from tests.factories import Posted, World
from tests.permission_things import seat_in_dx

# Ten working days from a Monday before Golden Week, and ten more; later than any day of testing.
ANSWERED, REMINDED, CLOSED = date(2037, 4, 27), date(2037, 5, 15), date(2037, 5, 29)


def at(day: date, hour: int = 1) -> None:
    """An hour in UTC: 1 is 10 o'clock in Japan."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    clock.set_source(lambda: moment)


@pytest.fixture
def asked(world: World) -> Posted:
    at(ANSWERED)
    asked = world.thread(world.room, "consultation")
    world.message(asked, by="supporter")
    return asked


def tend(world: World, day: date, hour: int = 1) -> None:
    at(day, hour)
    with world.app.app_context():
        tend_silence(TendSilence(), None)  # type: ignore[arg-type]


def told(world: World) -> list[tuple[str, int]]:
    with world.store.read() as session:
        query = sa.select(InboxEntry.kind, InboxEntry.staff_id).where(InboxEntry.kind.in_(("silent", "lapsed")))
        return [(kind, staff_id) for kind, staff_id in session.execute(query.order_by(InboxEntry.id))]


def state(world: World, asked: Posted) -> tuple[str, str | None, bool]:
    with world.store.read() as session:
        now = session.get_one(Consultation, asked.thread_id)
        return now.state, now.closed_as, now.automatic


ANSWERED_STILL, LAPSED = ("answered", None, False), ("closed", "solved", True)


def test_one_reminder_then_the_end_each_once(world: World, asked: Posted) -> None:
    tend(world, REMINDED - timedelta(days=1))
    assert told(world) == []
    for _twice in range(2):
        tend(world, REMINDED)
        assert told(world) == [("silent", world.officer)]
        assert state(world, asked) == ANSWERED_STILL
    tend(world, CLOSED - timedelta(days=1))
    assert state(world, asked) == ANSWERED_STILL
    for _twice in range(2):
        tend(world, CLOSED)
        assert state(world, asked) == LAPSED
        assert told(world) == [("silent", world.officer), ("lapsed", world.officer)]
    with world.store.read() as session:
        ends = session.scalars(sa.select(Turn).filter_by(thread_id=asked.thread_id).order_by(Turn.number)).all()
        assert [(turn.state, turn.automatic, turn.staff_id) for turn in ends][2:] == [("closed", True, None)]
        said = session.scalars(sa.select(FeedEvent).filter_by(type="thread:changed").order_by(FeedEvent.seq)).all()
        assert [(e.data["state"], e.data["automatic"]) for e in said] == [("answered", False), ("closed", True)]


def test_who_asked_sees_it_and_opens_it_again_by_one_click(world: World, asked: Posted) -> None:
    tend(world, REMINDED)
    officer = world.client("officer")
    inbox = officer.get("/inbox").text
    assert "この相談は解決しましたか" in inbox
    assert "5月29日(金)" in officer.get_json(f"/threads/{asked.thread_id}/turns").json["html"]
    tend(world, CLOSED)
    officer = world.client("officer")
    assert "書き込みがないため、相談を自動で終了しました" in officer.get("/inbox").text
    page = officer.get(f"/threads/{asked.thread_id}").text
    assert "解決（自動）" in page
    assert "書き込みがないため自動で終了" in officer.get(f"/threads/{asked.thread_id}/turns").text
    assert officer.post_form(f"/threads/{asked.thread_id}/state", state="open").status_code == 303
    assert state(world, asked) == ("open", None, False)
    assert 'data-slot="reopen" hidden' in officer.get(f"/threads/{asked.thread_id}").text


def thank(world: World, asked: Posted) -> None:
    world.message(asked, "ありがとうございます", settled=True)


def add_something(world: World, asked: Posted) -> None:
    world.message(asked, "補足です", by="supporter")


def open_and_answer_by_hand(world: World, asked: Posted) -> None:
    world.write(settle, "officer", Settle(asked.thread_id, "open"))
    world.write(settle, "supporter", Settle(asked.thread_id, "answered"))


@pytest.mark.parametrize("act", [thank, add_something, open_and_answer_by_hand])
def test_who_says_something_meanwhile_is_reminded_anew_and_not_closed_upon(
    world: World, asked: Posted, act: Callable[[World, Posted], None]
) -> None:
    tend(world, REMINDED)
    at(CLOSED - timedelta(days=1))
    act(world, asked)
    tend(world, CLOSED)
    assert state(world, asked) == ANSWERED_STILL
    again = working_days_after(CLOSED - timedelta(days=1), 10)
    tend(world, again)
    assert told(world) == [("silent", world.officer)] * 2
    assert state(world, asked) == ANSWERED_STILL
    tend(world, working_days_after(again, 10))
    assert state(world, asked) == LAPSED


def further_question(world: World, asked: Posted) -> None:
    world.message(asked, "まだ困っています")


def ask_outside(world: World, asked: Posted) -> None:
    world.write(pass_turn, "officer", PassTurn(asked.thread_id, "outside", "確認中", "架空システム株式会社"))


def close(world: World, asked: Posted) -> None:
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "duplicate"))


def lock(world: World, asked: Posted) -> None:
    with world.store.transaction() as session:
        session.get_one(Thread, asked.thread_id).locked_at = clock.utc_now()


def archive(world: World, asked: Posted) -> None:
    with world.store.transaction() as session:
        session.get_one(Room, world.room).archived_at = clock.utc_now()


def switch_off(world: World, asked: Posted) -> None:
    world.write(set_rules, "admin", SetRules(0, 10))


@pytest.mark.parametrize("act", [further_question, ask_outside, close, lock, archive, switch_off])
def test_what_is_not_silent_is_left_alone(world: World, asked: Posted, act: Callable[[World, Posted], None]) -> None:
    act(world, asked)
    before = state(world, asked)
    tend(world, REMINDED)
    tend(world, CLOSED)
    assert (told(world), state(world, asked)) == ([], before)


@pytest.mark.parametrize("act", [further_question, ask_outside, close, lock, archive, switch_off])
def test_what_changed_since_the_reminder_is_not_closed(
    world: World, asked: Posted, act: Callable[[World, Posted], None]
) -> None:
    tend(world, REMINDED)
    act(world, asked)
    before = state(world, asked)
    tend(world, CLOSED)
    assert state(world, asked) == before
    assert told(world) == [("silent", world.officer)]


def test_another_in_charge_is_no_word(world: World, asked: Posted) -> None:
    seat_in_dx(world, "supporter")
    at(REMINDED - timedelta(days=1))
    world.write(take_charge, "supporter", TakeCharge(asked.thread_id))
    tend(world, REMINDED)
    assert told(world) == [("silent", world.officer)]


@pytest.mark.parametrize(("day", "hour"), [(REMINDED, 9), (REMINDED + timedelta(days=1), 1)], ids=["night", "Saturday"])
def test_nobody_is_disturbed_outside_of_working_hours(world: World, asked: Posted, day: date, hour: int) -> None:
    tend(world, day, hour)
    assert told(world) == []


def leave(world: World, *who: str) -> None:
    with world.store.transaction() as session:
        for one in who:
            session.execute(
                sa.update(Posting).where(Posting.staff_id == world.staff_id(one)).values(until_at=clock.utc_now())
            )


def test_who_works_there_now_is_told_when_whoever_asked_has_left(world: World, asked: Posted) -> None:
    leave(world, "officer")
    with world.store.transaction() as session:
        session.get_one(Staff, world.staff_id("both")).disabled_at = clock.utc_now()
    tend(world, REMINDED)
    assert {staff_id for _kind, staff_id in told(world)} == {world.staff_id("manager"), world.staff_id("shared")}


def test_where_nobody_is_left_nothing_ends(world: World, asked: Posted) -> None:
    leave(world, "officer", "manager", "shared", "both")
    tend(world, REMINDED)
    tend(world, CLOSED)
    assert (told(world), state(world, asked)) == ([], ANSWERED_STILL)


def test_the_town_is_told_of_what_the_prefecture_recorded_for_it(world: World) -> None:
    at(ANSWERED)
    asked = world.thread(world.room, "consultation", by="supporter")
    world.message(asked, by="lead")
    tend(world, REMINDED)
    whom = {staff_id for _kind, staff_id in told(world)}
    assert world.staff_id("manager") in whom
    assert not whom & {world.staff_id("supporter"), world.staff_id("lead"), world.staff_id("foreign_officer")}


def test_many_are_done_in_several_steps(world: World, asked: Posted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.threads.consultations.silence.AT_ONCE", 2)
    at(ANSWERED)
    for _more in range(4):
        world.message(world.thread(world.room, "consultation"), by="supporter")
    tend(world, REMINDED)
    assert told(world) == [("silent", world.officer)] * 5
    tend(world, CLOSED)
    assert told(world)[5:] == [("lapsed", world.officer)] * 5


def test_the_numbers_of_the_prefecture_hold_at_once(world: World, asked: Posted) -> None:
    admin = world.client("admin")
    assert 'value="10"' in admin.get("/admin/consultations").text
    assert admin.post_form("/admin/consultations", remind_after="3", close_after="1").status_code == 303
    assert 'value="3"' in admin.get("/admin/consultations").text
    tend(world, date(2037, 5, 1))
    assert told(world) == [("silent", world.officer)]
    tend(world, date(2037, 5, 7))
    assert state(world, asked) == LAPSED


@pytest.mark.parametrize(
    "numbers", [(MOST_DAYS + 1, 1), (-1, 1), (1, 0), (1, MOST_DAYS + 1), ("", 1), ("1.5", 1), ("9" * 400, 1)], ids=str
)
def test_not_any_number(world: World, numbers: tuple[object, object]) -> None:
    fields = dict(zip(("remind_after", "close_after"), map(str, numbers), strict=True))
    with pytest.raises(ValidationFailed):
        parse_strings(SetRules, {name: value for name, value in fields.items() if value})
    refused = world.client("admin").post_form("/admin/consultations", **fields)
    assert refused.status_code == 422
    assert (
        world.client("admin").post_form("/admin/consultations", remind_after="60", close_after="60").status_code == 303
    )


@pytest.mark.parametrize("who", ["officer", "manager", "supporter", "lead", "bureau", "guest"])
def test_the_numbers_are_set_by_an_administrator_alone(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        world.write(set_rules, who, SetRules(1, 1))


@pytest.mark.parametrize("number", range(12))
def test_working_days_are_counted_back_as_they_are_counted_on(number: int) -> None:
    for days in range(60):
        day = date(2037, 4, 10) + timedelta(days=days)
        before = working_days_before(day, number)
        assert (
            working_days_after(before, number) <= day < working_days_after(before + timedelta(days=1), number)
            or number == 0
        )
