"""Who is in charge of a consultation: by default, when it is taken, when it is handed over; and who learns of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.clock import utc_now
from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.inbox.models import InboxEntry
from hub.people.models import Duty, Holding, Section
from hub.threads.commands import DeleteMessage
from hub.threads.consultations.charging import HandOver, TakeCharge, hand_over, take_charge
from hub.threads.consultations.models import Consultation
from hub.threads.consultations.services import Settle, settle
from hub.threads.services.editing import delete_message
from tests.factories import Posted, World
from tests.permission_things import seat_in_dx
from tests.threads.test_turns import hold_together, turns

WORDS = "基幹系の相談です"


@pytest.fixture
def asked(world: World) -> Posted:
    return world.thread(world.room, "consultation")


def shown(world: World, asked: Posted, who: str = "officer") -> str | None:
    found = world.client(who).get(f"/threads/{asked.thread_id}", headers={"Accept": "application/json"})
    charge = found.json["thread"]["charge"]
    return charge and (charge["name"] or charge["duty"])


def change(world: World, duty_id: int, **values: object) -> None:
    with world.store.transaction() as session:
        session.execute(sa.update(Duty).where(Duty.id == duty_id).values(**values))


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_the_town_neither_takes_nor_hands_over(world: World, asked: Posted, who: str) -> None:
    duty = seat_in_dx(world, "lead")
    for service, command in (
        (take_charge, TakeCharge(asked.thread_id)),
        (hand_over, HandOver(asked.thread_id, duty, WORDS)),
    ):
        with pytest.raises(Forbidden):
            world.write(service, who, command)
    assert world.client(who).get(f"/threads/{asked.thread_id}/charge").status_code == 403
    assert "担当を変更する" not in world.client(who).get(f"/threads/{asked.thread_id}").text


@pytest.mark.parametrize("who", ["foreign_officer", "admin", "bureau", "guest"])
def test_who_may_not_read_finds_nothing(world: World, asked: Posted, who: str) -> None:
    with pytest.raises(NotFound):
        world.write(take_charge, who, TakeCharge(asked.thread_id))


def test_nobody_is_in_charge_where_no_duty_accompanies_the_town(world: World, asked: Posted) -> None:
    seat_in_dx(world, "supporter", accompanies=world.foreign_town)
    assert shown(world, asked) is None


def test_by_default_whoever_accompanies_the_town_and_the_town_sees_the_name(world: World, asked: Posted) -> None:
    seat_in_dx(world, "supporter", accompanies=world.town)
    assert shown(world, asked) == "県 四季"
    assert (
        '<span data-slot="charge-name">県 四季</span>'
        in world.client("officer").get(f"/threads/{asked.thread_id}").text
    )


def test_the_opening_tells_it_too(world: World) -> None:
    seat_in_dx(world, "supporter", accompanies=world.town)
    world.thread(world.room, "consultation")
    with world.store.read() as session:
        (opened,) = session.scalars(sa.select(FeedEvent).where(FeedEvent.type == "thread:opened"))
        assert opened.data["charge"]["name"] == "県 四季"


def test_the_deputy_while_the_holder_is_absent(world: World, asked: Posted) -> None:
    deputy = seat_in_dx(world, "lead")
    duty = seat_in_dx(world, "supporter", accompanies=world.town)
    change(world, duty, deputy_duty_id=deputy)
    assert shown(world, asked) == "県 四季"
    change(world, duty, absent_from=utc_now() - timedelta(days=1))
    assert shown(world, asked) == "県 五月"
    change(world, duty, absent_until=utc_now())
    assert shown(world, asked) == "県 四季"


def test_an_empty_seat_is_shown_by_its_name(world: World, asked: Posted) -> None:
    duty = seat_in_dx(world, "supporter", accompanies=world.town)
    with world.store.transaction() as session:
        session.execute(sa.update(Holding).where(Holding.duty_id == duty).values(until_at=utc_now()))
        name = session.get_one(Duty, duty).name
    assert shown(world, asked) == name


def test_it_is_taken_by_the_duty_that_fits_best(world: World, asked: Posted) -> None:
    seat_in_dx(world, "lead")
    fits = seat_in_dx(world, "lead", accompanies=world.town)
    world.write(take_charge, "lead", TakeCharge(asked.thread_id))
    with world.store.read() as session:
        assert session.get_one(Consultation, asked.thread_id).duty_id == fits
    assert shown(world, asked) == "県 五月"


def test_without_a_duty_of_ones_own_nothing_is_taken(world: World, asked: Posted) -> None:
    seat_in_dx(world, "lead")
    with pytest.raises(ValidationFailed):
        world.write(take_charge, "supporter", TakeCharge(asked.thread_id))
    page = world.client("supporter").get(f"/threads/{asked.thread_id}/charge").text
    assert "自分の担当が登録されていません" in page
    assert "自分が担当する" not in page


def test_another_in_charge_does_not_move_the_ball(world: World, asked: Posted) -> None:
    seat_in_dx(world, "supporter", accompanies=world.town)
    duty = seat_in_dx(world, "lead")
    began = turns(world, asked)[0].from_at
    world.write(hand_over, "supporter", HandOver(asked.thread_id, duty, WORDS))
    newest = turns(world, asked)[-1]
    assert (newest.side, newest.duty_id, newest.words, newest.since_at) == ("prefecture", duty, WORDS, began)
    with world.store.read() as session:
        assert session.get_one(Consultation, asked.thread_id).changed_at == began
    hold_together(world, asked)
    world.message(asked, by="lead")
    assert (turns(world, asked)[-1].duty_id, turns(world, asked)[-1].since_at) == (duty, None)
    page = world.client("officer").get(f"/threads/{asked.thread_id}/turns").text
    assert "担当の変更" in page
    assert WORDS in page
    hold_together(world, asked)


def called(world: World) -> list[tuple[int, str, int]]:
    with world.store.read() as session:
        rows = session.scalars(sa.select(InboxEntry).where(InboxEntry.kind == "charge"))
        return [(row.staff_id, row.kind, row.message_id) for row in rows]


def test_a_hand_over_calls_the_new_one_to_the_newest_word(world: World, asked: Posted) -> None:
    duty, own = seat_in_dx(world, "lead"), seat_in_dx(world, "supporter")
    gone = world.message(asked, "消します")
    world.write(delete_message, "officer", DeleteMessage(gone.message_id))
    world.write(hand_over, "supporter", HandOver(asked.thread_id, own, WORDS))
    assert called(world) == []
    world.write(hand_over, "supporter", HandOver(asked.thread_id, duty, WORDS))
    assert called(world) == [(world.lead, "charge", asked.message_id)]
    assert "相談の担当になりました" in world.client("lead").get("/inbox").text


@pytest.mark.parametrize("seat", ["nobody", "elsewhere", "absent"])
def test_only_to_a_duty_of_the_dx_section_that_somebody_holds(world: World, asked: Posted, seat: str) -> None:
    duty = seat_in_dx(world, "lead")
    with world.store.transaction() as session:
        elsewhere = session.scalars(sa.select(Section.id).where(Section.name == "医務課")).one()
        if seat == "nobody":
            session.execute(sa.update(Holding).where(Holding.duty_id == duty).values(until_at=utc_now()))
        if seat == "elsewhere":
            session.execute(sa.update(Duty).where(Duty.id == duty).values(section_id=elsewhere))
    with pytest.raises(ValidationFailed):
        world.write(hand_over, "supporter", HandOver(asked.thread_id, 999_999 if seat == "absent" else duty, WORDS))
    assert len(turns(world, asked)) == 1


def test_what_is_closed_is_handed_to_nobody(world: World, asked: Posted) -> None:
    duty = seat_in_dx(world, "lead")
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "solved"))
    with pytest.raises(ValidationFailed):
        world.write(hand_over, "supporter", HandOver(asked.thread_id, duty, WORDS))
    assert world.client("supporter").get(f"/threads/{asked.thread_id}/charge").status_code == 404


def test_the_home_shows_who_is_in_charge_and_ones_own_alone_when_asked(world: World, asked: Posted) -> None:
    seat_in_dx(world, "supporter", accompanies=world.town)
    other = world.thread(world.foreign_room, "consultation", "榛東村の相談です", by="foreign_officer")
    duty = seat_in_dx(world, "lead")
    everything = world.client("lead").get("/").text
    assert f'href="/threads/{asked.thread_id}"' in everything
    assert "担当：県 四季" in everything
    mine = world.client("lead").get("/?mine=1").text
    assert f'href="/threads/{other.thread_id}"' not in mine
    world.write(hand_over, "supporter", HandOver(other.thread_id, duty, WORDS))
    mine = world.client("lead").get("/?mine=1").text
    assert f'href="/threads/{other.thread_id}"' in mine
    assert f'href="/threads/{asked.thread_id}"' not in mine
    assert f'href="/threads/{asked.thread_id}"' in world.client("supporter").get("/?mine=1").text


def test_forms_without_javascript(world: World, asked: Posted) -> None:
    duty = seat_in_dx(world, "lead")
    seat_in_dx(world, "supporter")
    supporter, address = world.client("supporter"), f"/threads/{asked.thread_id}/charge"
    assert supporter.post_form(address).status_code == 303
    assert shown(world, asked) == "県 四季"
    assert f'<option value="{duty}"' in supporter.get(address).text
    assert supporter.post_form(f"{address}/handover", duty_id=str(duty), reason=WORDS).status_code == 303
    assert shown(world, asked) == "県 五月"
