"""One-time links: who may hand them out, and that each works once, for a day."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.accounts.links import IssueLink, issue_link, use_link
from hub.accounts.new_passwords import NewPassword
from hub.clock import utc_now
from hub.errors import Forbidden, NotFound
from hub.people.models import OneTimeLink, Posting, Staff
from hub.records.models import AuditEntry
from tests.accounts.world import PASSWORD

NEW = "entirely new battery 8"


@pytest.fixture
def issue(store, world):
    def issue(by: str, to: str):
        return store.write(issue_link, world.actor(by), IssueLink(getattr(world, to)))

    return issue


def use(visitor, path, **fields):
    token = re.search(r'name="csrf-token" content="([^"]+)"', visitor.get("/login").text).group(1)
    return visitor.post(path, **{"csrf_token": token, "password": NEW, "repeated": NEW} | fields)


@pytest.mark.parametrize("by", ["officer", "foreign_officer", "supporter", "lead", "bureau", "guest", "shared"])
def test_nobody_but_the_own_manager_and_admins_hands_out_links(issue, by):
    with pytest.raises((NotFound, Forbidden)):
        issue(by, "officer")


def test_a_manager_hands_out_no_links_for_other_towns(issue):
    with pytest.raises(NotFound):
        issue("manager", "foreign_officer")


def test_a_lead_does_not_take_over_an_admin(issue):
    with pytest.raises((NotFound, Forbidden)):
        issue("lead", "admin")


def test_a_manager_does_not_take_over_somebody_who_is_posted_elsewhere_too(issue, store, world):
    with store.transaction() as session:
        foreign = session.scalars(sa.select(Posting).where(Posting.staff_id == world.foreign_officer)).first()
        more = {"staff_id": world.officer, "role": "officer", "from_at": utc_now() + timedelta(days=1)}
        session.add(Posting(section_id=foreign.section_id, **more))
    with pytest.raises(Forbidden):
        issue("manager", "officer")


def test_no_link_is_made_for_the_disabled(issue, store, world):
    with store.transaction() as session:
        session.get_one(Staff, world.officer).disabled_at = utc_now()
    with pytest.raises(NotFound):
        issue("manager", "officer")


@pytest.mark.parametrize("path", ["/reset/wrong", "/welcome/wrong", "/reset/" + "a" * 43])
def test_a_wrong_link_is_useless(visitor, path, world):
    assert visitor.get(path).status_code == 404
    assert use(visitor, path).status_code == 404


def test_a_link_works_once(visitor, issue, email_of):
    link = issue("manager", "officer")
    path = f"/reset/{link.token}"
    assert visitor.get(path).status_code == visitor.get(path).status_code == 200  # looking uses nothing up
    assert use(visitor, path).headers["Location"] == "/login"
    assert use(visitor, path, password="another password 99", repeated="another password 99").status_code == 404
    assert visitor.get(path).status_code == 404
    assert visitor.sign_in(email_of("officer")).status_code == 422
    assert visitor.sign_in(email_of("officer"), NEW).status_code == 303


def test_a_link_ends_after_a_day(visitor, issue, clock):
    path = f"/reset/{issue('manager', 'officer').token}"
    clock.advance(hours=23, minutes=59)
    assert visitor.get(path).status_code == 200
    clock.advance(minutes=1)
    assert visitor.get(path).status_code == 404
    assert use(visitor, path).status_code == 404


def test_a_reset_is_no_invitation(visitor, issue):
    assert visitor.get(f"/welcome/{issue('manager', 'officer').token}").status_code == 404


def test_a_newer_link_replaces_the_older(visitor, issue, email_of):
    older, newer = issue("manager", "officer"), issue("admin", "officer")
    assert visitor.get(f"/reset/{older.token}").status_code == 404
    assert visitor.get(f"/reset/{newer.token}").status_code == 200
    visitor.sign_in(email_of("manager"))
    assert visitor.get("/admin/people").text.count("使用済み・無効") == 1


def test_a_link_of_somebody_disabled_since_is_useless(visitor, issue, store, world):
    path = f"/reset/{issue('manager', 'officer').token}"
    with store.transaction() as session:
        session.get_one(Staff, world.officer).disabled_at = utc_now()
    assert use(visitor, path).status_code == 404


def test_of_two_who_use_a_link_at_once_the_second_fails(issue, store):
    token = issue("manager", "officer").token
    with store.transaction() as session:
        use_link(session, "reset", token, NewPassword("hash"))
    with pytest.raises(NotFound), store.transaction() as session:
        use_link(session, "reset", token, NewPassword("hash"))


def test_without_a_token_no_password_is_set(visitor, issue, email_of):
    path = f"/reset/{issue('manager', 'officer').token}"
    assert visitor.client.post(path, data={"password": NEW, "repeated": NEW}).status_code == 400
    assert visitor.sign_in(email_of("officer")).status_code == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "short", "repeated": "short"},
        {"password": "aaaaaaaaaaaaaaaa", "repeated": "aaaaaaaaaaaaaaaa"},
        {"password": "x1y2z" * 50, "repeated": "x1y2z" * 50},
        {"repeated": "something else 12"},
        {"password": ""},
    ],
)
def test_a_bad_password_is_refused_and_the_link_lives_on(visitor, issue, fields):
    path = f"/reset/{issue('manager', 'officer').token}"
    assert use(visitor, path, **fields).status_code == 422
    assert visitor.get(path).status_code == 200


def test_the_address_of_a_link_reaches_no_other_site(visitor, issue):
    headers = visitor.get(f"/reset/{issue('manager', 'officer').token}").headers
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert headers["Cache-Control"] == "no-store"


def test_a_reset_ends_what_was_signed_in(new_visitor, issue, email_of):
    thief = new_visitor()
    thief.sign_in(email_of("officer"))
    use(new_visitor(), f"/reset/{issue('manager', 'officer').token}")
    assert thief.role() is None


def test_an_open_link_ends_when_the_owner_changes_the_password(visitor, new_visitor, issue, email_of):
    path = f"/reset/{issue('manager', 'officer').token}"
    visitor.sign_in(email_of("officer"))
    typed = {"old_password": PASSWORD, "password": NEW, "repeated": NEW}
    assert visitor.post("/profile/password", **typed).status_code == 303
    assert new_visitor().get(path).status_code == 404
    assert use(new_visitor(), path, password="of a stranger 99", repeated="of a stranger 99").status_code == 404
    assert new_visitor().sign_in(email_of("officer"), NEW).status_code == 303


def test_the_owner_is_told_of_a_reset_once(visitor, issue, email_of, world):
    issue("manager", "officer")
    visitor.sign_in(email_of("officer"))
    told = "パスワードを再設定するリンクを発行しました"
    page = visitor.get("/sign-ins").text
    assert told in page
    assert world.actor("manager").name in page
    assert told not in visitor.get("/sign-ins").text
    visitor.post("/logout")
    visitor.sign_in(email_of("officer"))
    assert told not in visitor.get("/sign-ins").text


@pytest.mark.parametrize(("issued", "shown"), [(2, 2), (7, 5)])
def test_the_owner_is_told_of_every_reset_since_the_last_sign_in(visitor, issue, email_of, issued, shown):
    for _n in range(issued):
        issue("manager", "officer")
    visitor.sign_in(email_of("officer"))
    assert visitor.get("/sign-ins").text.count("パスワードを再設定するリンクを発行しました") == shown


def resets_on(page):
    section = page.partition('id="resets"')[2].partition("</section>")[0]
    return [re.sub(r"<[^>]+>|\s+", " ", item) for item in section.split("<li>")[1:]]


def test_the_owner_sees_every_reset_of_the_month_and_whether_it_was_used(
    visitor, new_visitor, issue, email_of, world, clock
):
    manager, admin = world.actor("manager").name, world.actor("admin").name
    issue("manager", "officer")
    clock.advance(hours=1)
    used = issue("admin", "officer")
    use(new_visitor(), f"/reset/{used.token}")
    new_visitor().sign_in(email_of("officer"), NEW)  # whoever used it signs in first, and takes the notice with it
    clock.advance(hours=1)
    issue("manager", "officer")
    visitor.sign_in(email_of("officer"), NEW)
    told = [(manager, "有効"), (admin, "使用済み"), (manager, "未使用のまま無効")]
    shown = resets_on(visitor.get("/sign-ins").text)
    assert len(shown) == 3
    assert all(by in text and state in text for text, (by, state) in zip(shown, told, strict=True))


def test_resets_are_shown_for_a_month_and_to_their_owner_only(new_visitor, issue, email_of, clock):
    issue("manager", "officer")
    other = new_visitor()
    other.sign_in(email_of("manager"))
    assert resets_on(other.get("/sign-ins").text) == []
    clock.advance(days=31)
    owner = new_visitor()
    owner.sign_in(email_of("officer"))
    assert resets_on(owner.get("/sign-ins").text) == []


def test_the_other_managers_find_it_in_the_audit_record(issue, store, world):
    issue("manager", "officer")
    with store.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "reset.issued")).one()
    assert (entry.actor_id, entry.subject) == (world.manager, f"staff:{world.officer}")
    assert entry.organisation_id == world.actor("manager").organisation_id


def test_an_invited_person_sets_the_first_password(visitor, issue, store, world, email_of):
    with store.transaction() as session:
        session.get_one(Staff, world.officer).password_hash = None
    link = issue("manager", "officer")
    assert link.purpose == "invitation"
    assert use(visitor, f"/welcome/{link.token}").status_code == 303
    assert visitor.sign_in(email_of("officer"), NEW).status_code == 303


def test_the_table_does_not_hold_what_opens_it(issue, store):
    token = issue("manager", "officer").token
    with store.read() as session:
        assert token not in session.scalars(sa.select(OneTimeLink.token_hash)).all()
