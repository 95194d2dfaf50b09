"""Whom a body may stop, whom two bodies share, and on which days a posting begins and ends."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.accounts.people import set_access
from hub.accounts.people_commands import AddPosting, ChangePosting, EndPosting, SetAccess
from hub.accounts.postings import add_posting, change_posting, end_posting
from hub.clock import japan_today, start_of_japan_day, utc_now
from hub.errors import Conflict, Forbidden, NotFound, ValidationFailed
from hub.people.models import Posting, SignIn, Staff
from hub.records.models import AuditEntry
from tests.factories import World

SECTIONS = {"town": "総務課", "foreign_town": "企画課", "prefecture": "医務課"}


def post(world: World, who: str, where: str, role: str, section: str = "", **dates: object) -> None:
    command = AddPosting(world.staff_id(who), getattr(world, where), section or SECTIONS[where], role, **dates)
    world.write(add_posting, "admin", command)


def stop(world: World, who: str, by: str) -> None:
    world.write(set_access, by, SetAccess(world.staff_id(who), False))


def postings(world: World, who: str) -> list[Posting]:
    with world.store.read() as session:
        query = sa.select(Posting).where(Posting.staff_id == world.staff_id(who)).order_by(Posting.id)
        return list(session.scalars(query))


def disabled(world: World) -> set[str]:
    with world.store.read() as session:
        emails = session.scalars(sa.select(Staff.email).where(Staff.disabled_at.is_not(None)))
        return {email.partition("@")[0] for email in emails}


def whose_record(world: World, action: str) -> list[int | None]:
    with world.store.read() as session:
        query = sa.select(AuditEntry.organisation_id).where(AuditEntry.action == action)
        return sorted(session.scalars(query), key=lambda body: body or 0)


def ends(world: World, who: str) -> None:
    """Every posting of theirs is over."""
    with world.store.transaction() as session:
        over = sa.update(Posting).where(Posting.staff_id == world.staff_id(who))
        session.execute(over.values(until_at=utc_now() - timedelta(days=1)))


def test_whoever_serves_elsewhere_too_is_not_stopped_by_one_body(world: World) -> None:
    post(world, "officer", "foreign_town", "officer")
    with pytest.raises(Forbidden):
        stop(world, "officer", by="manager")
    assert disabled(world) == set()
    stop(world, "officer", by="admin")
    assert disabled(world) == {"officer"}
    assert whose_record(world, "staff.disabled") == sorted([world.town, world.foreign_town])


def test_a_posting_elsewhere_that_is_over_keeps_nobody_from_it(world: World) -> None:
    post(world, "officer", "foreign_town", "officer")
    (old,) = [p for p in postings(world, "officer") if p.from_at > utc_now() - timedelta(days=1)]
    with world.store.transaction() as session:
        session.get_one(Posting, old.id).until_at = utc_now() - timedelta(minutes=1)
    stop(world, "officer", by="manager")
    assert whose_record(world, "staff.disabled") == [world.town]


def test_whoever_is_posted_nowhere_is_the_administrators_alone(world: World) -> None:
    ends(world, "officer")
    with pytest.raises(NotFound):
        stop(world, "officer", by="manager")
    stop(world, "officer", by="admin")
    assert whose_record(world, "staff.disabled") == [None]


def test_an_administrator_is_stopped_by_an_administrator_alone(world: World) -> None:
    stop(world, "bureau", by="lead")
    with pytest.raises(Forbidden):
        stop(world, "admin", by="lead")
    assert disabled(world) == {"bureau"}


def test_who_was_an_administrator_once_is_stopped_like_anybody(world: World) -> None:
    with world.store.transaction() as session:
        section = session.scalar(sa.select(Posting.section_id).where(Posting.staff_id == world.lead))
        since, until = utc_now() - timedelta(days=9), utc_now() - timedelta(days=2)
        staff = world.supporter
        session.add(Posting(staff_id=staff, section_id=section, role="admin", from_at=since, until_at=until))
    stop(world, "supporter", by="lead")
    assert disabled(world) == {"supporter"}


def test_stopping_ends_what_that_person_was_signed_in_with_and_nobody_elses(world: World) -> None:
    browsers = {who: world.client(who) for who in ("officer", "shared", "foreign_officer")}
    stop(world, "officer", by="manager")
    with world.store.read() as session:
        ended = set(session.scalars(sa.select(SignIn.staff_id).where(SignIn.ended_at.is_not(None))))
    assert ended == {world.officer}
    assert [browsers[who].get_json("/me").status_code for who in browsers] == [401, 200, 200]


def test_an_alias_is_nobody_who_could_be_stopped(world: World) -> None:
    with world.store.transaction() as session:
        session.get_one(Staff, world.officer).is_alias = True
    for by in ("manager", "admin"):
        with pytest.raises(NotFound):
            stop(world, "officer", by=by)


def test_one_bodys_manager_changes_its_own_posting_and_not_the_others(world: World) -> None:
    post(world, "officer", "foreign_town", "officer")
    own, other = postings(world, "officer")
    for command, service in (
        (ChangePosting(world.officer, other.id, "manager"), change_posting),
        (EndPosting(world.officer, other.id), end_posting),
        (EndPosting(world.shared, own.id), end_posting),  # it is not that person's
    ):
        with pytest.raises(NotFound):
            world.write(service, "manager", command)
    world.write(end_posting, "manager", EndPosting(world.officer, own.id))
    own, other = postings(world, "officer")
    assert own.until_at is not None
    assert other.until_at is None


def test_a_posting_that_is_over_is_not_changed_any_more(world: World) -> None:
    ends(world, "officer")
    post(world, "officer", "town", "officer", section="税務課")
    old = postings(world, "officer")[0]
    with pytest.raises(NotFound):
        world.write(end_posting, "manager", EndPosting(world.officer, old.id))


def test_two_postings_in_one_section_do_not_share_a_moment(world: World) -> None:
    today = japan_today()
    first, last = today + timedelta(days=10), today + timedelta(days=20)
    post(world, "officer", "town", "officer", "税務課", from_on=first, until_on=last)
    post(world, "shared", "town", "officer", "税務課", from_on=first, until_on=last)
    for begin, end in ((first, last), (last, None), (today, first), (first - timedelta(days=1), None)):
        with pytest.raises(Conflict):
            post(world, "officer", "town", "officer", "税務課", from_on=begin, until_on=end)
    post(world, "officer", "town", "officer", "税務課", from_on=last + timedelta(days=1))
    post(world, "officer", "town", "officer", "税務課", from_on=today, until_on=first - timedelta(days=1))
    post(world, "officer", "town", "officer", "住民課", from_on=first, until_on=last)
    assert len(postings(world, "officer")) == 5


def test_a_posting_lasts_through_its_last_day_and_at_least_for_one(world: World) -> None:
    tomorrow = japan_today() + timedelta(days=1)
    with pytest.raises(ValidationFailed):
        post(world, "officer", "town", "officer", "税務課", from_on=tomorrow, until_on=tomorrow - timedelta(days=1))
    post(world, "officer", "town", "officer", "税務課", from_on=tomorrow, until_on=tomorrow)
    added = postings(world, "officer")[-1]
    assert added.from_at == start_of_japan_day(tomorrow)
    assert added.until_at == start_of_japan_day(tomorrow + timedelta(days=1))


def test_the_beginning_of_what_has_begun_stays(world: World) -> None:
    (before,) = postings(world, "officer")
    command = ChangePosting(world.officer, before.id, "officer", from_on=japan_today() - timedelta(days=400))
    world.write(change_posting, "manager", command)
    (after,) = postings(world, "officer")
    assert after.from_at == before.from_at


def test_another_role_of_what_has_not_begun_makes_no_second_posting(world: World) -> None:
    post(world, "officer", "town", "officer", "税務課", from_on=japan_today() + timedelta(days=3))
    planned = postings(world, "officer")[-1]
    world.write(change_posting, "manager", ChangePosting(world.officer, planned.id, "manager"))
    assert [(p.section_id == planned.section_id, p.role) for p in postings(world, "officer")] == [
        (False, "officer"),
        (True, "manager"),
    ]


def test_what_has_begun_ends_and_what_never_began_is_gone(world: World) -> None:
    (running,) = postings(world, "officer")
    world.write(end_posting, "manager", EndPosting(world.officer, running.id, until_on=japan_today()))
    assert postings(world, "officer")[0].until_at == start_of_japan_day(japan_today() + timedelta(days=1))
    post(world, "officer", "town", "officer", "税務課", from_on=japan_today() + timedelta(days=3))
    planned = postings(world, "officer")[-1]
    last = japan_today() + timedelta(days=9)
    world.write(end_posting, "manager", EndPosting(world.officer, planned.id, until_on=last))
    assert postings(world, "officer")[-1].until_at == start_of_japan_day(last + timedelta(days=1))
    world.write(end_posting, "manager", EndPosting(world.officer, planned.id))
    assert len(postings(world, "officer")) == 1


def test_roles_of_the_dx_section_are_given_in_that_section_alone(world: World) -> None:
    for role in ("supporter", "lead"):
        with pytest.raises(ValidationFailed):
            post(world, "bureau", "prefecture", role, "税務課")
    post(world, "bureau", "prefecture", "supporter", "DX戦略課")
    post(world, "guest", "prefecture", "bureau", "税務課")
    assert [p.role for p in postings(world, "bureau")][-1] == "supporter"
    for role in ("officer", "manager"):
        with pytest.raises(ValidationFailed):
            post(world, "guest", "prefecture", role, "税務課")
    with pytest.raises(ValidationFailed):
        post(world, "guest", "town", "supporter", "総務課")
