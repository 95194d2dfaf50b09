"""Denied unless declared; and headers on every answer."""

import pytest
from flask import Flask

from hub.config import StartupFault
from hub.security.origins import origin_allowed
from hub.security.permissions import Permission
from hub.security.requires import check_routes_declared, public, requires
from tests.factories import World


def test_the_hub_does_not_start_with_a_route_that_declares_nothing() -> None:
    app = Flask("trial")
    app.add_url_rule("/a", "a", public(lambda: "a"))
    app.add_url_rule("/b", "b", requires(Permission.ORGANISATION_MANAGE)(lambda actor: "b"))
    check_routes_declared(app)
    app.add_url_rule("/c", "c", lambda: "c")
    with pytest.raises(StartupFault, match="c"):
        check_routes_declared(app)


@pytest.mark.parametrize("path", ["/login", "/rooms", "/nothing", "/feed/room:1", "/static/css/main.css", "/healthz"])
def test_every_answer_has_the_headers(world: World, path: str) -> None:
    headers = world.client(None).get(path).headers
    policy = headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "form-action",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_by_caches(world: World) -> None:
    assert world.client("officer").get("/rooms").headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    browser = world.client(None)
    fields = {"email": "officer@example.jp", "password": "correct horse battery 7"}
    answer = browser.post_form("/login", **fields)
    assert answer.status_code == 303
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("hub_session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://hub.example.jp", True),
        ("https://lgwan.example.jp", True),
        ("https://hub.example.jp", False),
        ("http://hub.example.jp.evil.example", False),
        ("http://hub.example.jp:8080", False),
        ("null", False),
        ("", False),
        ("*", False),
    ],
)
def test_sockets_come_from_the_pages_own_origin_or_a_named_one(origin: str, allowed: bool) -> None:
    environ = {"wsgi.url_scheme": "http", "HTTP_HOST": "hub.example.jp"}
    assert origin_allowed(("https://lgwan.example.jp",), origin, environ) is allowed
