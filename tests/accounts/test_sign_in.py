"""Signing in and out, negatives first."""

import sqlalchemy as sa

from hub.access_changes import raise_access_version
from hub.clock import utc_now
from hub.extensions import socketio
from hub.page import page_state
from hub.people.models import Posting, SignIn, Staff

NEWEST = sa.select(SignIn).order_by(SignIn.id.desc())


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(visitor, email_of):
    unknown = visitor.sign_in("nobody@example.jp", "wrong password here")
    wrong = visitor.sign_in(email_of("officer"), "wrong password here")
    assert unknown.status_code == wrong.status_code == 422
    assert unknown.mimetype == wrong.mimetype == "text/html"
    sentence = "メールアドレスまたはパスワードが正しくありません。もう一度入力してください。"
    assert sentence in unknown.text
    assert sentence in wrong.text
    assert email_of("officer") in wrong.text  # what was typed is kept
    assert "wrong password here" not in wrong.text
    assert visitor.role() is None


def test_without_a_token_nobody_signs_in(visitor, email_of):
    answer = visitor.client.post("/login", data={"email": email_of("officer"), "password": "correct horse battery 7"})
    assert answer.status_code == 400
    assert visitor.role() is None


def test_another_browsers_token_is_refused(new_visitor, email_of):
    mine, other = new_visitor(), new_visitor()
    mine.token()
    assert mine.sign_in(email_of("officer"), csrf_token=other.token()).status_code == 400


def test_a_disabled_person_does_not_sign_in(visitor, email_of, store, world):
    with store.transaction() as session:
        session.get_one(Staff, world.officer).disabled_at = utc_now()
        raise_access_version(session)
    assert visitor.sign_in(email_of("officer")).status_code == 422
    assert visitor.role() is None


def test_a_person_whose_posting_has_expired_does_not_sign_in(visitor, email_of, store, world):
    with store.transaction() as session:
        session.execute(sa.update(Posting).where(Posting.staff_id == world.officer).values(until_at=utc_now()))
    assert visitor.sign_in(email_of("officer")).status_code == 422
    assert visitor.role() is None


def test_a_person_without_a_password_does_not_sign_in(visitor, email_of, store, world):
    with store.transaction() as session:
        session.get_one(Staff, world.officer).password_hash = None
    assert visitor.sign_in(email_of("officer"), "").status_code == 422
    assert visitor.role() is None


def test_disabling_ends_what_is_signed_in(visitor, email_of, store, world):
    visitor.sign_in(email_of("officer"))
    with store.transaction() as session:
        session.get_one(Staff, world.officer).disabled_at = utc_now()
        raise_access_version(session)
    assert visitor.role() is None


def test_a_planted_session_does_not_become_signed_in(new_visitor, email_of):
    victim, attacker = new_visitor(), new_visitor()
    planted_token = attacker.token()
    planted = attacker.session_cookie()
    victim.client.set_cookie(victim.cookie_name, planted)
    assert victim.sign_in(email_of("officer"), csrf_token=planted_token).status_code == 303
    assert victim.role() == "officer"
    assert attacker.role() is None
    # The planted token is no longer good in the victim's session either.
    assert victim.client.post("/logout", data={"csrf_token": planted_token}).status_code == 400


def test_a_sign_in_gets_a_new_token_and_the_old_one_is_dead(visitor, email_of):
    visitor.sign_in(email_of("officer"))
    former = visitor.session_cookie()
    visitor.post("/login", email=email_of("manager"), password="correct horse battery 7")
    assert visitor.role() == "manager"
    visitor.client.set_cookie(visitor.cookie_name, former)
    assert visitor.role() is None


def test_sign_out_kills_the_session_also_for_a_copy_of_the_cookie(visitor, email_of):
    visitor.sign_in(email_of("officer"))
    copied = visitor.session_cookie()
    answer = visitor.post("/logout")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert visitor.role() is None
    visitor.client.set_cookie(visitor.cookie_name, copied)
    assert visitor.role() is None


def test_sign_out_ends_the_open_socket_of_this_browser_only(app, new_visitor, email_of):
    here, elsewhere = new_visitor(), new_visitor()
    for visitor in (here, elsewhere):
        visitor.sign_in(email_of("officer"))
    sockets = [socketio.test_client(app, flask_test_client=v.client) for v in (here, elsewhere)]
    here.post("/logout")
    with app.app_context():
        app.extensions["hub.watcher"].tick()  # what every worker does each half second
    assert [socket.is_connected() for socket in sockets] == [False, True]


def test_sign_out_without_a_token_changes_nothing(visitor, email_of):
    visitor.sign_in(email_of("officer"))
    assert visitor.client.post("/logout").status_code == 400
    assert visitor.role() == "officer"


def test_sign_out_by_somebody_signed_out_leads_to_the_sign_in_page(visitor):
    assert visitor.post("/logout").headers["Location"] == "/login"


def test_a_tampered_cookie_is_nobodys(visitor, email_of):
    visitor.sign_in(email_of("officer"))
    cookie = visitor.session_cookie()
    other = "y" if cookie[-9] == "x" else "x"  # not the last one, of which some bits say nothing
    visitor.client.set_cookie(visitor.cookie_name, f"{cookie[:-9]}{other}{cookie[-8:]}")
    assert visitor.role() is None


def test_the_right_password_signs_in_also_when_the_address_is_typed_in_full_width_capitals(visitor, email_of):
    typed = email_of("officer").upper().replace("@", "＠")
    answer = visitor.sign_in(f" {typed} ")
    assert answer.status_code == 303
    assert "/login" not in answer.headers["Location"]
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(f"{visitor.cookie_name}="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_me_names_the_person_and_the_own_stream(visitor, email_of, world):
    visitor.sign_in(email_of("officer"))
    me = visitor.get("/me").json
    assert me["staff_id"] == str(world.officer)
    assert me["streams"] == [f"user:{world.officer}"]
    assert {"name", "role", "organisation"} <= me.keys()


def test_me_is_refused_to_the_signed_out(visitor):
    answer = visitor.get("/me", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "signed_out"


def test_the_sign_in_page_of_a_real_data_base_shows_no_accounts(visitor, email_of):
    assert email_of("officer") not in visitor.get("/login").text


def test_the_cookie_holds_no_secret_that_the_table_holds(visitor, email_of, store, world):
    visitor.sign_in(email_of("officer"))
    with store.read() as session:
        row = session.scalars(
            sa.select(SignIn).where(SignIn.staff_id == world.officer).order_by(SignIn.id.desc())
        ).first()
    assert row.token_hash not in visitor.session_cookie()
    assert row.device == "Chrome / Windows"


def test_pages_know_when_the_sign_in_ends_at_the_latest(app, visitor, email_of, store, world):
    visitor.sign_in(email_of("officer"))
    with store.read() as session, app.test_request_context():
        row = session.scalars(
            sa.select(SignIn).where(SignIn.staff_id == world.officer).order_by(SignIn.id.desc())
        ).first()
        actor = world.actor("officer")
        state = page_state(session, type(actor)(**{**actor.__dict__, "sign_in_id": row.id}))
    assert state["absolute_at"].endswith("Z")
    assert state["idle_s"] == 3600
