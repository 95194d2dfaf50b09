"""未確認の団体: for the DX section alone, and right for every body."""

import pytest
import sqlalchemy as sa

from hub.people.models import Organisation, Posting, Section
from hub.threads.commands import Acknowledge
from hub.threads.services.responding import acknowledge
from tests.town import JSON, Town


@pytest.fixture
def notice(town: Town) -> int:
    return town.open("supporter", town.new_commons(), "全団体へのお知らせ", "notice").thread_id


def confirm(town: Town, who: str, thread_id: int, on: bool = True) -> None:
    town.write(acknowledge, who, Acknowledge(thread_id=str(thread_id), on=on))


def status(town: Town, thread_id: int) -> dict[str, list[dict[str, object]]]:
    return town.browser("supporter").get(f"/threads/{thread_id}/acknowledgements", headers=JSON).json


@pytest.mark.parametrize("who", ["officer", "manager", "foreign_officer", "admin", "bureau", "guest", "shared"])
def test_nobody_outside_the_dx_section_sees_who_has_not_confirmed(town: Town, notice: int, who: str) -> None:
    browser = town.browser(who)
    assert browser.get(f"/threads/{notice}/acknowledgements").status_code == 403
    assert browser.get(f"/threads/{notice}/acknowledgements", headers=JSON).status_code == 404


def test_who_is_not_signed_in_sees_nothing(town: Town, notice: int) -> None:
    assert town.app.test_client().get(f"/threads/{notice}/acknowledgements").status_code == 303


def test_only_notices_have_a_status(town: Town) -> None:
    asked = town.open("officer", town.room, "相談")
    supporter = town.browser("supporter")
    for thread_id in (asked.thread_id, 10**9):
        assert supporter.get(f"/threads/{thread_id}/acknowledgements").status_code == 404


def test_a_body_is_missing_until_one_person_confirms(town: Town, notice: int) -> None:
    own, foreign = town.actor("manager").organisation_name, town.actor("foreign_officer").organisation_name
    assert status(town, notice)["confirmed"] == []
    confirm(town, "manager", notice)
    found = status(town, notice)
    assert [(b["organisation"], b["by"]) for b in found["confirmed"]] == [(own, town.actor("manager").name)]
    missing = [b["organisation"] for b in found["missing"]]
    assert foreign in missing
    assert own not in missing


def test_the_first_of_two_colleagues_is_named_and_the_second_counts_when_the_first_takes_it_back(
    town: Town, notice: int
) -> None:
    with town.ago(hours=1):
        confirm(town, "officer", notice)
    confirm(town, "manager", notice)
    assert [b["by"] for b in status(town, notice)["confirmed"]] == [town.actor("officer").name]
    confirm(town, "officer", notice, on=False)
    assert [b["by"] for b in status(town, notice)["confirmed"]] == [town.actor("manager").name]


def test_the_prefecture_itself_is_not_asked_to_confirm(town: Town, notice: int) -> None:
    confirm(town, "lead", notice)
    found = status(town, notice)
    assert found["confirmed"] == []
    assert town.actor("lead").organisation_name not in [b["organisation"] for b in found["missing"]]


def test_only_bodies_that_may_read_the_room_are_listed(town: Town) -> None:
    own = town.open("supporter", town.room, "一つの町へのお知らせ", "notice")
    found = status(town, own.thread_id)
    assert [b["organisation"] for b in found["missing"]] == [town.actor("officer").organisation_name]


def test_a_confirmation_stays_with_the_body_for_which_it_was_given(town: Town, notice: int) -> None:
    confirm(town, "officer", notice)
    was = town.actor("officer").organisation_name
    sections = sa.select(Section.id).join(Organisation, Organisation.id == Section.organisation_id)
    with town.store.transaction() as session:
        elsewhere = session.execute(
            sections.where(Organisation.id == town.actor("foreign_officer").organisation_id)
        ).scalars()
        old = session.get_one(Posting, town.actor("officer").posting_id)
        moved = Posting(staff_id=old.staff_id, section_id=elsewhere.first(), role="officer", from_at=old.from_at)
        session.add(moved)
    assert [b["organisation"] for b in status(town, notice)["confirmed"]] == [was]


def test_the_page_shows_the_missing_first(town: Town, notice: int) -> None:
    confirm(town, "manager", notice)
    words = town.browser("lead").main(f"/threads/{notice}/acknowledgements")
    foreign, own = town.actor("foreign_officer").organisation_name, town.actor("manager").organisation_name
    assert words.index("まだ確認していない団体") < words.index(foreign) < words.index("確認した団体 1")
    assert words.index("確認した団体 1") < words.index(own)
    assert town.actor("manager").name in words
