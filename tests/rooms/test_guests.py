"""People let into a 研究会 one by one, until a day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.clock import fiscal_year_end, in_japan, japan_today, set_source, utc_now
from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.people.models import Posting, Staff
from hub.rooms.commands import AdmitGuest
from hub.rooms.guests import admit_guest, guests_of
from hub.rooms.models import Room
from hub.rooms.services import create_circle
from tests.factories import World


@pytest.fixture
def circle(world: World) -> int:
    with world.store.transaction() as session:
        return create_circle(session, "窓口研究会", "", [world.town]).id


def let_in(world: World, circle: int, who: str = "guest", by: str = "supporter", **more: object) -> None:
    world.write(admit_guest, by, AdmitGuest(circle, world.staff_id(who), True, **more))


def reads(world: World, who: str, room: int) -> bool:
    return world.client(who).get(f"/rooms/{room}").status_code == 200


@pytest.mark.parametrize("by", ["officer", "manager", "admin", "bureau", "guest"])
def test_only_the_dx_section_lets_people_in(world: World, circle: int, by: str) -> None:
    with pytest.raises((Forbidden, NotFound)):
        let_in(world, circle, by=by)
    assert not reads(world, "guest", circle)


def test_nobody_is_let_into_a_support_room(world: World) -> None:
    with pytest.raises(Forbidden):
        let_in(world, world.room)
    assert not reads(world, "guest", world.room)


@pytest.mark.parametrize("who", ["foreign_officer", "admin", "supporter"])
def test_staff_of_towns_and_admins_are_not_let_in_by_name(world: World, circle: int, who: str) -> None:
    with pytest.raises(ValidationFailed):
        let_in(world, circle, who)


@pytest.mark.parametrize("moved", [{"from_at": 1}, {"until_at": 0}, {"until_at": -1}, {"disabled_at": 0}])
def test_whoever_does_not_serve_now_is_not_let_in(world: World, circle: int, moved: dict[str, int]) -> None:
    now = utc_now()
    set_source(lambda: now)
    values = {column: now + timedelta(days=days) for column, days in moved.items()}
    with world.store.transaction() as session:
        person = sa.update(Staff).where(Staff.id == world.guest)
        posting = sa.update(Posting).where(Posting.staff_id == world.guest)
        session.execute((person if "disabled_at" in moved else posting).values(**values))
    with pytest.raises(ValidationFailed):
        let_in(world, circle)
    let_in(world, circle, "bureau")


def test_a_day_that_is_over_is_refused(world: World, circle: int) -> None:
    with pytest.raises(ValidationFailed):
        let_in(world, circle, until_on=japan_today() - timedelta(days=1))
    assert not reads(world, "guest", circle)


def test_a_guest_reads_and_writes_until_the_end_of_the_fiscal_year(world: World, circle: int) -> None:
    let_in(world, circle)
    assert reads(world, "guest", circle)
    world.thread(circle, by="guest")
    with world.store.read() as session:
        (guest,) = guests_of(session, session.get_one(Room, circle).audience_id)
    assert guest.until_at == fiscal_year_end(japan_today())
    assert not reads(world, "guest", world.room)


def test_it_ends_by_the_clock_and_by_hand(world: World, circle: int) -> None:
    let_in(world, circle, until_on=japan_today())
    let_in(world, circle, "bureau")
    tomorrow = in_japan(utc_now()).replace(hour=0, minute=1) + timedelta(days=1)
    world.write(admit_guest, "lead", AdmitGuest(circle, world.bureau, False))
    assert reads(world, "guest", circle)
    assert not reads(world, "bureau", circle)
    set_source(lambda: tomorrow)
    assert not reads(world, "guest", circle)


def test_the_page_offers_and_lists_them(world: World, circle: int) -> None:
    supporter = world.client("supporter")
    assert "外部 八雲" in supporter.text_of(f"/rooms/{circle}/settings")
    supporter.post_form(f"/rooms/{circle}/guests", staff_id=str(world.guest), on="1", until_on="2199-03-31")
    assert "2199年3月31日" in supporter.text_of(f"/rooms/{circle}/settings")
    refused = supporter.post_form(f"/rooms/{circle}/guests", staff_id=str(world.guest), on="1", until_on="2001-03-31")
    assert refused.status_code == 422
    assert "今日より前" in refused.text
