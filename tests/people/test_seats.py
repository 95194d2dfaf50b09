"""Seats (担当) and who sits in them: on which day one holder gives way to the next, and what cannot be."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from hub.accounts.duties import put_duty, seat_holder, set_absence
from hub.accounts.offices import add_organisation
from hub.accounts.people_commands import AddOrganisation, PutDuty, SeatHolder, SetAbsence
from hub.clock import japan_today, set_source, start_of_japan_day, utc_now
from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.people.models import Duty, Holding, Posting, Section
from tests.factories import World


def day(after: int) -> date:
    return japan_today() + timedelta(days=after)


def begin_of(after: int) -> object:
    return start_of_japan_day(day(after))


def section_of(world: World, who: str) -> int:
    with world.store.read() as session:
        query = sa.select(Posting.section_id).where(Posting.staff_id == world.staff_id(who)).order_by(Posting.id)
        return session.scalars(query).first() or 0


def seat(world: World, name: str = "情報担当", section: str = "officer", by: str = "manager", **more: object) -> int:
    world.write(put_duty, by, PutDuty(section_of(world, section), name, **more))
    with world.store.read() as session:
        return session.scalars(sa.select(Duty.id).order_by(Duty.id.desc())).first() or 0


def sit(world: World, duty: int, who: str | None, by: str = "manager", **days: object) -> None:
    world.write(seat_holder, by, SeatHolder(duty, who and world.staff_id(who), **days))


def holdings(world: World, duty: int) -> list[tuple[int, object, object]]:
    with world.store.read() as session:
        query = sa.select(Holding.staff_id, Holding.from_at, Holding.until_at).where(Holding.duty_id == duty)
        return [tuple(row) for row in session.execute(query.order_by(Holding.from_at, Holding.id))]


def test_two_sections_may_have_a_seat_of_one_name_and_one_may_not(world: World) -> None:
    seat(world)
    seat(world, by="admin", section="foreign_officer")
    with pytest.raises(ValidationFailed):
        seat(world)
    seat(world, "広報担当")


@pytest.mark.parametrize(("section", "body"), [("officer", "foreign_town"), ("lead", "prefecture"), ("lead", None)])
def test_only_the_dx_section_accompanies_and_only_municipalities(world: World, section: str, body: str | None) -> None:
    accompanied = getattr(world, body) if body else 999_999
    with pytest.raises(ValidationFailed):
        seat(world, section=section, by="admin", accompanies=accompanied)
    duty = seat(world, section="lead", by="admin", accompanies=world.town)
    with world.store.read() as session:
        assert session.get_one(Duty, duty).organisation_id == world.town


def test_a_section_that_is_not_there_or_of_another_body_gets_no_seat(world: World) -> None:
    for section in (999_999, section_of(world, "foreign_officer")):
        with pytest.raises(NotFound):
            world.write(put_duty, "manager", PutDuty(section, "情報担当"))
    with world.store.read() as session:
        assert session.scalars(sa.select(Duty.id)).all() == []
        assert session.scalars(sa.select(Section.id)).all()


def test_the_next_takes_over_on_their_day_and_what_was_planned_is_replaced(world: World) -> None:
    duty, beside = seat(world), seat(world, "広報担当")
    sit(world, beside, "shared")
    sit(world, beside, "officer", from_on=day(5))
    sit(world, duty, "officer")
    before, untouched = holdings(world, duty), holdings(world, beside)
    sit(world, duty, "shared", from_on=day(5))
    sit(world, duty, "manager", from_on=day(3), until_on=day(9))
    first, planned = holdings(world, duty)
    assert first == (world.officer, before[0][1], begin_of(3))
    assert planned == (world.manager, begin_of(3), begin_of(10))
    sit(world, duty, "shared", from_on=day(3))  # of the same day: that plan never began
    assert holdings(world, duty) == [first, (world.shared, begin_of(3), None)]
    assert holdings(world, beside) == untouched


def test_who_has_left_the_seat_keeps_their_time_in_it(world: World) -> None:
    duty = seat(world)
    sit(world, duty, "officer", until_on=day(1))
    (held,) = holdings(world, duty)
    sit(world, duty, "shared", from_on=day(2))  # it begins at the moment at which the other has ended
    sit(world, duty, None, from_on=day(8))
    assert holdings(world, duty) == [held, (world.shared, begin_of(2), begin_of(8))]


def test_a_seat_left_empty_has_no_holder(world: World) -> None:
    duty, now = seat(world), utc_now()
    sit(world, duty, "officer")
    later = now + timedelta(hours=1)
    set_source(lambda: later)
    sit(world, duty, None)
    ((_who, _begun, until),) = holdings(world, duty)
    assert until == utc_now()


def test_nobody_sat_there_yesterday(world: World) -> None:
    duty, now = seat(world), utc_now()
    set_source(lambda: now)
    sit(world, duty, "officer", from_on=day(-3))
    assert holdings(world, duty) == [(world.officer, utc_now(), None)]


def test_a_seat_is_held_for_a_day_at_least_and_by_the_bodys_own_people(world: World) -> None:
    duty = seat(world)
    with pytest.raises(ValidationFailed):
        sit(world, duty, "officer", from_on=day(5), until_on=day(4))
    with pytest.raises(ValidationFailed):
        sit(world, duty, "supporter")
    assert holdings(world, duty) == []
    sit(world, duty, "officer", from_on=day(5), until_on=day(5))
    assert holdings(world, duty) == [(world.officer, begin_of(5), begin_of(6))]


def absence(world: World, duty: int) -> tuple[object, ...]:
    with world.store.read() as session:
        row = session.get_one(Duty, duty)
        return row.absent_from, row.absent_until, row.deputy_duty_id


@pytest.mark.parametrize(("first", "last"), [(3, None), (None, 3), (3, 2)])
def test_an_absence_has_a_first_and_a_last_day(world: World, first: int | None, last: int | None) -> None:
    duty = seat(world)
    days = [None if after is None else day(after) for after in (first, last)]
    with pytest.raises(ValidationFailed):
        world.write(set_absence, "manager", SetAbsence(duty, *days))
    assert absence(world, duty) == (None, None, None)


def test_an_absence_lasts_through_its_last_day_and_is_taken_back(world: World) -> None:
    duty, deputy = seat(world), seat(world, "副")
    world.write(set_absence, "manager", SetAbsence(duty, day(3), day(3), deputy))
    assert absence(world, duty) == (begin_of(3), begin_of(4), deputy)
    assert absence(world, deputy) == (None, None, None)
    world.write(set_absence, "manager", SetAbsence(duty, None, None))
    assert absence(world, duty) == (None, None, None)


def test_nobody_is_their_own_deputy_nor_another_bodys(world: World) -> None:
    duty, foreign = seat(world), seat(world, section="foreign_officer", by="admin")
    for deputy in (duty, foreign):
        with pytest.raises(ValidationFailed):
            world.write(set_absence, "admin", SetAbsence(duty, day(1), day(2), deputy))
    for wrong in (foreign, 999_999):
        with pytest.raises(NotFound):
            world.write(set_absence, "manager", SetAbsence(wrong, day(1), day(2)))
        with pytest.raises(NotFound):
            sit(world, wrong, "officer")


@pytest.mark.parametrize("who", ["manager", "lead", "officer", "supporter", "bureau", "guest"])
def test_only_administrators_add_a_body_whatever_the_page_is(world: World, who: str) -> None:
    command = AddOrganisation("渋川市", "市")
    with pytest.raises(Forbidden):
        world.write(add_organisation, who, command)
    world.write(add_organisation, "admin", command)
