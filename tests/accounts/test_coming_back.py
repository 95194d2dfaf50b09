"""`next`: back to the page that was asked for, and never to another site."""

import pytest

from hub.accounts.routes.coming_back import wanted_path

OUTSIDE = [
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "https://evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    "/\r\nSet-Cookie: a=b",
    "/\x00/evil.example",
    "/\u2028/evil.example",
    "/%2f/evil.example",
    "/%5c/evil.example",
    "//%65vil.example",
    "//evil。example",
    "/.//evil.example",
    "/..//evil.example",
    "//user@evil.example",
    "http://[evil",
    "/" + "a" * 5000,
    "profile",
    "",
]


def goes_to(app, target):
    with app.test_request_context("/login", method="POST", data={"next": target}):
        return wanted_path()


def test_nobody_is_sent_elsewhere(app):
    assert [target for target in OUTSIDE if goes_to(app, target) != "/"] == []


def test_what_cannot_be_looked_at_is_not_come_back_to(app):
    targets = ["/login", "/login?next=/login", "/logout", "/session/touch", "/no/such/page"]
    assert [target for target in targets if goes_to(app, target) != "/"] == []


@pytest.mark.parametrize("target", ["//evil.example", "\\\\evil.example", "/\t/evil.example", "/profile\r\nX: y"])
def test_signing_in_leads_nowhere_else(visitor, email_of, target):
    answer = visitor.sign_in(email_of("officer"), next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_page_asked_for_while_signed_out_is_come_back_to(visitor, email_of):
    sent = visitor.get("/sign-ins?a=1", headers={"Accept": "text/html"})
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/login?next=")
    page = visitor.get(sent.headers["Location"])
    assert 'value="/sign-ins?a=1"' in page.text
    assert visitor.sign_in(email_of("officer"), next="/sign-ins?a=1").headers["Location"] == "/sign-ins?a=1"


def test_the_sign_in_page_sends_the_signed_in_on(visitor, email_of):
    visitor.sign_in(email_of("officer"))
    assert visitor.get("/login?next=/profile").headers["Location"] == "/profile"
    assert visitor.get("/login?next=//evil.example").headers["Location"] == "/"
