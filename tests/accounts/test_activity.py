"""When a sign-in ends, and what prolongs it."""

import sqlalchemy as sa

from hub.errors import Unavailable
from hub.extensions import socketio
from hub.people.models import SignIn
from hub.security import activity
from tests.accounts.conftest import Visitor


def seen_at(store, staff_id):
    with store.read() as session:
        query = sa.select(SignIn.seen_at).where(SignIn.staff_id == staff_id).order_by(SignIn.id.desc())
        return session.scalars(query).first()


def test_a_sign_in_ends_after_an_hour_without_activity(visitor, email_of, clock):
    visitor.sign_in(email_of("officer"))
    clock.advance(minutes=60)
    assert visitor.role() is None


def test_looking_at_pages_prolongs_it(visitor, email_of, clock):
    visitor.sign_in(email_of("officer"))
    for _n in range(3):
        clock.advance(minutes=50)
        assert visitor.get("/sign-ins").status_code == 200
    assert visitor.role() == "officer"


def test_nothing_prolongs_it_beyond_twelve_hours(visitor, email_of, clock):
    visitor.sign_in(email_of("officer"))
    for _n in range(13):
        clock.advance(minutes=55)
        visitor.get("/sign-ins")
    assert visitor.role() == "officer"
    clock.advance(minutes=5.1)
    assert visitor.role() is None


def test_what_the_browser_does_by_itself_does_not_prolong_it(visitor, email_of, clock, world):
    visitor.sign_in(email_of("officer"))
    for _n in range(2):
        clock.advance(minutes=29)
        visitor.get(f"/feed?streams=user:{world.officer}")
        visitor.get(f"/feed/user:{world.officer}?after=0")
        visitor.get("/session")
        visitor.get("/static/js/accounts/session.js")
        visitor.get("/static/v-0/js/accounts/session.js")
    clock.advance(minutes=2)
    assert visitor.role() is None


def test_commands_prolong_it_and_catching_up_does_not(app, visitor, email_of, clock, store, world):
    visitor.sign_in(email_of("officer"))
    socket = socketio.test_client(app, flask_test_client=visitor.client)
    clock.advance(minutes=10)
    before = seen_at(store, world.officer)
    socket.emit("feed:open", {"streams": [f"user:{world.officer}"]}, callback=True)
    assert seen_at(store, world.officer) == before
    socket.emit("typing:start", {"thread_id": "1"}, callback=True)
    assert seen_at(store, world.officer) == clock.now


def test_activity_is_written_at_most_once_a_minute(visitor, email_of, clock, store, world):
    visitor.sign_in(email_of("officer"))
    visitor.get("/sign-ins")
    first = seen_at(store, world.officer)
    clock.advance(seconds=59)
    visitor.get("/sign-ins")
    assert seen_at(store, world.officer) == first
    clock.advance(seconds=1)
    visitor.get("/sign-ins")
    assert seen_at(store, world.officer) == clock.now


def test_a_busy_data_base_costs_nobody_their_page(visitor, email_of, clock, store, monkeypatch):
    visitor.sign_in(email_of("officer"))
    clock.advance(minutes=2)
    asked = []

    def busy(work):
        asked.append(work)
        raise Unavailable

    monkeypatch.setattr(store, "write_apart", busy)
    assert visitor.get("/sign-ins").status_code == 200
    assert asked


def test_what_many_do_at_once_is_one_write(app, store, email_of, clock, monkeypatch):
    """Seen to fail with a write for each: six hundred people who arrive at nine would wait for one another."""
    for who in ("officer", "supporter"):
        Visitor(app).sign_in(email_of(who))
    with store.read() as session:
        sign_ins = list(session.scalars(sa.select(SignIn.id)))
    clock.advance(minutes=5)
    later, apart = [], []
    write_apart = store.write_apart
    monkeypatch.setattr(store, "write_apart", lambda work: apart.append(work) or write_apart(work))
    monkeypatch.setattr(activity.gevent, "spawn_later", lambda _seconds, work: later.append(work))
    monkeypatch.setattr(activity.pool, "is_cooperative", lambda: True)
    for sign_in in sign_ins:
        app.extensions["hub.activity"].note(sign_in)
    assert (len(later), apart) == (1, [])
    monkeypatch.setattr(activity.pool, "is_cooperative", lambda: False)
    later[0]()
    assert len(apart) == 1
    with store.read() as session:
        assert set(session.scalars(sa.select(SignIn.seen_at).where(SignIn.id.in_(sign_ins)))) == {clock.now}


def test_the_browser_can_ask_how_long_it_lasts_and_prolong_it(visitor, email_of, clock, world):
    visitor.sign_in(email_of("officer"))
    clock.advance(minutes=56)
    state = visitor.get("/session").json
    assert state["ends_in_s"] == 240
    assert state["at_most_s"] == (12 * 60 - 56) * 60
    assert state["staff_id"] == str(world.officer)
    headers = {"Accept": "application/json", "X-CSRFToken": state["csrf_token"]}
    assert visitor.client.post("/session/touch", headers=headers).json["data"]["ends_in_s"] == 3600
    assert visitor.client.post("/session/touch", headers={"Accept": "application/json"}).status_code == 400


def test_the_page_of_somebody_signed_in_carries_the_warning(visitor, email_of):
    visitor.sign_in(email_of("officer"))
    page = visitor.get("/sign-ins").text
    assert 'id="session-warning"' in page
    assert "session-warning" not in visitor.client.application.test_client().get("/login").text
