"""Profile, password, signed-in browsers, 記入者名 and language."""

import re

import pytest
import sqlalchemy as sa

from hub.people.models import Expertise, Field, SignIn, Staff

NEW = "entirely new battery 8"
FORMS = "/profile /profile/password /sign-ins/end /sign-ins/1/end /writer-name /session/touch /language".split()
OWN_PAGES = ["/profile", "/sign-ins", "/writer-name", "/session"]


def test_own_pages_send_the_signed_out_to_the_sign_in_page(visitor):
    sent = [visitor.get(path).headers["Location"] for path in OWN_PAGES]
    assert sent == [f"/login?next={path}" for path in OWN_PAGES]


@pytest.mark.parametrize(
    "path",
    [
        "/profile",
        "/profile/password",
        "/sign-ins/end",
        "/sign-ins/1/end",
        "/writer-name",
        "/session/touch",
        "/language",
    ],
)
def test_own_forms_need_a_token(visitor, email_of, path):
    visitor.sign_in(email_of("officer"))
    assert visitor.client.post(path).status_code == 400


def test_the_profile_is_saved(visitor, email_of, store, world):
    with store.transaction() as session:
        field = Field(name="試験の分野", position=99)
        session.add(field)
        session.flush()
        field_id = field.id
    visitor.sign_in(email_of("officer"))
    typed = {
        "name": "架空 花子",
        "kana": "かくう はなこ",
        "extension": "123",
        "language": "en",
        "field_id": str(field_id),
    }
    assert visitor.post("/profile", **typed).status_code == 303
    with store.read() as session:
        staff = session.get_one(Staff, world.officer)
        chosen = session.scalars(sa.select(Expertise.field_id).where(Expertise.staff_id == world.officer)).all()
    assert (staff.name, staff.kana, staff.extension, staff.language) == ("架空 花子", "かくう はなこ", "123", "en")
    assert chosen == [field_id]
    assert visitor.get("/me").json["name"] == "架空 花子"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "長" * 61}, {"kana": "か" * 61}, {"language": "xx"}])
def test_a_wrong_profile_is_shown_again_with_what_was_typed(visitor, email_of, store, world, wrong):
    visitor.sign_in(email_of("officer"))
    answer = visitor.post("/profile", **{"name": "新しい名", "kana": "", "extension": "77", "language": "ja"} | wrong)
    assert answer.status_code == 422
    assert "77" in answer.text
    with store.read() as session:
        assert session.get_one(Staff, world.officer).name != "新しい名"


def test_unknown_fields_and_roles_in_the_profile_form_are_ignored(visitor, email_of):
    visitor.sign_in(email_of("officer"))
    typed = {"name": "名", "language": "ja", "field_id": "99999999", "role": "admin", "email": "x@example.jp"}
    assert visitor.post("/profile", **typed).status_code == 303
    assert visitor.role() == "officer"


@pytest.mark.parametrize(
    "wrong",
    [{"old_password": "not the old one"}, {"password": "short", "repeated": "short"}, {"repeated": "not the same 77"}],
)
def test_a_password_is_not_changed_without_the_old_one_and_a_good_new_one(visitor, email_of, wrong):
    visitor.sign_in(email_of("officer"))
    typed = {"old_password": "correct horse battery 7", "password": NEW, "repeated": NEW} | wrong
    assert visitor.post("/profile/password", **typed).status_code == 422
    visitor.post("/logout")
    assert visitor.sign_in(email_of("officer")).status_code == 303


def test_somebody_at_an_unattended_screen_cannot_guess_on(visitor, email_of, clock):
    visitor.sign_in(email_of("officer"))
    for n in range(10):
        visitor.post("/profile/password", old_password=f"guess {n}", password=NEW, repeated=NEW)
    right = {"old_password": "correct horse battery 7", "password": NEW, "repeated": NEW}
    assert visitor.post("/profile/password", **right).status_code == 422


def test_a_changed_password_ends_all_other_sign_ins(new_visitor, email_of):
    here, elsewhere, other = new_visitor(), new_visitor(), new_visitor()
    here.sign_in(email_of("officer"))
    elsewhere.sign_in(email_of("officer"))
    other.sign_in(email_of("manager"))
    typed = {"old_password": "correct horse battery 7", "password": NEW, "repeated": NEW}
    assert here.post("/profile/password", **typed).status_code == 303
    assert (here.role(), elsewhere.role(), other.role()) == ("officer", None, "manager")
    assert elsewhere.sign_in(email_of("officer"), NEW).status_code == 303


def test_nobody_ends_a_sign_in_of_somebody_else(new_visitor, email_of, store, world):
    mine, other = new_visitor(), new_visitor()
    mine.sign_in(email_of("officer"))
    other.sign_in(email_of("manager"))
    with store.read() as session:
        newest = sa.select(SignIn.id).where(SignIn.staff_id == world.manager).order_by(SignIn.id.desc())
        id_ = session.scalars(newest).first()
    assert mine.post(f"/sign-ins/{id_}/end").status_code == 404
    assert mine.post("/sign-ins/99999999/end").status_code == 404
    assert other.role() == "manager"


def test_one_browser_signs_another_out(new_visitor, email_of):
    here, elsewhere = new_visitor(), new_visitor()
    elsewhere.sign_in(email_of("officer"))
    here.sign_in(email_of("officer"))
    page = here.get("/sign-ins").text
    assert "Chrome / Windows" in page
    ids = sorted(int(id_) for id_ in re.findall(r"/sign-ins/(\d+)/end", page))
    for id_ in ids[:-1]:  # the newest is this one
        here.post(f"/sign-ins/{id_}/end")
    assert elsewhere.role() is None
    assert here.role() == "officer"


def test_sign_out_everywhere_includes_this_browser(new_visitor, email_of):
    here, elsewhere = new_visitor(), new_visitor()
    here.sign_in(email_of("officer"))
    elsewhere.sign_in(email_of("officer"))
    assert here.post("/sign-ins/end").headers["Location"] == "/login"
    assert (here.role(), elsewhere.role()) == (None, None)


def test_a_shared_account_is_asked_for_the_writers_name(visitor, email_of, world):
    answer = visitor.sign_in(email_of("shared"), next="/sign-ins")
    assert answer.headers["Location"] == "/writer-name?next=/sign-ins"
    assert visitor.post("/writer-name", writer_name=" ").status_code == 422
    assert visitor.post("/writer-name", writer_name="山田", next="/sign-ins").headers["Location"] == "/sign-ins"
    organisation = world.actor("shared").organisation_name
    assert visitor.get("/me").json["name"] == f"{organisation}(山田)"


def test_the_writers_name_lasts_for_one_sign_in_only(visitor, email_of):
    visitor.sign_in(email_of("shared"))
    visitor.post("/writer-name", writer_name="山田")
    visitor.post("/logout")
    visitor.sign_in(email_of("shared"))
    assert "山田" not in visitor.get("/me").json["name"]


def test_a_personal_account_has_no_writers_name(visitor, email_of):
    visitor.sign_in(email_of("officer"))
    assert visitor.get("/writer-name").status_code == 404
    assert visitor.post("/writer-name", writer_name="町長").status_code == 404
    assert "町長" not in visitor.get("/me").json["name"]


def test_the_language_is_kept_for_the_browser_and_for_the_person(visitor, email_of, store, world):
    assert visitor.post("/language", language="en", next="/login").status_code == 303
    with visitor.client.session_transaction() as session:
        assert session["language"] == "en"
    visitor.sign_in(email_of("officer"))
    visitor.post("/language", language="en", next="//evil.example")
    with store.read() as session:
        assert session.get_one(Staff, world.officer).language == "en"
    assert visitor.post("/language", language="xx").status_code == 422


@pytest.mark.parametrize("way", ["/logout", "/sign-ins/end"])
def test_the_language_stays_in_the_browser_after_signing_out(visitor, email_of, way):
    visitor.sign_in(email_of("officer"))
    visitor.post("/profile", name="架空 花子", language="en")
    assert "Your profile was saved." in visitor.get("/profile").text
    visitor.post(way)
    assert '<html lang="en">' in visitor.get("/login").text
