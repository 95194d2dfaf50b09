"""電話・訪問で受けた相談: recorded for a municipality that is told, from when it came on, and put right by it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from hub import clock
from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.inbox.models import InboxEntry
from hub.threads.commands import Acknowledge
from hub.threads.consultations.charging import TakeCharge, take_charge
from hub.threads.consultations.models import Consultation, Reception, Turn
from hub.threads.consultations.receiving import CorrectReception, correct_reception
from hub.threads.consultations.services import Settle, settle
from hub.threads.services.recording import RecordConsultation, record_consultation
from hub.threads.services.responding import acknowledge
from tests.factories import Posted, World
from tests.permission_things import seat_in_dx
from tests.threads.test_turns import hold_together, sides, turns

NOON = datetime(2037, 4, 27, 3, tzinfo=UTC)  # a Monday in Japan; later than any day of testing
CAME = datetime(2037, 4, 27, 9, 5)
CAME_UTC = datetime(2037, 4, 27, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> None:
    clock.set_source(lambda: NOON)


def record(world: World, who: str = "supporter", room: int = 0, **more: Any) -> Posted:
    given = {"channel": "telephone", "received_at": CAME, "caller": "架空 花子", "client_id": world.new_id()} | more
    command = RecordConsultation(room or world.room, given.pop("body", "印刷できないそうです"), **given)
    ack = world.write(record_consultation, who, command).ack()
    return Posted(int(ack["thread_id"]), int(ack["message_id"]), 1)


def reception(world: World, asked: Posted) -> Reception:
    with world.store.read() as session:
        return session.get_one(Reception, asked.thread_id)


def test_its_turn_began_when_it_came(world: World) -> None:
    asked = record(world)
    assert sides(world, asked) == [("open", "prefecture", "asked")]
    assert turns(world, asked)[0].from_at == CAME_UTC
    world.message(asked, by="supporter", body="追記です")  # who recorded it adds to it
    assert sides(world, asked) == [("open", "prefecture", "asked")]
    world.message(asked, by="lead")
    hold_together(world, asked)
    with world.store.read() as session:
        assert session.get_one(Consultation, asked.thread_id).organisation_id == world.actor("officer").organisation_id


def test_the_town_is_told_and_sees_how_it_came(world: World) -> None:
    asked = record(world)
    with world.store.read() as session:
        told = set(session.scalars(sa.select(InboxEntry.staff_id).where(InboxEntry.kind == "recorded")))
    assert told == {world.staff_id(who) for who in ("officer", "manager", "shared", "both")}
    officer = world.client("officer")
    assert "電話や訪問の相談が記録されました" in officer.get("/inbox").text
    page = officer.get(f"/threads/{asked.thread_id}").text
    assert "電話で受付" in page
    assert f"/threads/{asked.thread_id}/reception" in page
    assert "架空 花子" in officer.get_json(f"/threads/{asked.thread_id}/turns").json["html"]
    assert world.client("foreign_officer").get(f"/threads/{asked.thread_id}/turns").status_code == 404


def test_the_page_is_one_form_and_sending_it_twice_records_once(world: World) -> None:
    supporter, address = world.client("supporter"), f"/rooms/{world.room}/record"
    assert 'value="2037-04-27T12:00"' in supporter.get(address).text
    assert address in supporter.get(f"/rooms/{world.room}").text
    assert address not in world.client("officer").get(f"/rooms/{world.room}").text
    fields = {
        "body": "来庁して相談",
        "channel": "visit",
        "received_at": "2037-04-27T09:05",
        "client_id": "client-id-of-visit",
    }
    for _twice in range(2):
        assert supporter.post_form(address, **fields).status_code == 303
    with world.store.read() as session:
        assert [came.channel for came in session.scalars(sa.select(Reception))] == ["visit"]


def test_personal_data_are_warned_of_first(world: World) -> None:
    supporter = world.client("supporter")
    fields = {"body": "折り返しは 090-1234-5678", "channel": "telephone", "received_at": "2037-04-27T09:05"}
    warned = supporter.post_form(f"/rooms/{world.room}/record", **fields)
    assert "個人情報と思われる部分があります" in warned.text
    assert "090-1234-5678" in warned.text
    with world.store.read() as session:
        assert session.scalars(sa.select(Reception)).first() is None


@pytest.mark.parametrize("who", ["officer", "manager", "bureau", "guest", "admin"])
def test_nobody_else_records(world: World, who: str) -> None:
    with pytest.raises(Forbidden if who in ("officer", "manager") else NotFound):
        record(world, who)


def test_only_for_a_municipality(world: World) -> None:
    with pytest.raises(NotFound):
        record(world, room=world.commons)
    assert world.client("supporter").get(f"/rooms/{world.commons}/record").status_code == 404


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        (datetime(2037, 4, 27, 12, 0), True),
        (datetime(2037, 4, 27, 12, 1), False),
        (datetime(2037, 3, 28, 12, 0), True),
        (datetime(2037, 3, 28, 11, 59), False),
        (datetime(2000, 1, 1), False),
    ],
)
def test_thirty_days_back_and_no_minute_ahead(world: World, moment: datetime, *, taken: bool) -> None:
    if taken:
        assert record(world, received_at=moment)
        return
    with pytest.raises(ValidationFailed) as refused:
        record(world, received_at=moment)
    assert list(refused.value.fields) == ["received_at"]


@pytest.mark.parametrize(
    "typed",
    ["", "yesterday", "9999-12-31T23:59", "0001-01-01T00:00", "2037-04-27T09:05+09:00", "1" * 5000],
)
def test_not_any_moment(world: World, typed: str) -> None:
    fields = {"body": "相談", "channel": "telephone", "received_at": typed}
    refused = world.client("supporter").post_form(f"/rooms/{world.room}/record", **fields)
    assert refused.status_code == 422
    assert "相談</textarea>" in refused.text


def correct(world: World, asked: Posted, who: str = "manager", **more: Any) -> None:
    given = {"channel": "visit", "received_at": datetime(2037, 4, 24, 16, 0), "caller": None} | more
    world.write(correct_reception, who, CorrectReception(asked.thread_id, **given))


FRIDAY = datetime(2037, 4, 24, 7, tzinfo=UTC)


def nothing(world: World, asked: Posted) -> None:
    pass


def answer(world: World, asked: Posted) -> None:
    world.message(asked, by="lead")


def take(world: World, asked: Posted) -> None:
    seat_in_dx(world, "supporter")
    world.write(take_charge, "supporter", TakeCharge(asked.thread_id))


def close(world: World, asked: Posted) -> None:
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "solved"))


@pytest.mark.parametrize("act", [nothing, answer, take, close])
def test_the_town_puts_it_right_and_the_turns_follow(world: World, act: Callable[[World, Posted], None]) -> None:
    asked = record(world)
    act(world, asked)
    correct(world, asked)
    came = reception(world, asked)
    assert (came.channel, came.received_at, came.caller, came.staff_id) == (
        "visit",
        FRIDAY,
        "",
        world.staff_id("manager"),
    )
    assert turns(world, asked)[0].from_at == FRIDAY
    hold_together(world, asked)
    with world.store.read() as session:
        newest = session.scalars(sa.select(Turn).order_by(Turn.number.desc())).first()
        assert newest is not None
        assert newest.since_at in (None, FRIDAY)
    assert "訂正：吉岡町 吉岡 二葉" in world.client("officer").get(f"/threads/{asked.thread_id}/turns").text


def test_not_to_a_moment_after_it_was_recorded(world: World) -> None:
    asked = record(world)
    clock.set_source(lambda: NOON + timedelta(days=2))
    with pytest.raises(ValidationFailed):
        correct(world, asked, received_at=datetime(2037, 4, 28, 10, 0))


@pytest.mark.parametrize("who", ["foreign_officer", "bureau", "guest"])
def test_nobody_else_puts_it_right(world: World, who: str) -> None:
    with pytest.raises(NotFound):
        correct(world, record(world), who)


def test_what_nobody_recorded_has_nothing_to_be_put_right(world: World) -> None:
    asked = world.thread(world.room, "consultation")
    with pytest.raises(NotFound):
        correct(world, asked)
    assert world.client("officer").get(f"/threads/{asked.thread_id}/reception").status_code == 404


def test_what_the_supporter_had_begun_to_ask_in_that_room_is_kept(world: World) -> None:
    supporter = world.client("supporter")
    assert supporter.post_json("/drafts", place=f"room:{world.room}", body="書きかけの相談").status_code == 200
    record(world)
    assert "書きかけの相談" in supporter.get(f"/rooms/{world.room}/ask").text


def test_open_pages_hear_of_it(world: World) -> None:
    asked = record(world)
    told = world.client("officer").get_json(f"/threads/{asked.thread_id}").json["thread"]
    assert told["reception"] == {"channel": "telephone", "at": "2037-04-27T00:05:00.000Z"}
    assert "花子" not in str(told)  # who called is asked for, and stays in no event
    world.write(acknowledge, "officer", Acknowledge(asked.thread_id, on=True))
