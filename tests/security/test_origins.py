"""Who may send what changes something: a page of the hub, by the first thing that says so, and with a token always."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from hub.security.origins import SAFE, is_own
from tests.factories import JSON, Browser, World

HERE, NAMED = "https://hub.example.jp", "https://hub.lgwan.jp"


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"HTTP_ORIGIN": HERE}, True),
        ({"HTTP_ORIGIN": NAMED}, True),
        ({"HTTP_ORIGIN": "http://hub.example.jp"}, False),
        ({"HTTP_ORIGIN": "https://hub.example.jp:8443"}, False),
        ({"HTTP_ORIGIN": "https://evil.example.jp"}, False),
        ({"HTTP_ORIGIN": "https://hub.example.jp.evil.jp"}, False),
        ({"HTTP_ORIGIN": "https://evil.jp", "HTTP_REFERER": f"{HERE}/", "HTTP_SEC_FETCH_SITE": "same-origin"}, False),
        ({"HTTP_ORIGIN": HERE, "wsgi.url_scheme": "http"}, True),
        ({"HTTP_ORIGIN": "http://evil.jp", "wsgi.url_scheme": "http"}, False),
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, True),
        ({"HTTP_SEC_FETCH_SITE": "none"}, True),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, False),
        ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_REFERER": f"{HERE}/rooms"}, False),
        ({"HTTP_ORIGIN": "null"}, True),
        ({"HTTP_ORIGIN": "null", "HTTP_SEC_FETCH_SITE": "cross-site"}, False),
        ({"HTTP_ORIGIN": "null", "HTTP_REFERER": "https://evil.jp/"}, False),
        ({"HTTP_REFERER": f"{HERE}/threads/1?a=b"}, True),
        ({"HTTP_REFERER": "https://evil.jp/hub.example.jp"}, False),
        ({"HTTP_REFERER": ""}, True),
    ],
)  # fmt: skip
def test_the_first_thing_that_says_where_it_comes_from_decides(headers: dict[str, str], own: bool) -> None:
    environ: dict[str, Any] = {"wsgi.url_scheme": "https", "HTTP_HOST": "hub.example.jp", **headers}
    assert is_own((NAMED,), environ) is own


def say(world: World, browser: Browser, **headers: str) -> TestResponse:
    body = {"body": "届くはず", "client_id": world.new_id()}
    given = {"X-CSRFToken": browser.csrf, **JSON} | {name.replace("_", "-"): value for name, value in headers.items()}
    address = f"/rooms/{world.room}/threads"
    return browser.post(address, json={"kind": "talk", **body}, headers=given, base_url="https://localhost")


def test_over_https_nobody_is_asked_for_a_referer(world: World) -> None:
    """Seen to fail with Flask-WTF's own check, which wants one: behind a proxy that takes it away nothing could be
    posted."""
    assert say(world, world.client("officer")).status_code == 201


def test_a_form_of_a_page_over_https_neither(world: World) -> None:
    browser = world.client("officer")
    form = {"csrf_token": browser.csrf, "kind": "talk", "body": "届くはず"}
    assert browser.post(f"/rooms/{world.room}/threads", data=form, base_url="https://localhost").status_code == 303


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.jp"}, {"Sec_Fetch_Site": "cross-site"},
                                     {"Referer": "https://evil.jp/"}])  # fmt: skip
def test_a_right_token_does_not_open_the_door_to_another_site(world: World, headers: dict[str, str]) -> None:
    refused = say(world, world.client("officer"), **headers)
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "invalid")
    assert "csrf_token" not in refused.json["error"]


def test_no_route_takes_anything_from_another_site(world: World) -> None:
    """Every one that changes something, also with a token. Seen to fail without the check."""
    officer = world.client("officer")
    count = 0
    for rule in world.app.url_map.iter_rules():
        for method in (rule.methods or set()) - SAFE:
            built = rule.build(dict.fromkeys(rule.arguments, 1))
            assert built
            answer = officer.open(
                built[1], method=method, data={"csrf_token": officer.csrf}, headers={"Origin": "https://evil.jp"}
            )
            assert answer.status_code == 400, (method, rule.rule)
            said = answer.json["error"]["message"] if answer.is_json else answer.text
            assert "ほかのサイトから" in said, "and no form that one could send after all"
            count += 1
    assert count > 50


def test_a_stale_token_is_told_as_such_and_the_fresh_one_comes_with_it(world: World) -> None:
    """Only to whoever is signed in, and with the name of the person to whom it belongs."""
    browser = world.client("officer")
    browser.csrf = "not any more"
    error = say(world, browser).json["error"]
    assert (error["code"], error["staff_id"]) == ("stale_token", str(world.officer))
    browser.csrf = error["csrf_token"]
    assert say(world, browser).status_code == 201


def test_whoever_is_signed_out_is_told_that(world: World) -> None:
    stranger = world.client(None)
    stranger.csrf = "wrong"
    refused = say(world, stranger)
    assert (refused.status_code, refused.json["error"]["code"]) == (401, "signed_out")
