"""The mail server as HUB_SMTP_URL names it; TLS and the password against a real one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hub.config import StartupFault, read_config
from hub.mail import carriers
from hub.mail.carriers import answers
from hub.relay import Relay, read_relay, read_sender
from tests.factories import World
from tests.mail.server import USER, WORD, Box, certificate, serving
from tests.mail.test_sending import states, write_down

TOGETHER = {
    "HUB_SMTP_URL": "smtps://mail.example.jp",
    "HUB_MAIL_FROM": "hub@pref.example.jp",
    "HUB_ORIGINS": "https://hub.example.jp",
}


@pytest.mark.parametrize(
    ("value", "relay"),
    [
        ("smtps://mail.example.jp", Relay("mail.example.jp", 465, "tls")),
        ("smtp://u%40x:p%2Fw@mail.example.jp:2525", Relay("mail.example.jp", 2525, "starttls", "u@x", "p/w")),
        ("smtp://mail?starttls=off", Relay("mail", 25, "none")),
        ("smtp://mail", Relay("mail", 587, "starttls")),
    ],
)
def test_it_is_read(value: str, relay: Relay) -> None:
    assert read_relay(value) == relay


@pytest.mark.parametrize(
    "value",
    [
        *(
            "http://mail",
            "mail.example.jp:25",
            "smtp://",
            "smtp://u:p@mail?starttls=off",
            "smtp://u@mail",
            "smtp://m/x",
        ),
        *("smtp://m?starttls=maybe", "smtp://m?tls=off", "smtp://m:99999"),
    ],
)
def test_what_makes_no_sense_or_bares_a_password_stops_the_start(value: str) -> None:
    with pytest.raises(StartupFault, match="HUB_SMTP_URL"):
        read_config(TOGETHER | {"HUB_SMTP_URL": value})


@pytest.mark.parametrize("missing", ["HUB_MAIL_FROM", "HUB_ORIGINS"])
def test_a_sender_and_a_name_for_links_belong_to_it(missing: str) -> None:
    read_config(TOGETHER)
    with pytest.raises(StartupFault, match=missing):
        read_config({name: value for name, value in TOGETHER.items() if name != missing})


@pytest.mark.parametrize(
    "value", ["hub", "hub@localhost", "相談@pref.example.jp", "a@b.jp, c@d.jp", "a@b.jp\nBcc: c@d.jp"]
)
def test_a_sender_is_one_address(value: str) -> None:
    with pytest.raises(ValueError, match="an address"):
        read_sender(value)


def test_a_sender_may_have_a_name() -> None:
    sender = read_sender("市町村DX相談ハブ <hub@pref.example.jp>")
    assert (sender.display_name, sender.addr_spec) == ("市町村DX相談ハブ", "hub@pref.example.jp")


def test_the_password_is_shown_nowhere() -> None:
    assert WORD not in repr(Relay("m", 465, "tls", USER, WORD))


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("wrapping", ["tls", "starttls"])
def test_tls_and_password(
    wrapping: str, papers, box: Box, world_with: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail without `starttls` and without `login`."""
    context, trusted = papers
    options = {"ssl_context": context, "auth_require_tls": False} if wrapping == "tls" else {"starttls": context}
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setattr(carriers, "PATIENCE_S", 2.0)  # after a wrong password this server says no more
    with serving(box, auth=True, **options) as plain:
        relay = replace(plain, wrapping=wrapping, user=USER, password=WORD)
        assert answers(relay)
        assert not answers(replace(relay, password="another"))
        write_down(world_with(relay), "a")
    assert box.to == ["officer@example.jp"]
    assert box.encrypted == [True]


def test_a_server_that_nobody_vouches_for_gets_nothing(
    papers, box: Box, world_with: Callable[..., World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with serving(box, starttls=papers[0]) as plain:
        world = world_with(replace(plain, wrapping="starttls"))
        write_down(world, "a")
    assert states(world) == ["waiting"]
    assert box.mails == []


def test_one_that_offers_no_starttls_gets_nothing(box: Box, world_with: Callable[..., World]) -> None:
    with serving(box) as plain:
        world = world_with(replace(plain, wrapping="starttls"))
        write_down(world, "a")
    assert states(world) == ["waiting"]
    assert box.mails == []
