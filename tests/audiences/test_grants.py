"""Grants to bodies, sections and people: whom each lets in, for how long, and who is told of a change."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.models import Audience, Grant
from hub.audiences.queries import readers_of, who_reads
from hub.audiences.services import grant, new_audience, withdraw
from hub.clock import set_source, utc_now
from hub.feed.models import FeedEvent
from hub.installation import Installation
from hub.people.models import Posting, Section, Staff
from hub.security.actors import actors_of_staff
from tests.factories import PEOPLE, World


@pytest.fixture
def audience(world: World) -> int:
    """An empty one, beside another that lets 吉岡町 read."""
    with world.store.transaction() as session:
        grant(session, new_audience(session), organisations=[world.town])
        return new_audience(session).id


def change(world: World, how: Callable[..., None], audience: int, **whom: object) -> None:
    with world.store.transaction() as session:
        how(session, session.get_one(Audience, audience), **whom)


def section_of(session: Session, staff_id: int) -> int:
    query = sa.select(Posting.section_id).where(Posting.staff_id == staff_id).order_by(Posting.id)
    return session.scalars(query).first() or 0


def readers(world: World, audience: int) -> dict[str, set[str]]:
    """By the kind of grant, the keys of those who read through it."""
    keys = {world.staff_id(key): key for key in PEOPLE}
    with world.store.read() as session:
        found = readers_of(session, audience)
        return {r.kind: {keys[s.id] for s in r.staff} for r in found}


def told(world: World) -> dict[str, int]:
    """How often each was told that they may read something else."""
    with world.store.read() as session:
        streams = session.scalars(sa.select(FeedEvent.stream).where(FeedEvent.type == "access:changed")).all()
    return {key: streams.count(f"user:{world.staff_id(key)}") for key in PEOPLE}


def told_since(world: World, before: dict[str, int]) -> set[str]:
    return {key for key, times in told(world).items() if times > before[key]}


def version(world: World) -> int:
    with world.store.read() as session:
        return session.scalars(sa.select(Installation.access_version)).one()


def grants(world: World, audience: int) -> list[datetime | None]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Grant.until_at).where(Grant.audience_id == audience)))


def test_each_kind_of_grant_lets_in_its_own_people_and_tells_them(world: World, audience: int) -> None:
    with world.store.read() as session:
        dx, other = section_of(session, world.supporter), section_of(session, world.bureau)
    for whom, kind, who in (
        ({"organisations": [world.town]}, "organisation", {"officer", "manager", "shared"}),
        ({"sections": [dx]}, "dx", {"supporter", "lead"}),
        ({"staff": [world.guest]}, "staff", {"guest"}),
    ):
        before, raised = told(world), version(world)
        change(world, grant, audience, **whom)
        assert readers(world, audience)[kind] >= who
        assert told_since(world, before) >= who
        assert not told_since(world, before) & {"foreign_officer", "bureau"}
        assert version(world) > raised
    assert "section" not in readers(world, audience)
    assert other != dx


def test_one_grant_is_withdrawn_from_one_audience_and_the_others_stay(world: World, audience: int) -> None:
    with world.store.read() as session:
        dx = section_of(session, world.supporter)
        (beside,) = session.scalars(sa.select(Grant.audience_id).order_by(Grant.id.desc()).limit(1))
    change(world, grant, audience, organisations=[world.town, world.foreign_town], sections=[dx], staff=[world.guest])
    for whom, gone in (
        ({"organisations": [world.foreign_town]}, "foreign_officer"),
        ({"sections": [dx]}, "supporter"),
        ({"staff": [world.guest]}, "guest"),
    ):
        before = told(world)
        change(world, withdraw, audience, **whom)
        assert gone in told_since(world, before)
        left = set().union(*readers(world, audience).values())
        assert gone not in left
        assert {"officer", "manager"} <= left
    change(world, withdraw, audience, organisations=[world.town])
    assert grants(world, audience) == []
    assert "officer" in readers(world, beside)["organisation"]


def test_who_reads_without_end_gets_no_end_by_a_later_grant(world: World, audience: int) -> None:
    soon = utc_now() + timedelta(days=3)
    change(world, grant, audience, organisations=[world.town])
    change(world, grant, audience, organisations=[world.town], until_at=soon)
    change(world, grant, audience, organisations=[world.town])
    assert grants(world, audience) == [None]


def test_who_reads_until_a_day_reads_without_end_by_a_later_grant(world: World, audience: int) -> None:
    soon = utc_now() + timedelta(days=3)
    change(world, grant, audience, staff=[world.guest], until_at=soon)
    change(world, grant, audience, staff=[world.guest])
    assert sorted(grants(world, audience), key=str) == sorted([soon, None], key=str)


def test_a_grant_ends_at_its_moment(world: World, audience: int) -> None:
    end = utc_now() + timedelta(days=3)
    change(world, grant, audience, staff=[world.guest], until_at=end)
    for moment, reads in ((end - timedelta(milliseconds=1), True), (end, False)):
        set_source(lambda moment=moment: moment)
        assert ("staff" in readers(world, audience)) is reads


def test_a_grant_begins_at_its_moment(world: World, audience: int) -> None:
    change(world, grant, audience, staff=[world.guest])
    begin = utc_now() + timedelta(days=1)
    with world.store.transaction() as session:
        session.execute(sa.update(Grant).where(Grant.audience_id == audience).values(from_at=begin))
    for moment, reads in ((begin - timedelta(milliseconds=1), False), (begin, True)):
        set_source(lambda moment=moment: moment)
        assert ("staff" in readers(world, audience)) is reads


@pytest.mark.parametrize("moved", [{"until_at": -1}, {"until_at": 0}, {"from_at": 1}])
def test_whoever_does_not_sit_there_now_neither_reads_nor_is_told(
    world: World, audience: int, moved: dict[str, int]
) -> None:
    now = utc_now()
    set_source(lambda: now)
    with world.store.transaction() as session:
        values = {column: now + timedelta(days=days) for column, days in moved.items()}
        session.execute(sa.update(Posting).where(Posting.staff_id == world.officer).values(**values))
    before = told(world)
    change(world, grant, audience, organisations=[world.town])
    assert "officer" not in readers(world, audience)["organisation"]
    assert told_since(world, before) >= {"manager", "shared"}
    assert "officer" not in told_since(world, before)


def test_a_posting_that_begins_now_counts(world: World, audience: int) -> None:
    now = utc_now()
    set_source(lambda: now)
    with world.store.transaction() as session:
        session.execute(sa.update(Posting).where(Posting.staff_id == world.officer).values(from_at=now))
    change(world, grant, audience, organisations=[world.town])
    assert "officer" in readers(world, audience)["organisation"]
    assert told(world)["officer"] > 0


def test_whoever_was_stopped_reads_nothing(world: World, audience: int) -> None:
    with world.store.read() as session:
        dx = section_of(session, world.supporter)
    change(world, grant, audience, organisations=[world.town], sections=[dx], staff=[world.guest])
    with world.store.transaction() as session:
        stopped = (world.officer, world.supporter, world.guest)
        session.execute(sa.update(Staff).where(Staff.id.in_(stopped)).values(disabled_at=utc_now()))
    left = readers(world, audience)
    assert not {"officer", "supporter", "guest"} & set().union(*left.values())
    assert "manager" in left["organisation"]
    assert "lead" in left["dx"]


def test_whoever_is_granted_twice_stands_in_the_first(world: World, audience: int) -> None:
    with world.store.read() as session:
        section = section_of(session, world.officer)
        assert session.get_one(Section, section).organisation_id == world.town
    change(world, grant, audience, organisations=[world.town], sections=[section], staff=[world.officer])
    found = readers(world, audience)
    assert "officer" in found["organisation"]
    assert found["section"] == set()
    assert "staff" not in found


@pytest.mark.parametrize("days", [0, 6, 61, 91])
def test_who_reads_is_what_the_actors_say(world: World, days: int) -> None:
    """For everybody and every audience, also when postings and grants have ended, and for a stopped account."""
    with world.store.transaction() as session:
        session.get_one(Staff, world.staff_id("manager")).disabled_at = utc_now()
        people, every = list(session.scalars(sa.select(Staff.id))), session.scalars(sa.select(Audience.id)).all()
    then = utc_now() + timedelta(days=days)
    set_source(lambda: then)
    with world.store.read() as session:
        actors = actors_of_staff(session, people)
        said = {i: sorted(p for p, actor in actors.items() if i in actor.audience_ids) for i in every}
        assert {i: who_reads(session, i, people) for i in every} == said
        some = set(people[1:3])
        assert {i: who_reads(session, i, some) for i in every} == {i: sorted(some & {*r}) for i, r in said.items()}
    assert any(said.values())
