"""Ways around the rules of who runs whom, each of which has to fail."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.access_changes import raise_access_version
from hub.clock import utc_now
from hub.people.models import Organisation, Posting, Section, Staff

NEW = {"email": "new@example.jp", "name": "新人", "section": "情報係", "role": "officer"}


@pytest.fixture
def post(db, world):
    """Give somebody a further posting (併任), as an administrator would."""

    def add(who: str, organisation_id: int, role: str, section: str = "兼務課", **dates: object) -> int:
        with db.transaction() as session:
            place = session.scalars(sa.select(Section).filter_by(organisation_id=organisation_id, name=section)).first()
            if place is None:
                place = Section(organisation_id=organisation_id, name=section)
                session.add(place)
                session.flush()
            dates.setdefault("from_at", utc_now() - timedelta(days=5))
            row = Posting(staff_id=world.staff_id(who), section_id=place.id, role=role, **dates)
            session.add(row)
            raise_access_version(session)
            session.flush()
            return row.id

    return add


def staff(db, staff_id: int) -> Staff:
    with db.read() as session:
        return session.get_one(Staff, staff_id)


def test_a_manager_is_no_manager_where_they_are_only_an_officer(client_of, world, db, post):
    post("manager", world.foreign_town, "officer")
    manager = client_of("manager")
    assert manager.get("/admin/people").status_code == 200
    assert "榛東 三郎" not in manager.get("/admin/people").text
    assert manager.get(f"/admin/people/{world.foreign_officer}").status_code == 404
    for action in ("access", "link"):
        path = f"/admin/people/{world.foreign_officer}/{action}"
        assert manager.post_form(path, on="0").status_code == 404
    assert staff(db, world.foreign_officer).disabled_at is None
    answer = manager.post_form("/admin/people/new", organisation_id=world.foreign_town, **NEW)
    assert answer.status_code == 404


def test_a_lead_is_no_manager_of_the_town_where_they_help_out(client_of, world, db, post):
    post("lead", world.town, "officer")
    lead = client_of("lead")
    for action in ("access", "link"):
        assert lead.post_form(f"/admin/people/{world.officer}/{action}", on="0").status_code == 404
    assert staff(db, world.officer).disabled_at is None


def test_the_record_of_a_body_is_not_read_by_its_officer_who_manages_elsewhere(client_of, world, post):
    client_of("admin").post_form(f"/rooms/{world.foreign_room}/read-with-reason", reason="榛東村のこと")
    post("manager", world.foreign_town, "officer")
    assert "榛東村のこと" not in client_of("manager").get("/admin/audit").text


def test_an_ended_posting_is_not_brought_back_by_the_old_body(client_of, world, db, post):
    with db.transaction() as session:
        old = session.scalars(sa.select(Posting).where(Posting.staff_id == world.officer)).one()
        old.until_at = utc_now() - timedelta(days=1)
        raise_access_version(session)
    post("officer", world.foreign_town, "officer")
    path = f"/admin/people/{world.officer}/postings/{old.id}/end"
    assert client_of("manager").post_form(path, until_on="2099-03-31").status_code == 404
    with db.read() as session:
        assert session.get_one(Posting, old.id).until_at < utc_now()


def test_the_posting_of_the_address_is_the_persons_own(client_of, world, db):
    with db.read() as session:
        other = session.scalars(sa.select(Posting.id).where(Posting.staff_id == world.shared)).one()
    path = f"/admin/people/{world.officer}/postings/{other}/end"
    assert client_of("manager").post_form(path).status_code == 404
    with db.read() as session:
        assert session.get_one(Posting, other).until_at is None


@pytest.mark.parametrize(
    "email",
    ["x,y@town.jp", "<x@town.jp", "x@town.jp.", "x@@town.jp", "x@town.jp\nbcc:e@evil.jp", 'x"@town.jp', "x@[1]"],
)
@pytest.mark.parametrize("listed", [True, False])
def test_what_is_no_address_is_refused(client_of, world, db, email, listed):
    with db.transaction() as session:
        session.get_one(Organisation, world.town).mail_domains = ["town.jp"] if listed else []
    answer = client_of("manager").post_form("/admin/people/new", organisation_id=world.town, **NEW | {"email": email})
    assert answer.status_code == 422


@pytest.mark.parametrize("query", ["before=99999999999999999999", "before=x", "before=-1"])
def test_no_number_breaks_the_record(client_of, query):
    assert client_of("admin").get(f"/admin/audit?{query}").status_code == 200


@pytest.mark.parametrize("query", ["organisation=99999999999999999999", "page=99999999999999999999", "page=-3"])
def test_no_number_breaks_the_list(client_of, query):
    assert client_of("admin").get(f"/admin/people?{query}").status_code == 200
