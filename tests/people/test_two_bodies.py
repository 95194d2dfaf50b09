"""Somebody who works for two towns, in the one for good and in the other for two months, and grants that end at
different times: what is decided of one must not be decided by the other."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.accounts.invitations import InviteMany, invite_many, waiting_for
from hub.accounts.people import set_access
from hub.accounts.people_commands import EndPosting, SetAccess
from hub.accounts.postings import end_posting
from hub.audiences.models import Audience, Grant
from hub.audiences.queries import readers_of
from hub.audiences.services import grant
from hub.clock import utc_now
from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.feed.models import FeedEvent
from hub.library.happenings import AdoptionProposed
from hub.library.readers import within
from hub.people.models import Organisation, Posting, Section, Staff
from hub.records.models import AuditEntry
from hub.rooms.commands import Admit
from hub.rooms.guests import guests_of
from hub.rooms.models import Room
from hub.rooms.services import create_circle
from hub.rooms.steering import admit
from hub.sharing.commands import OnSharing, PartText, Prepare, SaveSharing
from hub.sharing.models import Consent, Sharing
from hub.sharing.parties import parties_of
from hub.sharing.queries import parts_of
from hub.sharing.services.consenting import ask_consent
from hub.sharing.services.preparing import prepare, save_sharing
from tests.factories import World


def later(**parts: float) -> None:
    moment = utc_now() + timedelta(**parts)
    clock.set_source(lambda: moment)


def reads(world: World, who: str, room: int) -> bool:
    return bool(world.client(who).get(f"/rooms/{room}").status_code == 200)


def circle(world: World, *bodies: int) -> int:
    with world.store.transaction() as session:
        return create_circle(session, world.new_id(), "", bodies).id


def disabled(world: World) -> bool:
    with world.store.read() as session:
        return session.get_one(Staff, world.both).disabled_at is not None


def test_the_manager_of_one_body_does_not_stop_who_serves_another_too(world: World) -> None:
    for on in (False, True):
        with pytest.raises(Forbidden):
            world.write(set_access, "manager", SetAccess(world.both, on))
        assert not disabled(world)
    assert world.client("manager").post_form(f"/admin/people/{world.both}/link").status_code == 403
    world.write(set_access, "admin", SetAccess(world.both, False))
    assert disabled(world)
    with world.store.read() as session:
        query = sa.select(AuditEntry.organisation_id).where(AuditEntry.action == "staff.disabled")
        assert set(session.scalars(query)) == {world.town, world.foreign_town}


def test_the_manager_stops_them_when_the_other_body_no_longer_has_them(world: World) -> None:
    later(days=61)
    world.write(set_access, "manager", SetAccess(world.both, False))
    assert disabled(world)


def test_links_for_many_leave_out_who_serves_another_body_too(world: World) -> None:
    with world.store.transaction() as session:
        session.execute(sa.update(Staff).where(Staff.id.in_((world.both, world.officer))).values(password_hash=None))

    def waiting(who: str) -> set[int]:
        with world.store.read() as session:
            return {person.staff_id for person in waiting_for(session, world.actor(who))}

    assert waiting("manager") == {world.officer}
    assert waiting("admin") == {world.officer, world.both}
    invited = world.write(invite_many, "manager", InviteMany((world.officer,)))
    assert [one.person.staff_id for one in invited] == [world.officer]
    with pytest.raises(ValidationFailed):
        world.write(invite_many, "manager", InviteMany((world.officer, world.both)))


def test_each_body_ends_its_own_posting_alone(world: World) -> None:
    with world.store.read() as session:
        query = sa.select(Section.organisation_id, Posting.id).join(Posting, Posting.section_id == Section.id)
        posted = dict(session.execute(query.where(Posting.staff_id == world.both)).all())
    with pytest.raises(NotFound):
        world.write(end_posting, "manager", EndPosting(world.both, posted[world.foreign_town]))
    world.write(end_posting, "manager", EndPosting(world.both, posted[world.town]))
    actor = world.actor("both")
    assert (actor.organisation_ids, actor.organisation_id) == ({world.foreign_town}, world.foreign_town)
    assert reads(world, "both", world.foreign_room)


def test_with_each_posting_ends_what_it_opened_and_no_more(world: World) -> None:
    assert [reads(world, "both", room) for room in (world.room, world.foreign_room, world.commons)] == [True] * 3
    later(days=61)
    assert [reads(world, "both", room) for room in (world.room, world.foreign_room, world.commons)] == [
        True,
        False,
        True,
    ]


def test_who_is_let_in_twice_reads_as_long_as_either_says(world: World) -> None:
    with world.store.transaction() as session:
        session.execute(sa.delete(Posting).where(Posting.staff_id == world.both))
        section = session.scalars(sa.select(Section.id).where(Section.name == "医務課")).one()
        session.add(Posting(staff_id=world.both, section_id=section, role="bureau", from_at=utc_now()))
    start = utc_now()
    for days, there in ((4, True), (6, True), (89, True), (91, False)):
        clock.set_source(lambda days=days: start + timedelta(days=days))
        assert reads(world, "both", world.room) == there, days


def test_the_list_of_guests_names_the_later_end(world: World) -> None:
    room, now = circle(world, world.town), utc_now()
    for order in ((3, 30), (30, 3)):
        with world.store.transaction() as session:
            audience = session.get_one(Audience, session.get_one(Room, room).audience_id)
            session.execute(sa.delete(Grant).where(Grant.staff_id == world.guest))
            for days in order:
                grant(session, audience, staff=[world.guest], until_at=now + timedelta(days=days))
        with world.store.read() as session:
            guests = guests_of(session, session.get_one(Room, room).audience_id)
        assert [g.until_at for g in guests] == [now + timedelta(days=30)]


def test_who_reads_through_two_bodies_is_one_reader(world: World) -> None:
    room = circle(world, world.town, world.foreign_town)
    with world.store.read() as session:
        found = readers_of(session, session.get_one(Room, room).audience_id)
    everybody = [person.id for readers in found for person in readers.staff]
    assert everybody.count(world.both) == 1
    world.write(admit, "supporter", Admit(room, world.town, False))
    assert reads(world, "both", room)
    world.write(admit, "supporter", Admit(room, world.foreign_town, False))
    assert not reads(world, "both", room)


def test_each_is_told_once_and_of_their_present_bodies_alone(world: World) -> None:
    with world.store.transaction() as session:
        further = Section(organisation_id=world.foreign_town, name="兼務課")
        session.add(further)
        session.flush()
        until_at = utc_now() + timedelta(days=60)
        posting = Posting(staff_id=world.both, section_id=further.id, role="officer", from_at=utc_now())
        posting.until_at = until_at
        session.add(posting)
    with world.store.transaction() as session:
        happened(session, None, AdoptionProposed(case_id=1, organisation_id=world.foreign_town))
    later(days=61)
    with world.store.transaction() as session:
        happened(session, None, AdoptionProposed(case_id=2, organisation_id=world.foreign_town))
    with world.store.read() as session:
        query = sa.select(FeedEvent.data).where(
            FeedEvent.stream == f"user:{world.both}", FeedEvent.type == "inbox:changed"
        )
        assert session.scalars(query).all() == [{"kind": "proposal"}]


@pytest.mark.parametrize("kind", ["prefecture", "その他", "no member", "nothing"])
def test_whoever_is_no_municipality_is_not_admitted_to_a_circle(world: World, kind: str) -> None:
    room = circle(world, world.town)
    with world.store.transaction() as session:
        other = Organisation(name="離村", kind="村", member=False, mail_domains=[])
        session.add(other)
        session.flush()
        outside = session.scalars(sa.select(Organisation.id).where(Organisation.name == "外部の助言者")).one()
        ids = {"prefecture": world.prefecture, "その他": outside, "no member": other.id, "nothing": 999_999}
        before = session.scalar(sa.select(sa.func.count()).select_from(Grant))
    with pytest.raises(ValidationFailed) as fault:
        world.write(admit, "supporter", Admit(room, ids[kind], True))
    assert set(fault.value.fields) == {"organisation_id"}
    with world.store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Grant)) == before


@pytest.mark.parametrize(("wanted", "covered"), [(5, True), (10, True), (11, False), (None, False)])
def test_a_longer_reading_is_wider(world: World, wanted: int | None, covered: bool) -> None:
    """By name until the tenth day, and through another grant until the third: what lasts longer is more."""
    now = utc_now()
    with world.store.transaction() as session:
        have, more = Audience(key="have"), Audience(key="more")
        session.add_all((have, more))
        session.flush()
        for days in (10, 3):
            grant(session, have, staff=[world.guest], until_at=now + timedelta(days=days))
        until_at = None if wanted is None else now + timedelta(days=wanted)
        grant(session, more, staff=[world.guest], until_at=until_at)
        assert within(session, more.id, have.id) == covered
        grant(session, have, organisations=[world.town])
        grant(session, more, organisations=[world.foreign_town])
        assert not within(session, more.id, have.id)


def preparation(world: World, by: str) -> int:
    """Of a consultation of both towns, in a circle; the second message is 榛東村's."""
    asked = world.thread(circle(world, world.town, world.foreign_town), "consultation", "窓口の混雑", by=by)
    world.message(asked, "番号札です", by="foreign_officer")
    return int(world.write(prepare, "supporter", Prepare(asked.thread_id, "edition", False)).data["sharing_id"])


def parties(world: World, sharing_id: int) -> set[int]:
    with world.store.read() as session:
        return {body.id for body in parties_of(session, session.get_one(Sharing, sharing_id))}


def save(world: World, sharing_id: int, *included: bool) -> int:
    with world.store.read() as session:
        sharing, parts = session.get_one(Sharing, sharing_id), parts_of(session, sharing_id)
    texts = [PartText(p.position, keep, p.body) for p, keep in zip(parts, included, strict=True)]
    form = SaveSharing(sharing_id, sharing.version, sharing.title, texts, world.commons)
    return int(world.write(save_sharing, "supporter", form).data["version"])


def test_a_town_whose_text_was_left_out_is_not_asked(world: World) -> None:
    id_ = preparation(world, "officer")
    assert parties(world, id_) == {world.town, world.foreign_town, world.prefecture}
    save(world, id_, True, False)
    assert parties(world, id_) == {world.town, world.prefecture}
    save(world, id_, False, True)
    assert parties(world, id_) == {world.town, world.foreign_town, world.prefecture}


def test_a_text_is_that_of_the_body_for_which_it_was_written(world: World) -> None:
    """Who asks for 吉岡町 does not bring in 榛東村, where they work as well."""
    id_ = preparation(world, "both")
    save(world, id_, True, False)
    assert parties(world, id_) == {world.town, world.prefecture}


def test_who_speaks_for_two_bodies_speaks_for_both_while_they_do(world: World) -> None:
    id_ = preparation(world, "officer")
    later(days=61)
    version = save(world, id_, True, True)
    world.write(ask_consent, "both", OnSharing(id_, version))
    assert said(world, id_) == {world.town}
    clock.set_source(None)
    other = preparation(world, "officer")
    world.write(ask_consent, "both", OnSharing(other, 1))
    assert said(world, other) == {world.town, world.foreign_town}


def said(world: World, sharing_id: int) -> set[int]:
    with world.store.read() as session:
        query = sa.select(Consent.organisation_id).where(Consent.sharing_id == sharing_id)
        return set(session.scalars(query))
