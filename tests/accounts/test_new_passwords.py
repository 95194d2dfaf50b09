"""Which passwords are taken, on every way on which one is set."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.accounts.guessable import is_guessable
from hub.accounts.links import issue_link_by_operator
from hub.people.models import Staff
from hub.security.passwords import hash_password
from tests.accounts.world import PASSWORD
from tests.linear import too_slow

NEW = "entirely new battery 8"
ABOUT = ("yamada.taro@city.takasaki.lg.jp", "山田太郎", "高崎市", "たかさきし", "情報政策係")


def change(visitor, email, _path, **typed):
    visitor.sign_in(email)
    return visitor.post("/profile/password", old_password=PASSWORD, **typed)


def by_link(visitor, _email, path, **typed):
    visitor.get(path)
    return visitor.post(path, **typed)


@pytest.fixture(params=["change", "reset", "invitation"])
def way(request, visitor, email_of, world, store):
    """Sets a password for the officer, or for somebody invited."""

    def set_password(password, **headers):
        who = world.officer
        with store.transaction() as session:
            staff = session.get_one(Staff, who)
            if request.param == "invitation":
                staff.password_hash = None
            path = issue_link_by_operator(session, staff).path
        send = change if request.param == "change" else by_link
        return send(visitor, email_of("officer"), path, password=password, repeated=password, **headers)

    set_password.name = request.param
    return set_password


@pytest.mark.parametrize(
    "password", ["password1234", "Passw0rd2026!", "ｐａｓｓｗｏｒｄ１２３４", "123456789012", "qwertyqwerty"]
)
def test_the_commonest_passwords_are_refused_at_the_field(way, password):
    answer = way(password)
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "推測されやすい" in field(answer)
    assert password not in answer.text


def field(answer):
    """What is said at the field `password`."""
    said = re.search(r'id="field-password-fault">([^<]*)<', answer.text)
    return said.group(1) if said else ""


def test_it_is_said_in_english_as_well(way):
    answer = way("password1234", headers={"Accept-Language": "en"})
    if way.name != "change":  # somebody signed in reads the language of their profile
        assert "easy to guess" in field(answer)
    assert answer.status_code == 422


def test_the_town_and_the_mail_address_make_no_password(way, email_of):
    assert way(f"{email_of('officer').partition('@')[0]}-2026").status_code == 422


def test_the_password_that_one_has_is_no_new_one(way):
    answer = way(PASSWORD)
    if way.name == "invitation":  # there is none yet
        assert answer.status_code == 303
    else:
        assert answer.status_code == 422
        assert "今までと同じ" in field(answer)


def test_a_good_one_is_taken(way, visitor, email_of):
    assert way(NEW).status_code == 303
    visitor.post("/logout")
    assert visitor.sign_in(email_of("officer"), NEW).status_code == 303


def test_a_link_that_met_a_refusal_can_still_be_used(visitor, store, world):
    with store.transaction() as session:
        path = issue_link_by_operator(session, session.get_one(Staff, world.officer)).path
    assert by_link(visitor, "", path, password=PASSWORD, repeated=PASSWORD).status_code == 422
    assert by_link(visitor, "", path, password=NEW, repeated=NEW).status_code == 303


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "Password1234!", "passwordpassword", "1q2w3e4r5t6y", "zaq12wsxcde3", "iloveyou2026"),
        *("sakura12345678", "himawari2026", "yoroshiku1234", "admin12345678", "さくらさくらさくらさくら"),
        *("パスワード123456", "abcdefghijkl", "aaaabbbbcccc", "P@ssw0rd1234", "abc123abc123", "takasaki2026!"),
        *("yamada.taro1234", "TakasakiTaro12", "高崎市2026年です", "987654321098"),
    ],
)
def test_easy_to_guess(password):
    assert is_guessable(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        *("correct horse battery 7", "entirely new battery 8", "betsu-no-hub-2026", "k9Tm2xQ7vLp4", "482915730264"),
        *("yama-kawa-umi-sora", "kaede matsu 88 kawa", "赤い電車と三毛猫の昼寝", "demo-hub-2026"),
    ],
)
def test_hard_to_guess(password):
    assert not is_guessable(password, ABOUT)


@pytest.mark.parametrize("piece", ["a", "password", "@4$5310!+7", "19", "qwe1", "たかさきし"])
def test_looking_takes_time_that_grows_with_the_length(piece):
    is_guessable("warm", ABOUT)

    assert not too_slow(lambda text: is_guessable(text, ABOUT), piece, 1_600, floor_s=0.02, end="ö")


def test_nothing_else_makes_a_hash_of_a_password():
    """Whatever sets one goes by the way that looks at it; the demo's people have theirs from the code."""
    hub = Path(__file__).parents[2] / "hub"
    found = {str(p.relative_to(hub)) for p in hub.rglob("*.py") if "hash_password(" in p.read_text(encoding="utf-8")}
    assert found == {"security/passwords.py", "accounts/new_passwords.py", "demo/loader.py"}
    made = {str(p.relative_to(hub)) for p in hub.rglob("*.py") if " NewPassword(" in p.read_text(encoding="utf-8")}
    assert made == {"accounts/new_passwords.py"}


def test_whoever_has_a_weak_one_from_before_still_comes_in(visitor, email_of, store, world):
    with store.transaction() as session:
        session.execute(
            sa.update(Staff).where(Staff.id == world.officer).values(password_hash=hash_password("password1234"))
        )
    assert visitor.sign_in(email_of("officer"), "password1234").status_code == 303
