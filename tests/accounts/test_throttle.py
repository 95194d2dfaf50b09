"""Guessing is slowed down; colleagues and whole prefectures are not locked out."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.accounts.links import issue_link_by_operator
from hub.accounts.routes import login_pages
from hub.errors import RateLimited
from hub.people.models import FailureBucket, Staff
from hub.security.throttle import Visitor, buckets, charge, charge_crowd, crowd, forgive, is_crowded

GATEWAY = "198.51.100.7"


def guess(visitor, email, times, **fields):
    return [visitor.sign_in(email, f"guess number {n}", **fields).status_code for n in range(times)]


def test_guessing_is_stopped_with_the_waiting_time_in_words(visitor, email_of, clock):
    assert guess(visitor, email_of("officer"), 11) == [422] * 10 + [429]
    answer = visitor.sign_in(email_of("officer"))  # even with the right password
    assert answer.status_code == 429
    assert answer.mimetype == "text/html"
    assert int(answer.headers["Retry-After"]) == 120
    assert "2分ほど後に" in answer.text
    assert "団体管理者" in answer.text
    assert 'name="password"' in answer.text  # the form is there, to try again
    assert visitor.role() is None


def test_an_unknown_address_is_stopped_just_the_same(visitor, clock):
    assert guess(visitor, "nobody@example.jp", 11) == [422] * 10 + [429]


def test_programs_are_told_in_json(visitor, email_of, clock):
    guess(visitor, email_of("officer"), 10)
    answer = visitor.sign_in(email_of("officer"), headers={"Accept": "application/json"})
    assert answer.status_code == 429
    assert answer.json["error"]["code"] == "rate_limited"
    assert answer.json["error"]["retry_after_s"] > 0


def test_a_stranger_does_not_lock_out_a_colleague_who_has_signed_in_from_that_browser_before(
    new_visitor, email_of, clock
):
    known, stranger = new_visitor(), new_visitor()
    assert known.sign_in(email_of("officer")).status_code == 303
    known.post("/logout")
    assert guess(stranger, email_of("officer"), 11)[-1] == 429
    assert known.sign_in(email_of("officer")).status_code == 303


def test_a_browser_known_for_one_account_is_a_stranger_to_another(visitor, email_of, clock):
    visitor.sign_in(email_of("officer"))
    visitor.post("/logout")
    assert guess(visitor, email_of("manager"), 11)[-1] == 429


def test_a_known_browser_cannot_guess_on_for_ever_either(visitor, email_of, clock):
    visitor.sign_in(email_of("officer"))
    visitor.post("/logout")
    assert guess(visitor, email_of("officer"), 11) == [422] * 10 + [429]


@pytest.mark.parametrize("cookie", ["", "x", "W10.x", "WyJhIl0.AAAA"])
def test_a_forged_device_cookie_makes_nobody_known(new_visitor, email_of, clock, cookie):
    forger = new_visitor()
    forger.client.set_cookie(f"{forger.cookie_name}_device", cookie, path="/login")
    guess(forger, email_of("officer"), 10)
    assert forger.sign_in(email_of("officer")).status_code == 429


def test_ten_failures_of_one_browser_do_not_keep_a_colleagues_new_device_out(new_visitor, email_of, clock):
    stranger, new_device = new_visitor(), new_visitor()
    assert guess(stranger, email_of("officer"), 11)[-1] == 429
    assert new_device.sign_in(email_of("officer")).status_code == 303  # from the same address, at once


def test_whoever_takes_a_new_browser_for_each_guess_is_stopped_and_a_minute_later_the_owner_is_in(
    new_visitor, email_of, clock
):
    assert [new_visitor().sign_in(email_of("officer"), f"guess {n}").status_code for n in range(31)] == [422] * 30 + [
        429
    ]
    answer = new_visitor().sign_in(email_of("officer"))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 60
    clock.advance(seconds=61)
    assert new_visitor().sign_in(email_of("officer")).status_code == 303


def test_a_one_time_link_lets_the_owner_in_whatever_strangers_do(new_visitor, email_of, world, store, clock):
    with store.transaction() as session:
        path = issue_link_by_operator(session, session.get_one(Staff, world.officer)).path
    for n in range(30):
        new_visitor().sign_in(email_of("officer"), f"guess {n}")
    owner = new_visitor()
    assert owner.sign_in(email_of("officer")).status_code == 429
    owner.get(path)
    owner.post(path, password="entirely new battery 8", repeated="entirely new battery 8")
    assert owner.sign_in(email_of("manager"), "guess").status_code == 422  # it proves nothing of anybody else
    assert owner.sign_in(email_of("officer"), "entirely new battery 8").status_code == 303
    owner.post("/logout")
    assert owner.sign_in(email_of("officer"), "entirely new battery 8").status_code == 303


def test_time_lets_the_owner_in_again(visitor, email_of, clock):
    guess(visitor, email_of("officer"), 10)
    clock.advance(seconds=121)
    assert visitor.sign_in(email_of("officer")).status_code == 303


def test_right_passwords_count_for_nothing(new_visitor, email_of, clock):
    for _n in range(12):
        assert new_visitor().sign_in(email_of("officer")).status_code == 303


def attempts(store, email, *, right, address=GATEWAY, device=None, browser=""):
    """What becomes of so many attempts, as the page does it; raises RateLimited."""
    visitor = Visitor(email, address, device, browser)
    with store.transaction() as session:
        drops = buckets(visitor, crowded=is_crowded(session, visitor))
        charge(session, drops)
    with store.transaction() as session:
        forgive(session, drops) if right else charge_crowd(session, visitor)


def fill_the_gateway(store):
    with store.transaction() as session:
        for _n in range(1200):
            charge_crowd(session, Visitor("nobody@example.jp", GATEWAY))


def test_one_gateway_of_600_people_who_all_mistype_once_is_never_full(app, store, clock):
    with app.app_context():
        for n in range(600):
            for right in (False, True):
                attempts(store, f"person{n}@example.jp", right=right, browser=str(n))
            clock.advance(seconds=0.2)
        with store.read() as session:
            assert not is_crowded(session, Visitor("person@example.jp", GATEWAY))


def test_a_gateway_with_somebody_who_guesses_stays_open(new_visitor, email_of, store, clock):
    known, owner, other = new_visitor(), new_visitor(), new_visitor()
    assert known.sign_in(email_of("manager"), address=GATEWAY).status_code == 303
    known.post("/logout")
    fill_the_gateway(store)
    assert guess(known, email_of("manager"), 9, address=GATEWAY) == [422] * 9  # as ever, and none of the crowd
    assert known.sign_in(email_of("manager"), address=GATEWAY).status_code == 303
    assert owner.sign_in(email_of("officer"), "mistyped", address=GATEWAY).status_code == 422
    assert owner.sign_in(email_of("officer"), address=GATEWAY).status_code == 303  # a new device
    assert guess(other, email_of("supporter"), 4, address=GATEWAY) == [422] * 3 + [429]
    assert new_visitor().sign_in(email_of("supporter")).status_code == 303  # elsewhere there is no crowd


def test_a_known_browser_adds_nothing_to_the_crowd(visitor, email_of, store, clock):
    visitor.sign_in(email_of("officer"), address=GATEWAY)
    visitor.post("/logout")
    guess(visitor, email_of("officer"), 5, address=GATEWAY)
    with store.read() as session:
        assert session.get(FailureBucket, crowd(GATEWAY).key) is None


def test_right_passwords_add_nothing_to_the_crowd(new_visitor, email_of, store, clock):
    new_visitor().sign_in(email_of("officer"), address=GATEWAY)
    with store.read() as session:
        assert session.get(FailureBucket, crowd(GATEWAY).key) is None


def test_the_crowd_is_forgotten_a_minute_after_the_last_guess_however_long_it_went_on(app, store, clock):
    for _n in range(5):
        fill_the_gateway(store)
    clock.advance(seconds=60)
    with store.transaction() as session:
        assert not is_crowded(session, Visitor("officer@example.jp", GATEWAY))


def test_in_a_crowd_an_account_takes_few_guesses_a_day(app, store, clock):
    """Three at once and one in a quarter of an hour, whatever browser is pretended."""
    let_through = 0
    for n in range(24 * 12):
        clock.advance(minutes=5)
        try:
            with store.transaction() as session:
                charge(session, buckets(Visitor("officer@example.jp", GATEWAY, None, str(n)), crowded=True))
        except RateLimited:
            continue
        let_through += 1
    assert 3 + 24 * 4 - 2 <= let_through <= 3 + 24 * 4


def test_guesses_in_a_crowd_take_one_thread(new_visitor, email_of, store, clock, monkeypatch):
    monkeypatch.setattr(login_pages, "TURN_S", 0.01)
    fill_the_gateway(store)
    with login_pages._turn:
        answer = new_visitor().sign_in(email_of("officer"), address=GATEWAY)
        assert answer.status_code == 429
        assert new_visitor().sign_in(email_of("officer")).status_code == 303
    assert new_visitor().sign_in(email_of("officer"), address=GATEWAY).status_code == 303


def guesses_let_through(store, addresses, times):
    """How many of so many guesses at one account from each of some addresses, each time in a new browser."""
    let_through = 0
    with store.transaction() as session:
        for address in addresses:
            for n in range(times):
                try:
                    charge(session, buckets(Visitor("officer@example.jp", address, None, f"{address}/{n}")))
                except RateLimited:
                    break
                let_through += 1
    return let_through


def test_a_stranger_elsewhere_does_not_keep_the_owner_from_a_new_device(app, store, clock):
    with app.app_context():
        assert guesses_let_through(store, ["203.0.113.9"], 50) == 30
        assert guesses_let_through(store, [GATEWAY], 1) == 1


def test_guessing_from_many_addresses_at_once_is_stopped_all_the_same(app, store, clock):
    with app.app_context():
        assert guesses_let_through(store, [f"203.0.113.{n}" for n in range(50)], 10) == 100


def test_neighbours_in_an_ipv6_network_share_a_bucket():
    keys = {b.key for last in ("1", "2") for b in buckets(Visitor("a@example.jp", f"2001:db8::{last}"))}
    assert len(keys) == 2
    assert crowd("2001:db8::1") == crowd("2001:db8::2")


def test_many_guesses_at_once_do_not_slip_through_together(app, store, clock):
    def attempt(_n):
        with app.app_context():
            try:
                with store.transaction() as session:
                    charge(session, buckets(Visitor("officer@example.jp", GATEWAY, None, "one")))
            except RateLimited:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 10
