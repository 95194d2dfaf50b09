"""Guessing is slowed down; colleagues and whole prefectures are not locked out."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.accounts.throttle import buckets, charge, forgive
from hub.errors import RateLimited


def guess(visitor, email, times, **fields):
    return [visitor.sign_in(email, f"guess number {n}", **fields).status_code for n in range(times)]


def test_guessing_is_stopped_with_the_waiting_time_in_words(visitor, email_of, clock):
    assert guess(visitor, email_of("officer"), 11) == [422] * 10 + [429]
    answer = visitor.sign_in(email_of("officer"))  # even with the right password
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 120
    assert "2分ほど待って" in answer.text
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
    stranger = new_visitor()
    guess(stranger, email_of("officer"), 10)
    forger = new_visitor()
    forger.client.set_cookie(f"{forger.cookie_name}_device", cookie, path="/login")
    assert forger.sign_in(email_of("officer")).status_code == 429


def test_time_lets_the_owner_in_again(visitor, email_of, clock):
    guess(visitor, email_of("officer"), 10)
    clock.advance(seconds=121)
    assert visitor.sign_in(email_of("officer")).status_code == 303


def test_right_passwords_count_for_nothing(new_visitor, email_of, clock):
    for _n in range(12):
        assert new_visitor().sign_in(email_of("officer")).status_code == 303


def test_one_gateway_of_600_people_who_all_mistype_once_is_never_full(app, store, clock):
    with app.app_context():
        for n in range(600):
            for right in (False, True):
                attempt = buckets(f"person{n}@example.jp", "198.51.100.7", None)
                with store.transaction() as session:
                    charge(session, attempt)
                if right:
                    with store.transaction() as session:
                        forgive(session, attempt)
            clock.advance(seconds=0.2)


def guesses_let_through(store, addresses, times):
    """How many of so many guesses at one account from each of some addresses."""
    let_through = 0
    with store.transaction() as session:
        for address in addresses:
            for _n in range(times):
                try:
                    charge(session, buckets("officer@example.jp", address, None))
                except RateLimited:
                    break
                let_through += 1
    return let_through


def test_a_stranger_elsewhere_does_not_keep_the_owner_from_a_new_device(app, store, clock):
    with app.app_context():
        assert guesses_let_through(store, ["203.0.113.9"], 50) == 10
        assert guesses_let_through(store, ["198.51.100.7"], 1) == 1


def test_guessing_from_many_addresses_at_once_is_stopped_all_the_same(app, store, clock):
    with app.app_context():
        assert guesses_let_through(store, [f"203.0.113.{n}" for n in range(50)], 10) == 100


def test_one_address_that_tries_every_account_is_stopped(app, store, clock):
    with app.app_context(), store.transaction() as session:
        for n in range(1200):
            charge(session, buckets(f"person{n}@example.jp", "198.51.100.7", None))
        with pytest.raises(RateLimited):
            charge(session, buckets("one-more@example.jp", "198.51.100.7", None))


def test_neighbours_in_an_ipv6_network_share_a_bucket():
    keys = {b.key for last in ("1", "2") for b in buckets("a@example.jp", f"2001:db8::{last}", None)}
    assert len(keys) == 3


def test_many_guesses_at_once_do_not_slip_through_together(app, store, clock):
    def attempt(_n):
        with app.app_context():
            try:
                with store.transaction() as session:
                    charge(session, buckets("officer@example.jp", "198.51.100.7", None))
            except RateLimited:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 10
