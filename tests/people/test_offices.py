"""Bodies and seats: what administrators and managers set, and what they cannot."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.clock import japan_today, utc_now
from hub.people.models import Duty, Holding, Organisation, Posting
from hub.rooms.models import Room


def rows(db, model, *conditions):
    with db.read() as session:
        return session.scalars(sa.select(model).where(*conditions).order_by(model.id)).all()


@pytest.fixture
def seat(db, world):
    """Make a duty where this person works; returns its id."""

    def make(who: str, name: str) -> int:
        with db.transaction() as session:
            section_id = session.scalar(sa.select(Posting.section_id).where(Posting.staff_id == world.staff_id(who)))
            duty = Duty(section_id=section_id, name=name)
            session.add(duty)
            session.flush()
            return duty.id

    return make


def test_another_towns_seats_are_not_there(client_of, world, db, seat):
    foreign, manager = seat("foreign_officer", "榛東の席"), client_of("manager")
    assert "榛東の席" not in manager.text_of(f"/admin/duties?organisation={world.foreign_town}")
    for action in ("holder", "absence"):
        answer = manager.post_form(f"/admin/duties/{foreign}/{action}", staff_id=world.officer)
        assert answer.status_code == 404
    assert rows(db, Holding) == []


def test_a_deputy_is_of_the_same_body_even_for_administrators(client_of, db, seat):
    own, foreign = seat("officer", "情報担当"), seat("foreign_officer", "情報担当")
    answer = client_of("admin").post_form(f"/admin/duties/{own}/absence", deputy_duty_id=foreign)
    assert answer.status_code == 422
    assert client_of("admin").post_form(f"/admin/duties/{own}/absence", deputy_duty_id=own).status_code == 422


def test_a_successor_takes_over_on_their_day(client_of, world, db, seat):
    duty, manager = seat("officer", "情報担当"), client_of("manager")
    begins = japan_today() + timedelta(days=30)
    path = f"/admin/duties/{duty}/holder"
    assert manager.post_form(path, staff_id=world.officer).status_code == 303
    assert manager.post_form(path, staff_id=world.manager, from_on=begins.isoformat()).status_code == 303
    first, second = rows(db, Holding)
    assert first.until_at == second.from_at > utc_now()
    page = manager.text_of("/admin/duties")
    assert "担当者：吉岡 一郎" in page
    assert "から：吉岡 二葉" in page
    assert manager.post_form(path, staff_id=world.shared, from_on=begins.isoformat()).status_code == 303
    assert [h.staff_id for h in rows(db, Holding)] == [world.officer, world.shared]  # the plan was replaced
    last = (begins - timedelta(days=1)).isoformat()
    answer = manager.post_form(path, staff_id=world.officer, from_on=begins.isoformat(), until_on=last)
    assert answer.status_code == 422


def test_an_absence_keeps_its_dates_in_the_form(client_of, db, seat):
    duty, manager = seat("officer", "情報担当"), client_of("manager")
    path = f"/admin/duties/{duty}/absence"
    assert manager.post_form(path, from_on="2026-12-05", until_on="2026-12-01").status_code == 422
    assert manager.post_form(path, from_on="2026-12-01", until_on="2026-12-05").status_code == 303
    impossible = manager.post_form(path, from_on="0206-12-01", until_on="2026-12-05")
    assert "年を確認してください。2000年から2199年までの日付を入力できます。" in impossible.text
    page = manager.get("/admin/duties").text
    assert 'name="from_on" value="2026-12-01"' in page
    assert 'name="until_on" value="2026-12-05"' in page
    assert manager.post_form(path).status_code == 303
    assert rows(db, Duty, Duty.id == duty)[0].absent_from is None


@pytest.mark.parametrize("who", ["manager", "lead", "officer", "supporter"])
def test_only_administrators_add_bodies(client_of, world, db, who):
    before = len(rows(db, Organisation))
    assert client_of(who).post_form("/admin/organisations", name="渋川市", kind="市").status_code == 403
    assert len(rows(db, Organisation)) == before


@pytest.mark.parametrize(
    "fields", [{"name": "吉岡町"}, {"name": ""}, {"code": "12345"}, {"code": "12345６"}, {"kind": "県"}, {"kind": ""}]
)
def test_a_body_that_cannot_be(client_of, db, fields):
    before = len(rows(db, Organisation))
    answer = client_of("admin").post_form("/admin/organisations", **({"name": "渋川市", "kind": "市"} | fields))
    assert answer.status_code == 422
    assert len(rows(db, Organisation)) == before


def test_a_municipality_comes_with_its_room_and_another_body_with_guests_only(client_of, world, db):
    admin = client_of("admin")
    fields = {"name": "渋川市", "kana": "しぶかわし", "code": "102083"}
    assert admin.post_form("/admin/organisations", **fields, kind="市").status_code == 303
    town = rows(db, Organisation, Organisation.name == "渋川市")[0]
    assert [r.name for r in rows(db, Room, Room.organisation_id == town.id)] == ["渋川市"]
    assert admin.post_form("/admin/organisations", name="助言の会社", kind="その他").status_code == 303
    other = rows(db, Organisation, Organisation.name == "助言の会社")[0]
    assert rows(db, Room, Room.organisation_id == other.id) == []
    person = {"organisation_id": other.id, "email": "x@firm.example.jp", "name": "助言", "section": "本社"}
    for role, status in (("officer", 422), ("bureau", 422), ("guest", 303)):
        assert admin.post_form("/admin/people/new", **person, role=role).status_code == status


def test_a_renamed_municipality_renames_its_room(client_of, world, db):
    fields = {"name": "新吉岡町", "kana": "しんよしおかまち", "member": "1"}
    assert client_of("admin").post_form(f"/admin/organisations/{world.town}", **fields).status_code == 303
    room = rows(db, Room, Room.id == world.room)[0]
    town = rows(db, Organisation, Organisation.id == world.town)[0]
    assert (room.name, room.kana) == (town.name, town.kana) == ("新吉岡町", "しんよしおかまち")
    assert rows(db, Room, Room.id == world.foreign_room)[0].name == "榛東村"


@pytest.mark.parametrize("domain", ["town..jp", ".jp", "ｔown.jp", "town.jp,evil.jp", "a@b@c.jp", "-a.jp"])
def test_what_is_no_domain_is_refused(client_of, world, db, domain):
    path = f"/admin/organisations/{world.town}"
    answer = client_of("admin").post_form(path, name="吉岡町", mail_domains=domain, member="1")
    assert answer.status_code == 422
    assert rows(db, Organisation, Organisation.id == world.town)[0].mail_domains == []
