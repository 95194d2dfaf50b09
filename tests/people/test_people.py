"""Running people's accounts. First what nobody may do, then that it works."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.audiences.models import RoomGrant
from hub.clock import utc_now
from hub.people.models import Organisation, Posting, Staff
from hub.records.models import AuditEntry

NEW = {"email": "new@example.jp", "name": "新人", "section": "情報係", "role": "officer"}


def rows(db, model, *conditions):
    with db.read() as session:
        return session.scalars(sa.select(model).where(*conditions)).all()


def person(db, email):
    return next(iter(rows(db, Staff, Staff.email == email)), None)


@pytest.mark.parametrize("who", ["officer", "foreign_officer", "supporter", "bureau", "guest", "shared"])
@pytest.mark.parametrize(
    "path", ["/admin/people", "/admin/people/new", "/admin/duties", "/admin/audit", "/admin/organisations"]
)
def test_nobody_else_sees_the_administration(client_of, who, path):
    assert client_of(who).get(path).status_code == 403


def test_a_manager_does_not_reach_people_of_other_bodies(client_of, world, db):
    manager = client_of("manager")
    for staff_id in (world.foreign_officer, world.supporter, world.admin, 999_999):
        assert manager.get(f"/admin/people/{staff_id}").status_code == 404
        for action in ("access", "link", "postings"):
            answer = manager.post_form(f"/admin/people/{staff_id}/{action}", on="0", organisation_id=world.town, **NEW)
            assert answer.status_code == 404
    posting = rows(db, Posting, Posting.staff_id == world.foreign_officer)[0]
    assert manager.post_form(f"/admin/people/{world.officer}/postings/{posting.id}/end").status_code == 404
    assert manager.post_form("/admin/people/new", organisation_id=world.foreign_town, **NEW).status_code == 404
    assert not person(db, "new@example.jp")
    assert all(s.disabled_at is None for s in rows(db, Staff))


@pytest.mark.parametrize("role", ["supporter", "lead", "admin", "bureau", "guest", "king"])
def test_a_manager_gives_only_the_roles_of_a_town(client_of, world, db, role):
    answer = client_of("manager").post_form("/admin/people/new", organisation_id=world.town, **NEW | {"role": role})
    assert answer.status_code == 422
    assert "new@example.jp" in answer.text  # what was typed is kept
    assert not person(db, "new@example.jp")


def test_a_lead_makes_no_administrator_and_gives_dx_roles_only_in_the_dx_section(client_of, world, db):
    lead = client_of("lead")
    for fields in ({"role": "admin", "section": "DX戦略課"}, {"role": "supporter", "section": "税務課"}):
        answer = lead.post_form("/admin/people/new", organisation_id=world.prefecture, **NEW | fields)
        assert answer.status_code == 422
    assert lead.post_form(f"/admin/people/{world.admin}/access", on="0").status_code in (403, 404)
    assert person(db, "admin@example.jp").disabled_at is None


def test_nobody_changes_themselves(client_of, world, db):
    manager = client_of("manager")
    manager.post_form(f"/admin/people/{world.manager}/access", on="0")
    posting = rows(db, Posting, Posting.staff_id == world.manager)[0]
    manager.post_form(f"/admin/people/{world.manager}/postings/{posting.id}/end")
    manager.post_form(f"/admin/people/{world.manager}/postings", organisation_id=world.town, **NEW)
    assert person(db, "manager@example.jp").disabled_at is None
    assert len(rows(db, Posting, Posting.staff_id == world.manager, Posting.until_at.is_(None))) == 1


EVASIONS = [
    "x@town.jp.evil.jp",
    "x@evil-town.jp",
    "x@sub.town.jp",
    "x@evil.jp@town.jp",
    "x@ｔown.jp",
    "x @town.jp",
    "@town.jp",
]


@pytest.mark.parametrize("email", EVASIONS)
def test_the_list_of_domains_is_not_evaded(client_of, world, db, email):
    with db.transaction() as session:
        session.get_one(Organisation, world.town).mail_domains = ["town.jp"]
    answer = client_of("manager").post_form("/admin/people/new", organisation_id=world.town, **NEW | {"email": email})
    assert answer.status_code == 422
    assert not rows(db, Staff, Staff.name == "新人")


def test_invite_hand_over_and_sign_in(client_of, world, db):
    with db.transaction() as session:
        session.get_one(Organisation, world.town).mail_domains = ["town.jp"]
    manager = client_of("manager")
    answer = manager.post_form("/admin/people/new", organisation_id=world.town, **NEW | {"email": "New@Town.jp"})
    assert answer.status_code == 303
    page = manager.post_form(f"{answer.location}/link")
    link = re.search(r"/welcome/[\w-]+", page.text)
    assert link
    assert client_of(None).get(link.group()).status_code == 200
    assert "新人" in manager.get("/admin/people").text
    assert rows(db, AuditEntry, AuditEntry.action == "invitation.issued", AuditEntry.organisation_id == world.town)


def test_who_is_disabled_is_out_at_once_and_may_come_back(client_of, world, db):
    officer, manager = client_of("officer"), client_of("manager")
    assert officer.get("/me").status_code == 200
    assert manager.post_form(f"/admin/people/{world.officer}/access", on="0").status_code == 303
    assert officer.get_json("/me").status_code == 401
    assert manager.post_form(f"/admin/people/{world.officer}/access", on="1").status_code == 303
    assert client_of("officer").get_json("/me").status_code == 200


def test_a_posting_ends_with_its_last_day(client_of, world, db):
    posting = rows(db, Posting, Posting.staff_id == world.officer)[0]
    path = f"/admin/people/{world.officer}/postings/{posting.id}/end"
    assert client_of("manager").post_form(path, until_on="2020-01-01").status_code == 422
    assert client_of("manager").post_form(path).status_code == 303
    assert client_of("officer").get_json("/me").status_code == 401


def test_who_moved_away_is_no_longer_in_the_old_bodys_hands(client_of, world, db):
    with db.transaction() as session:
        posting = session.scalars(sa.select(Posting).where(Posting.staff_id == world.officer)).one()
        posting.until_at = utc_now() - timedelta(days=1)
        section = sa.select(Posting.section_id).where(Posting.staff_id == world.foreign_officer)
        row = Posting(staff_id=world.officer, section_id=session.scalar(section), role="officer", from_at=utc_now())
        session.add(row)
    assert client_of("manager").post_form(f"/admin/people/{world.officer}/access", on="0").status_code == 404
    assert person(db, "officer@example.jp").disabled_at is None


def test_duties_have_holders_absences_and_deputies(client_of, world, db):
    manager = client_of("manager")
    section = rows(db, Posting, Posting.staff_id == world.officer)[0].section_id
    for name in ("情報担当", "窓口担当"):
        assert manager.post_form("/admin/duties", section_id=section, name=name).status_code == 303
    assert manager.post_form("/admin/duties", section_id=section, name="情報担当").status_code == 422
    assert manager.post_form("/admin/duties/1/holder", staff_id=world.foreign_officer).status_code == 422
    assert manager.post_form("/admin/duties/1/holder", staff_id=world.officer).status_code == 303
    fields = {"from_on": "2026-12-01", "until_on": "2026-12-05", "deputy_duty_id": "2"}
    assert manager.post_form("/admin/duties/1/absence", **fields).status_code == 303
    page = manager.get("/admin/duties").text
    assert "2026年12月5日" in page
    assert "代理：窓口担当" in page


def test_reading_with_a_reason_lasts_an_hour_and_is_seen_by_the_town(client_of, world, db):
    admin = client_of("admin")
    path = f"/rooms/{world.room}/read-with-reason"
    assert client_of("manager").post_form(path, reason="見たい").status_code == 403
    assert admin.get(f"/rooms/{world.room}").status_code == 404
    assert admin.post_form(path, reason=" ").status_code == 422
    assert admin.post_form(path, reason="障害の調査").status_code == 303
    assert admin.get(f"/rooms/{world.room}").status_code == 200
    assert "障害の調査" in client_of("manager").get("/admin/audit").text
    granted = rows(db, RoomGrant, RoomGrant.staff_id == world.admin)[0]
    assert timedelta(minutes=59) < granted.until_at - utc_now() <= timedelta(hours=1)


def test_the_audit_record_of_a_town_is_its_own(client_of, world):
    client_of("admin").post_form(f"/rooms/{world.foreign_room}/read-with-reason", reason="榛東村のこと")
    assert "榛東村のこと" not in client_of("manager").get("/admin/audit").text
    assert "榛東村のこと" in client_of("admin").get("/admin/audit").text


def test_an_administrator_changes_a_body(client_of, world, db):
    path = f"/admin/organisations/{world.town}"
    admin = client_of("admin")
    assert admin.post_form(path, name="吉岡町", mail_domains="bad domain@", member="1").status_code == 422
    fields = {"name": "吉岡町", "kana": "よしおか", "mail_domains": "town.jp\n@lg.town.jp", "member": "1"}
    assert admin.post_form(path, **fields).status_code == 303
    assert rows(db, Organisation, Organisation.id == world.town)[0].mail_domains == ["lg.town.jp", "town.jp"]
