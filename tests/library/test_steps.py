"""Every step of a case in every status and at a version that is not the newest, and the seat that answers for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.clock import utc_now
from hub.errors import Conflict
from hub.library.commands import ApproveCase, OnVersion, ReturnCase, SubmitCase, WithdrawCase
from hub.library.queries import holders_of, list_work
from hub.library.services.published import withdraw_case
from hub.library.services.workflow import approve_case, publish_case, return_case, submit_case
from hub.people.models import Duty, Holding, Section
from tests.factories import World
from tests.library.conftest import Library

Step = Callable[[World, int, int], object]
STEPS: dict[str, Step] = {
    "submit": lambda world, case, version: world.write(submit_case, "officer", SubmitCase(case, version)),
    "approve": lambda world, case, version: world.write(approve_case, "manager", ApproveCase(case, version)),
    "return": lambda world, case, version: world.write(
        return_case, "supporter", ReturnCase(case, version, "費用も書いてください。")
    ),
    "publish": lambda world, case, version: world.write(publish_case, "supporter", OnVersion(case, version)),
}
WAYS = {
    "draft": (),
    "review": ("submit", "approve"),
    "returned": ("submit", "return"),
    "published": ("submit", "approve", "publish"),
    "withdrawn": ("submit", "approve", "publish", "withdraw"),
}
TAKEN = {
    "submit": {"draft", "returned", "withdrawn"},
    "approve": {"review"},
    "return": {"review"},
    "publish": {"review"},
}
LEADS_TO = {"submit": "review", "approve": "review", "return": "returned", "publish": "published"}


def at(world: World, library: Library, status: str) -> int:
    case = library.draft()
    for name in WAYS[status]:
        if name == "withdraw":
            world.write(withdraw_case, "manager", WithdrawCase(case))
        else:
            STEPS[name](world, case, 1)
    assert library.case(case).status == status
    return case


def told(library: Library, case: int) -> tuple[object, ...]:
    row = library.case(case)
    return row.status, row.version, row.approved_version, row.published_version


@pytest.mark.parametrize("status", WAYS)
@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_taken_in_its_statuses_and_for_one_case(
    library: Library, world: World, name: str, status: str
) -> None:
    beside, case = at(world, library, "review"), at(world, library, status)
    other, before = told(library, beside), told(library, case)
    if status in TAKEN[name]:
        STEPS[name](world, case, 1)
        assert library.case(case).status == LEADS_TO[name]
    else:
        with pytest.raises(Conflict):
            STEPS[name](world, case, 1)
        assert told(library, case) == before
    assert told(library, beside) == other


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize("name", STEPS)
def test_nobody_takes_a_step_on_a_text_that_they_have_not_read(
    library: Library, world: World, name: str, version: int
) -> None:
    case = at(world, library, "draft" if name == "submit" else "review")
    before = told(library, case)
    with pytest.raises(Conflict):
        STEPS[name](world, case, version)
    assert told(library, case) == before


def test_what_is_not_out_is_not_withdrawn(library: Library, world: World) -> None:
    for status in ("draft", "review", "returned", "withdrawn"):
        with pytest.raises(Conflict):
            world.write(withdraw_case, "manager", WithdrawCase(at(world, library, status)))


def test_after_a_withdrawal_the_town_agrees_anew(library: Library, world: World) -> None:
    case = at(world, library, "withdrawn")
    STEPS["submit"](world, case, 1)
    with pytest.raises(Conflict):
        STEPS["publish"](world, case, 1)
    STEPS["approve"](world, case, 1)
    STEPS["publish"](world, case, 1)


def test_whoever_has_one_seat_answers_for_what_they_begin(library: Library, world: World) -> None:
    library.duty("shared", world.town, "別の人の席")
    library.duty("supporter", world.prefecture, "県の席")
    assert library.case(library.draft()).contact_duty_id is None
    own = library.duty("officer", world.town)
    assert library.case(library.draft()).contact_duty_id == own
    library.duty("officer", world.town, "もう一つの席")
    assert library.case(library.draft()).contact_duty_id is None  # a choice that the hub does not make


@pytest.mark.parametrize(("begins", "ends", "sits"), [(-9, -1, False), (1, None, False), (-9, 1, True), (0, 0, False)])
def test_a_seat_counts_while_somebody_sits_in_it(
    library: Library, world: World, begins: int, ends: int | None, sits: bool
) -> None:
    duty, now = library.duty("officer", world.town), utc_now()
    until = None if ends is None else now + timedelta(days=ends)
    library.change(sa.update(Holding).values(from_at=now + timedelta(days=begins), until_at=until))
    assert library.case(library.draft()).contact_duty_id == (duty if sits else None)
    with world.store.read() as session:
        assert holders_of(session, duty) == ({world.officer} if sits else set())


def test_a_seat_that_accompanies_a_town_is_no_contact(library: Library, world: World) -> None:
    duty = library.duty("officer", world.town)
    library.change(sa.update(Duty).where(Duty.id == duty).values(organisation_id=world.foreign_town))
    assert library.case(library.draft()).contact_duty_id is None


@pytest.mark.parametrize(
    ("since", "until", "stands_in"), [(-1, None, True), (-1, 1, True), (1, None, False), (-9, -1, False)]
)
def test_the_deputy_answers_while_the_holder_is_absent(
    library: Library, world: World, since: int, until: int | None, stands_in: bool
) -> None:
    duty, deputy = library.duty("officer", world.town), library.duty("manager", world.town, "副")
    library.duty("shared", world.town, "ほかの席")
    now = utc_now()
    end = None if until is None else now + timedelta(days=until)
    absence = {"deputy_duty_id": deputy, "absent_from": now + timedelta(days=since), "absent_until": end}
    library.change(sa.update(Duty).where(Duty.id == duty).values(**absence))
    with world.store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Section)) > 1
        assert holders_of(session, duty) == ({world.officer, world.manager} if stands_in else {world.officer})
        assert holders_of(session, None) == set()


def test_drafts_of_other_bodies_are_work_of_the_section_once_they_are_handed_in(library: Library, world: World) -> None:
    draft, review = at(world, library, "draft"), at(world, library, "review")
    own = library.draft("supporter", organisation=world.prefecture)
    beside = library.draft("foreign_officer")

    def work(who: str) -> set[int]:
        with world.store.read() as session:
            return {case.id for case in list_work(session, world.actor(who)).rows}

    assert work("officer") == {draft, review}
    assert work("foreign_officer") == {beside}
    assert {review, own} <= work("supporter")
    assert not work("supporter") & {draft, beside}
